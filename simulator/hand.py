"""A process of a crew, as the process sees it that started it."""

from __future__ import annotations

import contextlib
import threading
import time
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
        self._asking = threading.Lock()
        self._number = 0

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
        """What it answers, from any thread.

        Raises:
            GoneError: it has ended.
            TimeoutError: it does not answer.
            Exception: whatever it raised.
        """
        deadline_s = time.monotonic() + ANSWER_TIMEOUT_S
        if not self._asking.acquire(timeout=ANSWER_TIMEOUT_S):
            raise TimeoutError
        try:
            self._number += 1
            self._pipe.send((self._number, name, arguments))
            well, answer = self._receive(self._number, deadline_s)
        except TimeoutError:
            raise
        except (EOFError, OSError):
            raise GoneError(f"The worker {self.pid} has ended.") from None
        finally:
            self._asking.release()
        if well:
            return answer
        raise answer

    def _receive(self, number: int, deadline_s: float) -> tuple[bool, Any]:
        while self._pipe.poll(max(0.0, deadline_s - time.monotonic())):
            answered, well, answer = self._pipe.recv()
            if answered == number:  # others are late answers to questions that nobody waits for any more
                return well, answer
        raise TimeoutError

    def refresh(self) -> None:
        """Ask for its metrics; if it does not answer, what it told before stays."""
        with contextlib.suppress(GoneError, TimeoutError):
            self.last = self.ask("snapshot")

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
        self.close()
        return in_time

    def close(self) -> None:
        """Let go of the pipe of a process that has ended."""
        self._pipe.close()
