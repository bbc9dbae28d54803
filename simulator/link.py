"""A machine's way to the broker: what follows from connecting, breaking off, and every answer.

::

            open()          on_connected           on_disconnected, an answer that never comes
    CLOSED ────────► DIALLING ────────► OPEN ─────────────────────────► CLOSING ─► on_stopped
      ▲                  └── on_failed ───────────────────────────────────▲              │
      └───────────── later, with full jitter, when the connect limit allows ◄────────────┘

All methods run on the thread of the shard, so nothing here is locked.
"""

from __future__ import annotations

import time
from enum import Enum
from typing import Literal, Protocol

from contracts.identity import Identity
from simulator.connection import Connection
from simulator.outbox import Message, Outbox

MAX_PAYLOAD_BYTES = 128 * 1024 - 512
"""Largest payload: AWS IoT Core takes messages of 128 KB. The limit that a broker announces covers the whole packet, so
its header and the topic (256 bytes at most) are left room for."""

REFUSALS = frozenset({131, 135, 144, 153})
"""PUBACK reasons that would be the same next time: implementation specific error, not authorised, topic name invalid,
payload format invalid (MQTT 5.0, table 3-4)."""

NOT_AUTHORISED = 135

Outcome = Literal["acknowledged", "policy", "oversize"]


class Desk(Protocol):
    """What the links of a shard share."""

    def may_publish(self) -> bool:
        """Whether the shard is still ours to play."""

    def settled(self, link: Link, message: Message, outcome: Outcome, seconds: float) -> None:
        """A message has found its end."""

    def handed_over(self, link: Link, message: Message) -> None:
        """A message is handed to the connection for the first time."""

    def waits(self, messages: list[Message]) -> None:
        """Messages wait again."""

    def dial(self, link: Link, attempt: int | None) -> None:
        """Call `link.dial` when the back-off of that attempt (none: the first) and the connect limit allow."""

    def connected(self, link: Link, *, again: bool) -> None:
        """A connection was made, for the first time or again."""

    def complains(self, link: Link, why: str) -> None:
        """A connection could not be made, or broke off."""


class Stage(Enum):
    """Where the connection of a link is."""

    CLOSED = "closed"
    DIALLING = "dialling"
    OPEN = "open"
    CLOSING = "closing"


class Link:
    """The connection and the outbox of one machine.

    Args:
        row: place of the machine in the shard.
        identity: who it is.
        connection: how it speaks; it will report to this link.
        desk: what the links of a shard share.
        droppable: whether messages may be dropped when the store is full; a replay's never are, its file waits.
    """

    def __init__(
        self, row: int, identity: Identity, connection: Connection, desk: Desk, *, droppable: bool = True
    ) -> None:
        self.row = row
        self.identity = identity
        self.droppable = droppable
        self.outbox = Outbox()
        self.stage = Stage.CLOSED
        self.attempts = 0
        self.last_acknowledged: Message | None = None
        self._connection = connection
        self._desk = desk
        self._wanted = False
        self._epoch = 0
        connection.listen(self)

    @property
    def connected(self) -> bool:
        """Whether messages can be sent now."""
        return self.stage is Stage.OPEN

    def open(self) -> None:
        """Be connected from now on."""
        self._wanted = True
        if self.stage is Stage.CLOSED:
            self._desk.dial(self, None)

    def close(self) -> None:
        """Be connected no longer; what was in flight waits again."""
        self._wanted = False
        if self.stage in (Stage.DIALLING, Stage.OPEN):
            self._break_off()

    def dial(self) -> None:
        """Try to connect now, if that is still wanted."""
        if self._wanted and self.stage is Stage.CLOSED:
            self.stage = Stage.DIALLING
            self._connection.start()

    def send(self, message: Message) -> None:
        """Put the machine's next message on its way, or refuse it if it is too large."""
        self.outbox.put(message)
        if len(message.payload) > MAX_PAYLOAD_BYTES:
            self._settle(message, "oversize", 0.0)
        else:
            self.pump()

    def pump(self) -> None:
        """Hand over what waits, as far as the lease and the window of messages in flight allow."""
        if not self._desk.may_publish():
            return
        while self.stage is Stage.OPEN and (message := self.outbox.take()) is not None:
            if not message.sent_at:
                self._desk.handed_over(self, message)
            message.sent_at = time.monotonic()
            self._connection.publish(message, self._epoch)

    def on_connected(self) -> None:
        """The broker let us in: send what waits."""
        if self.stage is not Stage.DIALLING:
            return
        self.stage = Stage.OPEN
        self._epoch += 1
        self._desk.connected(self, again=self._epoch > 1)
        self.pump()

    def on_failed(self, why: str) -> None:
        """An attempt to connect failed: try again later."""
        if self.stage is Stage.DIALLING:
            self._desk.complains(self, why)
            self._break_off()

    def on_disconnected(self, why: str, reason: int | None) -> None:
        """The connection ended: what was in flight waits again."""
        if self.stage is not Stage.OPEN:
            return
        if reason == NOT_AUTHORISED and (guilty := self.outbox.oldest_in_flight()) is not None:
            # AWS breaks off instead of answering. The broker works in order, so it was the oldest that it refused;
            # sent again, it would break every connection to come.
            self._settle(guilty, "policy", 0.0)
        self._desk.complains(self, why)
        self._break_off()

    def on_stopped(self) -> None:
        """The client is at rest: dial again if that is wanted."""
        self.stage = Stage.CLOSED
        if self._wanted:
            self._desk.dial(self, self.attempts)
            self.attempts += 1

    def on_answer(self, message: Message, epoch: int, reason: int | None, seconds: float) -> None:
        """Settle a message that was taken or refused for good; anything else breaks the connection off."""
        if reason is not None and reason < 128:
            self.attempts = 0  # a connection that takes messages is a good one; a CONNACK alone is not
            self._acknowledge(message, seconds)
        elif reason in REFUSALS:
            self._settle(message, "policy", seconds)
        elif epoch == self._epoch and self.stage is Stage.OPEN:
            # No answer in time, a quota exceeded, or a code unknown to us: all in flight are sent again, in order,
            # over a new connection after a back-off. (From an older connection it is no news.)
            self._desk.complains(self, f"no answer to seq {message.seq}" if reason is None else f"reason {reason}")
            self._break_off()
        if self.outbox.waiting:
            self.pump()

    def _acknowledge(self, message: Message, seconds: float) -> None:
        if self.last_acknowledged is None or message.seq > self.last_acknowledged.seq:
            self.last_acknowledged = message
        self._settle(message, "acknowledged", seconds)

    def _settle(self, message: Message, outcome: Outcome, seconds: float) -> None:
        if self.outbox.settle(message):
            self._desk.settled(self, message, outcome, seconds)

    def _break_off(self) -> None:
        self.stage = Stage.CLOSING
        self._desk.waits(self.outbox.recall())
        self._connection.stop()
