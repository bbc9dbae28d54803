"""`python -m init_container`: runs once before the plant; settings from the environment (`INIT_…`)."""

from __future__ import annotations

import logging
import socket
import sys

import boto3
import structlog
from botocore.config import Config

from contracts.aws import aws_settings
from contracts.errors import FactoryError, SettingsError
from contracts.logs import configure_logs
from contracts.settings import load_settings
from init_container.awaiting import wait_for
from init_container.retry import Retry
from init_container.settings import InitSettings
from init_container.source import Source
from init_container.steps import run

# Retries are ours, so that they are bounded and told; boto3's would multiply them.
_CONFIG = Config(connect_timeout=3, read_timeout=15, retries={"total_max_attempts": 1})


def main() -> int:
    """Lay the identities down: 0 done, 2 wrong settings, 3 AWS away or refusing, 4 verification failed.

    And 5: what was to answer first has not.
    """
    configure_logs("init-container", "json")
    try:
        settings = load_settings(InitSettings)
        configure_logs("init-container", settings.log_format)
        # It would tell where it found credentials, in a line of its own form.
        logging.getLogger("botocore").setLevel("WARNING")
        if settings.await_url:
            wait_for(settings.await_url, settings.await_seconds)
        # The containers of a task share their name, and no two tasks that live have the same.
        values = {"host": socket.gethostname(), **settings.given_values()}
        run(
            _source(settings),
            settings.target_dir,
            settings.shards,
            settings.secret_id,
            settings.texts_of_files(),
            values,
        )
    except FactoryError as error:
        return _failed(str(error), error.exit_status)
    except OSError as error:
        return _failed(f"The target cannot be written: {error}", SettingsError.exit_status)
    return 0


def _failed(told: str, status: int) -> int:
    structlog.get_logger("init-container").error("failed", error=told, exit_status=status)
    return status


def _source(settings: InitSettings) -> Source:
    with aws_settings():
        session = boto3.session.Session()
        return Source(
            session.client("s3", config=_CONFIG),
            session.client("kms", config=_CONFIG),
            session.client("secretsmanager", config=_CONFIG),
            settings.bucket,
            Retry(settings.attempts),
        )


if __name__ == "__main__":
    sys.exit(main())
