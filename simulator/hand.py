"""A process of a crew, as the process sees it that started it."""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent.futures import Future
from multiprocessing.context import SpawnContext
from typing import Any

from simulator.errors import SimulatorError
from simulator.settings import SimulatorSettings
from simulator.snapshot import Snapshot
from simulator.worker import work

ANSWER_TIMEOUT_S = 12.0
"""Longer than a process waits for one of its shards [s]."""


class GoneError(SimulatorError):
    """The process is not there any more."""


class Hand:
    """A process that plays, started at once.

    Args:
        context: how processes are started.
        settings: its own.

    Attributes:
        last: what it told when it was last asked for its metrics; survives it.
    """

    def __init__(self, context: SpawnContext, settings: SimulatorSettings) -> None:
        self.last = Snapshot()
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(settings, theirs), daemon=False)
        self._process.start()
        # Only the child must hold its end, or its death would not end a wait for its answer.
        theirs.close()
        self._born_s = time.monotonic()
        self._speaking, self._refreshing = threading.Lock(), threading.Lock()
        self._number = 0
        self._waiting: dict[int, Future[Any]] = {}
        threading.Thread(target=self._hear, name="answers", daemon=True).start()

    @property
    def pid(self) -> int | None:
        """Number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.is_alive()

    @property
    def exit_status(self) -> int | None:
        """With what it ended: negative if a signal ended it; none while it runs."""
        return self._process.exitcode

    @property
    def age_s(self) -> float:
        """Time since it was started [s]."""
        return time.monotonic() - self._born_s

    def ask(self, name: str, *arguments: Any) -> Any:
        """What it answers, from any thread; questions do not wait for one another.

        Raises:
            GoneError: it has ended.
            TimeoutError: it does not answer.
            Exception: whatever it raised.
        """
        answer: Future[Any] = Future()
        number = self._send(answer, name, arguments)
        try:
            return answer.result(ANSWER_TIMEOUT_S)
        finally:
            self._waiting.pop(number, None)

    def _send(self, answer: Future[Any], name: str, arguments: tuple[Any, ...]) -> int:
        if not self._speaking.acquire(timeout=ANSWER_TIMEOUT_S):
            raise TimeoutError
        try:
            self._number = number = self._number + 1
            self._waiting[number] = answer
            self._pipe.send((number, name, arguments))
        except OSError:
            del self._waiting[number]
            raise self._gone() from None
        finally:
            self._speaking.release()
        return number

    def _hear(self) -> None:
        """Hand out the answers until no more can come; on a thread of its own."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                number, well, what = self._pipe.recv()
                answer = self._waiting.pop(number, None)
                if answer is None:
                    continue  # nobody waits for it any more
                if well:
                    answer.set_result(what)
                else:
                    answer.set_exception(what)
        with self._speaking:
            self._pipe.close()  # a question from now on finds it closed
            for answer in [self._waiting.pop(number) for number in list(self._waiting)]:
                answer.set_exception(self._gone())

    def _gone(self) -> GoneError:
        return GoneError(f"The worker {self.pid} has ended.")

    def refresh(self) -> None:
        """Ask for its metrics; if it does not answer, what it told before stays."""
        # One after the other, or an older answer could take the place of a newer one, and counters would go back.
        if self._refreshing.acquire(timeout=ANSWER_TIMEOUT_S):
            try:
                self.last = self.ask("snapshot")
            except (GoneError, TimeoutError):
                pass
            finally:
                self._refreshing.release()

    def stop(self) -> None:
        """Let it end in order; `join` waits for it."""
        self._process.terminate()

    def join(self, timeout_s: float) -> bool:
        """Wait for its end; says whether it came in time. If not, it is killed."""
        self._process.join(timeout_s)
        in_time = not self._process.is_alive()
        if not in_time:
            self._process.kill()
            self._process.join()
        return in_time
