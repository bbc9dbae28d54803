"""Plays the machines of a plant: `python -m simulator`, set up by variables with the prefix SIMULATOR_.

Exit status: 0 stopped in order, 1 it cannot be played or did not stop in order, 2 a setting or scenario is wrong.
"""

from __future__ import annotations

import logging
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType

from contracts.errors import FactoryError, SettingsError
from contracts.logs import configure_logs
from contracts.settings import load_settings
from simulator.running import run
from simulator.settings import SimulatorSettings
from simulator.worker import CHATTY


def main() -> int:
    """Run until SIGTERM or SIGINT; returns the exit status."""
    try:
        settings = load_settings(SimulatorSettings)
    except SettingsError as error:
        return _complain(error)
    _spare_the_systems_trust()
    _allow_many_connections()
    configure_logs("simulator", level=settings.log_level)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopper(stop))
    try:
        return run(settings, stop)
    except FactoryError as error:
        return _complain(error)


def _spare_the_systems_trust() -> None:
    """Let TLS contexts be built without the system's trust store."""
    # awscrt loads it into each context (7 ms, of 0.2 ms) before ours takes its place, and a thousand machines have a
    # context each. Only the CA beside the identities is trusted. botocore has a bundle of its own and is not touched.
    os.environ["SSL_CERT_FILE"] = "/dev/null"
    os.environ["SSL_CERT_DIR"] = "/nonexistent"


def _allow_many_connections() -> None:
    """Open as many files as the system lets us: a connection is one, and many systems begin with 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _stopper(stop: threading.Event) -> Callable[[int, FrameType | None], None]:
    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    return on_signal


def _complain(error: FactoryError) -> int:
    sys.stderr.write(f"simulator: {error}\n")
    return error.exit_status


if __name__ == "__main__":
    sys.exit(main())
