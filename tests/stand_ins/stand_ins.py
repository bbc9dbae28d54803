"""What stands in for the broker, the lease table and the clock where a test is not about them."""

from __future__ import annotations

import time

from simulator.connection import Listener, Post
from simulator.outbox import Message


class Obliging:
    """A connection that is there at once and acknowledges everything."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def listen(self, listener: Listener) -> None:
        """Report to `listener` from now on."""
        self._listener = listener

    def present(self, certificate: object) -> None:
        """Nobody looks at it."""

    def start(self) -> None:
        """Connect."""
        self._post(self._listener.on_connected)

    def stop(self) -> None:
        """Disconnect."""
        self._post(self._listener.on_stopped)

    def publish(self, message: Message, epoch: int) -> None:
        """Take the message."""
        self._post(self._listener.on_answer, (message, epoch, 0, 0.001))


class OwnTable:
    """A lease table that nobody else uses."""

    clock = staticmethod(time.monotonic)
    lease_s = 60.0

    def beat(self, shard: str, run: int) -> bool:
        """The shard stays ours."""
        return True

    def free(self, shard: str, run: int) -> None:
        """Nobody waits for it."""


class HandClock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The time that the test has set [s]."""
        return self.now
