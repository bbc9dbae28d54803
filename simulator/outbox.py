"""What one machine has said and nobody has answered for yet, in order.

A message waits, is handed to the connection (in flight), and is settled: acknowledged, refused or dropped. When the
connection breaks, whatever was in flight waits again before everything younger, so that the order of a machine's
messages survives (at least once, in order). A message that a fault keeps back is held aside: when it is let go, it
comes after those that were sent meanwhile.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import IntEnum
from operator import attrgetter
from typing import Any


class State(IntEnum):
    """Where a message is."""

    WAITING = 0
    IN_FLIGHT = 1
    SETTLED = 2


@dataclass(slots=True, eq=False)
class Message:
    """A reading on its way.

    Attributes:
        row: the machine, by its place in the shard.
        seq: number within the run.
        payload: what goes on the wire.
        reading: what the gauges show once the broker has taken the message; opaque here.
        arrival: number within the process, which says who is the oldest.
        sent_at: when it was last handed to the connection, on the monotonic clock [s].
        again: a repeat, which a fault sends beside the message of the same number.
        place: where it stands among those of its machine; messages leave in this order.
    """

    row: int
    seq: int
    payload: bytes
    reading: Any = None
    arrival: int = 0
    sent_at: float = 0.0
    again: bool = False
    place: int = 0
    state: State = State.WAITING

    def repeat(self) -> Message:
        """The same once more."""
        return Message(self.row, self.seq, self.payload, self.reading, again=True)


@dataclass(slots=True)
class Outbox:
    """The unsettled messages of a machine.

    Args:
        window: messages in flight at most; AWS IoT Core allows a client 100 unacknowledged publishes.

    Example:
        >>> box = Outbox(window=2)
        >>> for seq in (1, 2, 3):
        ...     box.put(Message(row=0, seq=seq, payload=b"{}"))
        >>> first, second = box.take(), box.take()
        >>> box.take() is None  # the window is full
        True
        >>> box.settle(first)
        True
        >>> [message.seq for message in box.recall()]  # the connection broke: 2 waits again, before 3
        [2]
        >>> box.take().seq, len(box)
        (2, 2)
    """

    window: int = 100
    _waiting: deque[Message] = field(default_factory=deque)
    _in_flight: dict[int, Message] = field(default_factory=dict)
    _held: dict[Message, None] = field(default_factory=dict)
    _places: int = 0
    _unsettled: int = 0

    def __len__(self) -> int:
        return self._unsettled

    @property
    def in_flight(self) -> int:
        """Messages handed to the connection and not answered."""
        return len(self._in_flight)

    @property
    def waiting(self) -> bool:
        """Whether messages may be there to be taken."""
        return bool(self._waiting)

    def put(self, message: Message) -> None:
        """Take in the machine's next message."""
        self._queue_up(message)
        self._unsettled += 1

    def hold(self, message: Message) -> None:
        """Take in a message that is not to be sent yet."""
        self._held[message] = None
        self._unsettled += 1

    def release(self, message: Message) -> bool:
        """Let a held message go, behind those that wait; false if it was dropped meanwhile."""
        if message not in self._held:
            return False
        del self._held[message]
        self._queue_up(message)
        return True

    @property
    def held(self) -> list[Message]:
        """Messages that are kept back, in the order in which they were made."""
        return list(self._held)

    def take(self) -> Message | None:
        """The next message to be sent, now in flight; none if nothing waits or the window is full."""
        while self._waiting and len(self._in_flight) < self.window:
            message = self._waiting.popleft()
            # Those dropped, or answered late by a connection long gone, were left in the queue: skip them here.
            if message.state is State.WAITING:
                message.state = State.IN_FLIGHT
                self._in_flight[message.place] = message
                return message
        return None

    def settle(self, message: Message) -> bool:
        """Nothing more will be done about it; says whether this is news."""
        if message.state is State.SETTLED:
            return False
        self._in_flight.pop(message.place, None)
        self._held.pop(message, None)
        message.state = State.SETTLED
        self._unsettled -= 1
        # While nobody is connected nothing is taken, and what the store drops would pile up here.
        while self._waiting and self._waiting[0].state is State.SETTLED:
            self._waiting.popleft()
        return True

    def oldest_in_flight(self) -> Message | None:
        """The message that the broker looks at first."""
        return next(iter(self._in_flight.values()), None)

    def recall(self) -> list[Message]:
        """The connection is gone: all in flight wait again, in order. Returns them."""
        recalled = list(self._in_flight.values())
        for message in recalled:
            message.state = State.WAITING
        self._in_flight.clear()
        if recalled:
            left = (message for message in self._waiting if message.state is State.WAITING)
            self._waiting = deque(sorted([*recalled, *left], key=attrgetter("place")))
        return recalled

    def _queue_up(self, message: Message) -> None:
        # Not by seq: one that was held keeps its late place when the connection breaks, and repeats share a seq.
        self._places += 1
        message.place = self._places
        self._waiting.append(message)
