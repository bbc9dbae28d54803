"""Threads that may wait: what looks something up is done here, and what comes of it on the engine's own thread."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

import structlog

Result = TypeVar("Result")

log = structlog.get_logger(__name__)


class LookUpPool:
    """A few threads, a queue before them, and the results on their way back.

    The queue has no bound of its own: each entry belongs to a message that the engine holds, and of those there are
    `max_pending` at most. `submit`, `settle` and `stop` belong to the engine's thread.

    Args:
        threads: how many things are looked up at once.
        wake: wakes the engine's thread when a result is there.
    """

    def __init__(self, threads: int, wake: Callable[[], None]) -> None:
        self._threads = threads
        self._wake = wake
        self._started = False
        self._stopping = threading.Event()
        self._work: queue.SimpleQueue[tuple[Callable[[], Any], Callable[[Any], None]]] = queue.SimpleQueue()
        self._results: deque[tuple[Callable[[Any], None], Any]] = deque()
        self.open = 0

    def submit(self, work: Callable[[], Result], then: Callable[[Result], None]) -> None:
        """Have something done by a thread, and its result taken by the engine's.

        Args:
            work: what to do; it says in its result whether it failed, and raises nothing.
            then: takes the result, called from `settle`.
        """
        if not self._started:
            self._start()
        self.open += 1
        self._work.put((work, then))

    def settle(self) -> None:
        """Take the results that are there."""
        while self._results:
            then, result = self._results.popleft()
            self.open -= 1
            then(result)

    def stop(self) -> None:
        """Begin nothing more; what is open stays undone, and its message unacknowledged."""
        self._stopping.set()

    def _start(self) -> None:
        self._started = True
        # Threads that a hanging call holds must not hold the process: hence daemons.
        for number in range(self._threads):
            threading.Thread(target=self._run, name=f"look-up-{number}", daemon=True).start()

    def _run(self) -> None:
        while True:
            work, then = self._work.get()
            if self._stopping.is_set():
                return
            try:
                result = work()
            except Exception:
                # A fault of ours must not end the thread; the message stays unacknowledged, and so with the broker.
                log.exception("a look-up ended in a way that was not foreseen")
                continue
            self._results.append((then, result))
            self._wake()
