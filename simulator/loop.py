"""The work of one thread: calls that other threads hand in, and calls at set times.

What belongs to a shard is touched by its own thread only; everybody else posts. So there are no locks, and an order
in which things happened.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

Answer = TypeVar("Answer")

GATHER_S = 0.02
"""How long a patient call waits for others of its kind [s]."""

_AT_ONCE = 64
"""Calls worked off between two looks at the clock."""


class Loop:
    """A mailbox and a set of timers, worked off by the thread that calls `run_until`.

    A call may be handed in as patient: it wakes nobody at once, and is worked off together with what comes within
    `GATHER_S`. The order of all calls is kept; one that is not patient takes those before it along. Answers of a broker
    come by the thousand a second, and a wake-up for each costs more than all the work that follows from it.

    Args:
        clock: monotonic clock [s].
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._mailbox: deque[tuple[Callable[..., Any], tuple[Any, ...]]] = deque()
        # How long the mailbox may wait, told by whoever was first to put something in; then the lock is let go. No
        # SimpleQueue: CPython's waits for ever if its thread is held up until the moment has passed (3.11).
        self._patience: deque[float] = deque()
        self._bell = threading.Lock()
        self._bell.acquire()
        self._rung = self._rung_patiently = False
        self._due_s = float("inf")
        self._timers: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()
        self._interrupted = False

    def post(self, call: Callable[..., Any], arguments: tuple[Any, ...] = (), *, patient: bool = False) -> None:
        """Hand in a call, from any thread."""
        # First the call, then the look at the flag: `_work_off` does it the other way round, so no call is overlooked.
        self._mailbox.append((call, arguments))
        if patient:
            if not (self._rung_patiently or self._rung):
                self._rung_patiently = True
                self._ring(GATHER_S)
        elif not self._rung:
            self._rung = True
            self._ring(0.0)

    def _ring(self, patience_s: float) -> None:
        self._patience.append(patience_s)
        with suppress(RuntimeError):  # it rings already
            self._bell.release()

    def ask(self, call: Callable[[], Answer], timeout_s: float) -> Answer:
        """Hand in a call from another thread, and wait for what it returns or raises.

        Raises:
            TimeoutError: the loop's thread did not come to it in time, and will not any more.
        """
        future: Future[Answer] = Future()
        self.post(_answer, (future, call))
        try:
            return future.result(timeout_s)
        except TimeoutError:
            future.cancel()
            raise

    def interrupt(self) -> None:
        """Let `run_until` return early, from any thread."""
        self.post(self._interrupt)

    def at(self, moment_s: float, call: Callable[[], object]) -> None:
        """Make a call at that moment of the clock [s]; only from the loop's own thread."""
        heapq.heappush(self._timers, (moment_s, next(self._numbers), call))

    def run_until(self, moment_s: float) -> bool:
        """Work until that moment of the clock [s]; false if interrupted before."""
        while not self._interrupted:
            now_s = self.clock()
            # The moment goes before all else: the caller's step must not wait for a full mailbox.
            if now_s >= moment_s:
                return True
            while self._timers and self._timers[0][0] <= now_s:
                heapq.heappop(self._timers)[2]()
            if self._due_s <= now_s:
                self._work_off()
            else:
                self._wait(now_s, min(moment_s, self._due_s, self._timers[0][0] if self._timers else moment_s))
        self._interrupted = False
        return False

    def _wait(self, now_s: float, until_s: float) -> None:
        if not self._bell.acquire(timeout=max(0.0, until_s - now_s)):
            return
        while self._patience:
            self._due_s = min(self._due_s, self.clock() + self._patience.popleft())

    def _work_off(self) -> None:
        """Work off a part of the mailbox."""
        self._rung = self._rung_patiently = False
        for _ in range(_AT_ONCE):
            if not self._mailbox:
                self._due_s = float("inf")
                return
            call, arguments = self._mailbox.popleft()
            call(*arguments)
            if self._interrupted:
                return

    def _interrupt(self) -> None:
        self._interrupted = True


def _answer(future: Future[Any], call: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(call())
    except Exception as error:  # noqa: BLE001 - it belongs to the thread that asked
        future.set_exception(error)
