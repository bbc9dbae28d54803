"""The work of one thread: calls that other threads hand in, and calls at set times.

What belongs to a shard is touched by its own thread only; everybody else posts. So there are no locks, and an order
in which things happened.
"""

from __future__ import annotations

import heapq
import itertools
import queue
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

Answer = TypeVar("Answer")


class Loop:
    """A mailbox and a set of timers, worked off by the thread that calls `run_until`.

    Args:
        clock: monotonic clock [s].
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._mailbox: queue.SimpleQueue[tuple[Callable[..., Any], tuple[Any, ...]]] = queue.SimpleQueue()
        self._timers: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = itertools.count()
        self._interrupted = False

    def post(self, call: Callable[..., Any], arguments: tuple[Any, ...] = ()) -> None:
        """Hand in a call, from any thread."""
        self._mailbox.put((call, arguments))

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
            until_s = min(moment_s, self._timers[0][0]) if self._timers else moment_s
            try:
                call, arguments = self._mailbox.get(timeout=max(0.0, until_s - now_s))
            except queue.Empty:
                continue
            call(*arguments)
        self._interrupted = False
        return False

    def _interrupt(self) -> None:
        self._interrupted = True


def _answer(future: Future[Any], call: Callable[[], Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(call())
    except Exception as error:  # noqa: BLE001 - it belongs to the thread that asked
        future.set_exception(error)
