"""`python -m factory.local_aws`: the local AWS, settings from the environment (`LOCAL_AWS_…`)."""

from __future__ import annotations

import logging
import sys

from contracts.errors import FactoryError
from contracts.logs import configure_logs
from contracts.settings import load_settings
from factory.local_aws.server import run
from factory.local_aws.settings import LocalAwsSettings


def main() -> int:
    """Serve until stopped; 0 after an orderly stop, 1 after a failure, 2 for wrong settings."""
    try:
        settings = load_settings(LocalAwsSettings)
        configure_logs("local-aws", level=settings.log_level)
        logging.getLogger("local-aws").setLevel("INFO")
        run(settings)
    except FactoryError as error:
        sys.stderr.write(f"local-aws: {error}\n")
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
