"""`factory`, `python -m factory`: the command line."""

from __future__ import annotations

import sys

from factory.cli import run


def main() -> None:
    """Run the command line and exit with its status."""
    sys.exit(run())


if __name__ == "__main__":
    main()
