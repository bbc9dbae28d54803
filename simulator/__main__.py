"""Plays the machines of a plant: `python -m simulator`, set up by variables with the prefix SIMULATOR_.

Exit status: 0 stopped in order, 1 it cannot be played, 2 a setting or scenario is wrong.
"""

from __future__ import annotations

import logging
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
from simulator.system_trust import spared_system_trust
from simulator.worker import CHATTY


def main() -> int:
    """Run until SIGTERM or SIGINT; returns the exit status."""
    try:
        settings = load_settings(SimulatorSettings)
    except SettingsError as error:
        return _complain(error)
    _allow_many_connections()
    configure_logs("simulator", level=settings.log_level)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stopper(stop))
    try:
        with spared_system_trust():
            return run(settings, stop)
    except FactoryError as error:
        return _complain(error)


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
