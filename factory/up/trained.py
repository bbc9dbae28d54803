"""`python -m factory.up.trained fleet|plant`: models where they have to be made first, then the program that uses them.

A first `factory up` has no models yet, and to train them takes longer than all else. They are therefore trained here,
beside the other programs and at a lower priority, while readings are stored and judged later. This process then becomes
the model's server (fleet) or the verdict job (plant), so that the supervisor holds one program by one number.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import structlog

from contracts.errors import FactoryError
from contracts.logs import configure_logs
from factory.up.kept_models import forget_superseded, hold

MAKE = "make"
_NICE = 10


class Trained(NamedTuple):
    """A program that needs models.

    Attributes:
        module: what it is called with.
        variable: where it reads the directory of its models.
    """

    module: str
    variable: str


PROGRAMS = {
    "fleet": Trained("maintenance.server", "MODEL_SERVER_MODEL_DIR"),
    "plant": Trained("maintenance.verdicts", "VERDICTS_MODELS_DIR"),
}


def main(arguments: list[str]) -> int:
    """Make the models of `arguments[0]` if need be, and become their program; the exit status if that fails."""
    what = arguments[0]
    log = configure_logs(what)
    if arguments[1:] == [MAKE]:
        os.nice(_NICE)
        return _make(what)
    directory = _made_by_a_child(what)
    if directory is None:
        return 1
    program = PROGRAMS[what]
    hold(Path(directory))
    log.info("models_ready", directory=directory)
    os.environ[program.variable] = directory
    return os.execv(sys.executable, [sys.executable, "-P", "-m", program.module])  # noqa: S606 - no shell


def _make(what: str) -> int:
    """Train the models, unless they lie in the user's cache; tell where they are."""
    try:
        # Imported here: the process that becomes the program needs none of it.
        if what == "fleet":
            from factory.training import fleet_model_for_up

            directory = fleet_model_for_up()
        else:
            from factory.plant_training import plant_models_for_up

            directory = plant_models_for_up()
    except FactoryError as error:
        sys.stderr.write(f"{what}: {error}\n")
        return error.exit_status
    hold(directory)  # so that it counts as used, before others are removed
    if removed := forget_superseded(directory):
        structlog.get_logger(what).info("superseded_models_removed", directories=removed)
    sys.stdout.write(f"{directory}\n")
    return 0


def _made_by_a_child(what: str) -> str | None:
    """Directory of the models; none if they could not be made."""
    children: list[subprocess.Popen[str]] = []
    asked: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        for child in children:
            child.kill()

    # Before the child is there: a stop that comes while it is being started must not leave it behind.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    argv = [sys.executable, "-P", "-m", "factory.up.trained", what, MAKE]
    children.append(subprocess.Popen(argv, stdout=subprocess.PIPE, text=True))
    if asked:
        children[0].kill()
    told, _ = children[0].communicate()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    return told.strip() if children[0].returncode == 0 and not asked else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
