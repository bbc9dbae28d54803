"""Connections that do not wait for ever: what uvicorn has no setting for.

Its time for keep-alive holds between two requests, and only until a byte comes. A client that connects and says
nothing, sends its head a letter a minute, goes on with a body that was answered already, or never reads its answer
would hold its connection for good.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Any, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol


class Impatient(H11Protocol):
    """A connection that is closed when a request has not begun in time.

    Attributes:
        receive_s: time from the beginning, or from the last answer, to the end of a request's head [s].
        cut_off: told when a head that had begun to come is cut off.
    """

    receive_s: ClassVar[float]
    cut_off: ClassVar[Callable[[], None]]
    _deadline: asyncio.TimerHandle | None = None
    _unread = math.inf

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Let the time run."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Stop the time where the head of a request is whole."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Let the time run for the next request."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave no timer behind."""
        super().connection_lost(exc)
        if self._deadline is not None:
            self._deadline.cancel()

    def _watch(self) -> None:
        under_way = self.cycle is not None and not self.cycle.response_complete
        if under_way and self._deadline is not None:
            self._deadline.cancel()
            self._deadline, self._unread = None, math.inf
        elif not under_way and self._deadline is None:
            self._deadline = self.loop.call_later(self.receive_s, self._too_late)

    def _too_late(self) -> None:
        unread = self.transport.get_write_buffer_size()
        if 0 < unread < self._unread:
            # The answer is long and its reader slow, but it reads.
            self._unread, self._deadline = unread, self.loop.call_later(self.receive_s, self._too_late)
            return
        head: tuple[bytes, Any] = self.conn.trailing_data
        if head[0]:
            type(self).cut_off()
        self.transport.abort()


def impatient(seconds: float, told: Callable[[], None]) -> type[Impatient]:
    """The kind of connection with this patience.

    Args:
        seconds: `receive_s` [s].
        told: `cut_off`.
    """

    class Connection(Impatient):
        receive_s = seconds
        cut_off = staticmethod(told)

    return Connection
