"""Answers that are kept for a while, in bounded number; shared by threads."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class TimedCache(Generic[Answer]):
    """Keeps each answer for a lifetime, and of all answers those that were used last.

    Two threads that miss the same answer both ask for it: waiting for one another would make a slow service slower. A
    failure is not kept.

    Args:
        lifetime_s: how long an answer counts [s].
        size: how many are kept.
        clock: tells the time [s].

    Example:
        >>> now = 0.0
        >>> cache = TimedCache(lifetime_s=60, size=10, clock=lambda: now)
        >>> cache.get("a", lambda: 1), cache.get("a", lambda: 2)
        (1, 1)
        >>> now = 60.0
        >>> cache.get("a", lambda: 2)
        2
    """

    def __init__(self, *, lifetime_s: float, size: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._lifetime_s = lifetime_s
        self._size = size
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[float, Answer]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        """The answer that is kept, or else what `ask` gives; whatever that raises goes to the caller."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and self._clock() - kept[0] < self._lifetime_s:
                self._kept.move_to_end(key)
                return kept[1]
        # The time of asking, not of the answer: what it says may be as old as that.
        asked_at = self._clock()
        answer = ask()
        with self._lock:
            self._kept[key] = asked_at, answer
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return answer
