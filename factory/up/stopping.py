"""Stopping in order, so that what was said is kept: by the supervisor, or by whoever finds its programs without one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from factory.up.figures import scrape
from factory.up.process import ask_to_stop, kill_with_children, wait_gone
from factory.up.programs import STOP_ORDER
from factory.up.runfile import ProcessMark

DRAIN_S = 60.0
"""How long the engine may take to work off what the plant has said."""
STOP_S = 40.0
"""How long a program may take to end; after that it is killed."""
_QUIET_S = 1.5
_POLL_S = 0.25


class Stopper:
    """Stops programs one after the other.

    Args:
        rules_metrics_url: where the engine tells what it still has to do.
        forced: set when the caller will not wait any longer.
        say: told what happens.
        stopped: told of each program that has ended, and whether it had to be killed.
        meanwhile: called again and again while a program is waited for.
    """

    def __init__(
        self,
        rules_metrics_url: str,
        forced: threading.Event,
        say: Callable[[str], None],
        stopped: Callable[[str, bool], None] = lambda _name, _killed: None,
        meanwhile: Callable[[], object] = lambda: None,
    ) -> None:
        self._rules_metrics_url = rules_metrics_url
        self._forced = forced
        self._say = say
        self._stopped = stopped
        self._meanwhile = meanwhile

    def stop(self, marks: Mapping[str, ProcessMark]) -> None:
        """Stop the programs of these names, in the order in which nothing is lost."""
        for name in STOP_ORDER:
            if name not in marks:
                continue
            if name == "rules" and "local_aws" in marks:
                self._drain()
            self._say(f"Stopping {name}")
            killed = not self._end(marks[name])
            if killed:
                self._say(f"{name} did not end in time and was killed.")
            self._stopped(name, killed)

    def _end(self, mark: ProcessMark) -> bool:
        """Ask, wait, and kill if it must be; whether it went by itself."""
        ask_to_stop(mark)
        end = time.monotonic() + STOP_S
        while time.monotonic() < end and not self._forced.is_set():
            self._meanwhile()
            if wait_gone(mark, _POLL_S):
                return True
        if wait_gone(mark, 2.0 if self._forced.is_set() else 0.0):
            return True
        kill_with_children(mark)
        wait_gone(mark, 5.0)
        return False

    def _drain(self) -> None:
        """Wait until the engine has worked off everything: nothing comes in any more, and nothing is pending."""
        self._say("Waiting for the engine to archive what was said")
        end = time.monotonic() + DRAIN_S
        received, since = -1.0, time.monotonic()
        figures: dict[str, float] | None = None
        while time.monotonic() < end and not self._forced.is_set():
            figures = scrape(self._rules_metrics_url, "rules")
            if figures is None:
                # What it had not acknowledged stays with the broker, and comes again with the next start.
                self._say("The engine does not answer; what it has not archived stays in the broker.")
                return
            if figures["received"] != received:
                received, since = figures["received"], time.monotonic()
            if figures["pending"] == 0 and time.monotonic() - since >= _QUIET_S:
                return
            self._forced.wait(_POLL_S)
        left = f"{figures['pending']:.0f} messages" if figures else "some messages"
        self._say(f"The engine still has {left}; they stay in the broker and come again with the next start.")
