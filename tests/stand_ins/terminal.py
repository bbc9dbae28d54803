"""A program in a terminal of its own, and somebody who reads what it says and types."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

INTERRUPT = "\x03"
"""What Ctrl-C sends: the terminal interrupts whatever runs in its foreground."""
_PATIENCE_S = 300


class Terminal:
    """A program that has a terminal for its standard streams.

    Args:
        command: its words.
        directory: where it runs.
        environment: of the program.
    """

    def __init__(self, command: Sequence[str], directory: Path, environment: Mapping[str, str]) -> None:
        self._screen, within = os.openpty()

        def enter() -> None:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.login_tty(within)

        self._process = subprocess.Popen(command, cwd=directory, env=environment, preexec_fn=enter)
        os.close(within)
        self._read_to = 0
        self.said = ""

    def until(self, text: str) -> None:
        """Read until a text stands there that was not read before.

        Raises:
            AssertionError: the program ended, or said nothing for five minutes.
        """
        while (at := self.said.find(text, self._read_to)) < 0:
            assert self._read(), f"{text!r} was not said:\n{self.said}"
        self._read_to = at + len(text)

    def answer(self, question: str, reply: str) -> None:
        """Wait for a question, and type a line."""
        self.until(question)
        self.type(f"{reply}\n")

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._screen, keys.encode())

    def end(self) -> int:
        """Read to the end; the exit status."""
        while self._read():
            pass
        os.close(self._screen)
        return self._process.wait(timeout=_PATIENCE_S)

    def _read(self) -> bool:
        """Whether there was more."""
        begun = time.monotonic()
        while not select.select([self._screen], [], [], 1)[0]:
            assert time.monotonic() - begun < _PATIENCE_S, f"nothing more was said:\n{self.said}"
        try:
            told = os.read(self._screen, 65536)
        except OSError:  # Linux answers EIO once nobody has the terminal open any more (pty(7)).
            return False
        self.said += told.decode(errors="replace")
        return bool(told)
