"""Runs Terraform, scripts and commands so that an interruption ends them in order and leaves nobody behind.

Each child has a session of its own and hears of Ctrl-C from here, exactly once: Terraform takes a second one for the
wish to stop at once, and then does not write what it has done.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_TO_STANDARD_ERROR = 2


class Ended(NamedTuple):
    """How a program ended.

    Args:
        status: its exit status.
        output: what it printed, if it was not shown.
        complaint: what it said on standard error, if that was not shown.
    """

    status: int
    output: str
    complaint: str


def run(
    command: Sequence[str],
    *,
    directory: Path,
    environment: Mapping[str, str],
    shown: bool = False,
    tells_its_own: bool = False,
) -> Ended:
    """Run a program to its end.

    Args:
        command: its words.
        directory: where it runs.
        environment: its own.
        shown: show what it says, on standard error; else it is returned.
        tells_its_own: it alone hears of an interruption, and tells its children: a provider of Terraform that heard of
            it as well might end in the middle of a call, and what it made would be in no state.

    Raises:
        KeyboardInterrupt: it was interrupted, and has ended.
    """
    process = subprocess.Popen(
        list(command),
        cwd=directory,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=_TO_STANDARD_ERROR if shown else subprocess.PIPE,
        stderr=None if shown else subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    interrupted = False
    while True:
        try:
            output, complaint = process.communicate()
            break
        except KeyboardInterrupt:
            if not interrupted:
                with suppress(ProcessLookupError):
                    (os.kill if tells_its_own else os.killpg)(process.pid, signal.SIGINT)
            interrupted = True
    if interrupted:
        raise KeyboardInterrupt
    return Ended(process.returncode, output or "", complaint or "")
