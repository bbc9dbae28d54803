"""`python -m factory.up.model_server`: the fleet's model where it has to be made first, then its server.

A first `factory up` has no model yet, and to train one takes longer than all else. It is therefore trained here, beside
the other programs and at a lower priority, while readings are stored and judged later. This process then becomes the
server, so that the supervisor holds one program by one number.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

import structlog

from contracts.errors import FactoryError
from contracts.logs import configure_logs
from factory.up.kept_models import forget_superseded, hold

MAKE = "make"
_NICE = 10


def main(arguments: list[str]) -> int:
    """Make the model if need be, and become its server; the exit status if that fails."""
    log = configure_logs("model")
    if arguments == [MAKE]:
        os.nice(_NICE)
        return _make()
    directory = _made_by_a_child()
    if directory is None:
        return 1
    hold(Path(directory))
    log.info("model_ready", directory=directory)
    os.environ["MODEL_SERVER_MODEL_DIR"] = directory
    return os.execv(sys.executable, [sys.executable, "-P", "-m", "maintenance.server"])  # noqa: S606 - no shell


def _make() -> int:
    """Train the model, unless it lies in the user's cache; tell where it is."""
    # Imported here: the process that becomes the server needs none of it.
    from factory.training import fleet_model_for_up

    try:
        directory = fleet_model_for_up()
    except FactoryError as error:
        sys.stderr.write(f"model: {error}\n")
        return error.exit_status
    hold(directory)  # so that it counts as used, before others are removed
    if removed := forget_superseded(directory):
        structlog.get_logger("model").info("superseded_models_removed", directories=removed)
    sys.stdout.write(f"{directory}\n")
    return 0


def _made_by_a_child() -> str | None:
    """Directory of the model; none if it could not be made."""
    children: list[subprocess.Popen[str]] = []
    asked: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        for child in children:
            child.kill()

    # Before the child is there: a stop that comes while it is being started must not leave it behind.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    argv = [sys.executable, "-P", "-m", "factory.up.model_server", MAKE]
    children.append(subprocess.Popen(argv, stdout=subprocess.PIPE, text=True))
    if asked:
        children[0].kill()
    told, _ = children[0].communicate()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    return told.strip() if children[0].returncode == 0 and not asked else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
