"""Single keys from a terminal, without Enter."""

from __future__ import annotations

import os
import select
import sys
import termios
import time
import tty
from types import TracebackType
from typing import Any


class Keys:
    """Keys that are pressed while the block is entered; none ever comes where standard input is no terminal.

    Ctrl-C goes on to end the program.
    """

    def __init__(self) -> None:
        self._file = sys.stdin.fileno() if sys.stdin is not None and sys.stdin.isatty() else None
        self._before: list[Any] | None = None

    def __enter__(self) -> Keys:
        if self._file is not None:
            self._before = termios.tcgetattr(self._file)
            tty.setcbreak(self._file)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None and self._before is not None:
            termios.tcsetattr(self._file, termios.TCSADRAIN, self._before)

    def wait(self, timeout_s: float) -> str | None:
        """The next key, or None if none is pressed in time."""
        if self._file is None:
            time.sleep(timeout_s)
            return None
        if not select.select([self._file], [], [], timeout_s)[0]:
            return None
        pressed = os.read(self._file, 1)
        if not pressed:  # the terminal has gone; asking again would come back at once, for ever
            self._file = None
        return pressed.decode(errors="replace") or None
