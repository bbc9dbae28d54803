"""What the caller of `factory up` sees: live on a terminal, line by line elsewhere."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.status import Status
from rich.text import Text

from factory.up.show import address_table, program_table, status_line, status_view, totals_line

LINE_S = 10.0
"""Between two lines of status where no terminal is."""
_NEWS = 6


class Screen:
    """Shows a run.

    Args:
        console: standard output.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._news: deque[str] = deque(maxlen=_NEWS)
        self._live: Live | None = None
        self._spinner: Status | None = None
        self._last_line = 0.0

    def say(self, sentence: str) -> None:
        """Tell what has happened."""
        stamped = f"{datetime.now().astimezone():%H:%M:%S} {sentence}"
        if self._live is not None:
            self._news.append(stamped)
        else:
            self._console.print(stamped, soft_wrap=True)

    def steps(self, doing: str | None) -> None:
        """Tell what is being done while starting; none: nothing any more."""
        if not self._console.is_terminal:
            if doing and "(" not in doing:
                self.say(doing)
            return
        if self._spinner is None and doing:
            self._spinner = self._console.status(Text(doing))
            self._spinner.start()
        elif self._spinner is not None and doing:
            self._spinner.update(Text(doing))
        elif self._spinner is not None:
            self._spinner.stop()
            self._spinner = None

    def addresses(self, where: dict[str, str], absent: Iterable[str]) -> None:
        """Tell where everything is; from here on the status is live."""
        self._console.print(address_table(where, absent))
        self._console.print("Stop with Ctrl-C, or with `factory down` from another terminal.\n", soft_wrap=True)
        if self._console.is_terminal:
            self._live = Live(console=self._console, auto_refresh=False, transient=True)
            self._live.start()

    def status(self, status: dict[str, Any]) -> None:
        """Show the status of now."""
        if self._live is not None:
            self._live.update(status_view(status, self._news), refresh=True)
        elif time.monotonic() - self._last_line >= LINE_S:
            self._last_line = time.monotonic()
            self.say(status_line(status))

    def summary(self, status: dict[str, Any]) -> None:
        """Show what the run came to."""
        self.quiet()
        self._console.print(program_table(status["programs"]))
        self._console.print(f"Ran {status['uptime_s']:.0f} s: {totals_line(status)}", soft_wrap=True)
        self._console.print("`factory audit` proves what arrived; `factory up` continues.", soft_wrap=True)

    def quiet(self) -> None:
        """End what is live; what it said last stays."""
        if self._spinner is not None:
            self._spinner.stop()
            self._spinner = None
        if self._live is not None:
            self._live.stop()
            self._live = None
            for sentence in self._news:
                self._console.print(sentence, soft_wrap=True)
