"""The function's zip: what it imports of this project, and nothing of anybody else's.

The same source gives the same bytes, wherever and whenever it is built, so that a deployment changes the function only
when its code has changed. `make lambda` writes it for Terraform; `factory provision` hands it to Lambda by itself.
"""

from __future__ import annotations

import argparse
import io
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from contracts.errors import FactoryError
from contracts.files import write_whole
from maintenance.errors import MaintenanceError

ENTRY = "maintenance.fleet.handler.handler"
RUNTIME = "python3.14"
"""Identifier of the newest Python that AWS offers (Lambda developer guide, "Lambda runtimes"; from November 2025)."""
ARCHITECTURE: Final = "arm64"
"""A fifth cheaper for the same time than x86-64; nothing in the zip is compiled."""
FILES = (
    "contracts/__init__.py",
    "contracts/errors.py",
    "maintenance/__init__.py",
    "maintenance/errors.py",
    "maintenance/sentences.py",
    "maintenance/fleet/__init__.py",
    "maintenance/fleet/alerts.py",
    "maintenance/fleet/endpoint.py",
    "maintenance/fleet/events.py",
    "maintenance/fleet/handler.py",
    "maintenance/fleet/items.py",
    "maintenance/fleet/lines.py",
    "maintenance/fleet/pipeline.py",
    "maintenance/fleet/queues.py",
    "maintenance/fleet/readings.py",
    "maintenance/fleet/report.py",
    "maintenance/fleet/settings.py",
    "maintenance/fleet/table.py",
)
_ROOT = Path(__file__).parents[2]
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the zip format knows no earlier time


def function_zip() -> bytes:
    """The zip that Lambda gets."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in FILES:
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.external_attr = 0o644 << 16
            # Stored and not deflated: how well that works differs between versions of zlib, so that bytes would, too.
            archive.writestr(entry, (_ROOT / name).read_bytes(), compress_type=zipfile.ZIP_STORED)
    return packed.getvalue()


def write_zip(path: Path) -> int:
    """Write the zip into a file, whole or not at all; how long it is [bytes].

    Raises:
        MaintenanceError: it cannot be written there.
    """
    packed = function_zip()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, packed)
    except OSError as error:
        raise MaintenanceError(
            f"The function's zip cannot be written to {path}: {error.strerror}.",
            remedy="Name a file in a directory that you may write to, such as build/fleet-function.zip.",
        ) from None
    return len(packed)


def main(arguments: Sequence[str]) -> int:
    """`python -P -m maintenance.fleet.zip OUT`; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -P -m maintenance.fleet.zip",
        description="Write the zip of the fleet's function, the same bytes each time.",
        epilog="Example: python -P -m maintenance.fleet.zip build/fleet-function.zip",
    )
    parser.add_argument("out", type=Path, help="the file, such as build/fleet-function.zip")
    out: Path = parser.parse_args(arguments).out
    try:
        size = write_zip(out)
    except FactoryError as error:
        sys.stderr.write(f"fleet_zip: {' '.join(str(error).split())}\n")
        return error.exit_status
    sys.stdout.write(f"{out}: {size} bytes, {ENTRY} on {RUNTIME}, {ARCHITECTURE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
