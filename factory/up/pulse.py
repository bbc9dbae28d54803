"""Whether a program that lives is well: it is asked now and then, and judged with patience.

Asking may take seconds where a program hangs, so each question has a thread of its own and the supervisor never waits.
The judgement is a pure function of the answers and of the time.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from factory.up.health import Check

ANSWER_S = 5.0
"""Time for an answer. A healthy program on a machine with five times as much work as cores answers in less than one."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How much is borne before a program is called hung.

    Args:
        period_s: between an answer and the next question [s].
        hung_after_s: how long the answers must have been bad without a break [s]. A minute is longer than anything
            that a healthy program does: the engine calls itself frozen after 20 s, the plant after 10 s, and a
            machine that swaps or compiles gives each program its turn within seconds. It is also short enough: the
            broker and the machines keep what is said meanwhile.
        misses: how many bad answers in a row it must have been at least, so that a supervisor that was itself
            suspended does not take its own sleep for the program's.
    """

    period_s: float = 10.0
    hung_after_s: float = 60.0
    misses: int = 5


class Judge:
    """Judges the answers of one life of a program.

    Until its first good answer a program is starting, and is given the time for that.

    Args:
        patience: how much is borne.
        start_s: how long it may take to start [s].
        now: when it was started [s].

    Example:
        >>> judge = Judge(Patience(hung_after_s=60, misses=3), start_s=30, now=0)
        >>> [judge.hears(wrong, now) for wrong, now in [(None, 5), ("silent", 10), ("silent", 40), ("silent", 70)]]
        [False, False, False, True]
    """

    def __init__(self, patience: Patience, start_s: float, now: float) -> None:
        self._patience = patience
        self._starts_until = now + start_s
        self._misses = 0
        self._bad_since = now

    def hears(self, wrong: str | None, now: float) -> bool:
        """Take an answer into account; whether the program is to be called hung now.

        Args:
            wrong: what is wrong; none if all is well.
            now: time [s].
        """
        if wrong is None:
            self._starts_until = now
            self.forgive()
            return False
        if now < self._starts_until:
            return False
        if self._misses == 0:
            self._bad_since = now
        self._misses += 1
        return self._misses >= self._patience.misses and now - self._bad_since >= self._patience.hung_after_s

    def forgive(self) -> None:
        """Begin anew: what was bad until now does not count."""
        self._misses = 0


class Pulse:
    """Asks one life of a program how it is, again and again.

    Args:
        check: the question.
        patience: how much is borne.
        start_s: how long the program may take to start [s].
    """

    def __init__(self, check: Check, patience: Patience, start_s: float) -> None:
        self._check = check
        self._patience = patience
        self._judge = Judge(patience, start_s, time.monotonic())
        self._asking: threading.Thread | None = None
        self._answers: list[str | None] = []
        self._next_at = time.monotonic() + patience.period_s
        self.well = start_s == 0.0
        """Whether its last answer was good; a program that is starting is not well yet."""

    def forgive(self) -> None:
        """Whatever is wrong is not its fault, and does not count."""
        self._judge.forgive()

    def feel(self) -> str | None:
        """Ask if it is time to; what is wrong if the program is to be called hung, and nothing while it need not."""
        if self._asking is None:
            if time.monotonic() >= self._next_at:
                self._asking = threading.Thread(target=self._ask, name="pulse", daemon=True)
                self._asking.start()
            return None
        if self._asking.is_alive():
            return None
        self._asking = None
        self._next_at = time.monotonic() + self._patience.period_s
        wrong = self._answers.pop() if self._answers else "it could not be asked"
        self.well = wrong is None
        return wrong if self._judge.hears(wrong, time.monotonic()) else None

    def _ask(self) -> None:
        self._answers.append(self._check())
