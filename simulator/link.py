"""A machine's way to the broker: what follows from connecting, breaking off, and every answer.

::

            open()          on_connected           on_disconnected, an answer that never comes
    CLOSED ────────► DIALLING ────────► OPEN ─────────────────────────► CLOSING ─► on_stopped
      ▲                  └── on_failed ───────────────────────────────────▲              │
      └───────────── later, with full jitter, when the connect limit allows ◄────────────┘

What faults do to a machine's way to the broker comes about here as well: while it is offline it does not dial; a
certificate that the broker refuses is shown by a new connection; on a slow way, what is sent is under way for a while
before the connection gets it.

All methods run on the thread of the shard, so nothing here is locked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum
from typing import Literal, Protocol

from contracts.identity import Identity
from simulator.connection import Connection
from simulator.delivery import Certificate
from simulator.outbox import Message, Outbox
from simulator.pipe import Pipe

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

    def later(self, delay_s: float, call: Callable[[], object]) -> None:
        """Make a call after that time."""

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
        self._offline = self._at_once = False
        self._certificate = self._shown = Certificate.VALID
        self._latency_s = 0.0
        self._pipe = Pipe[Message]()
        connection.listen(self)

    @property
    def connected(self) -> bool:
        """Whether messages can be sent now."""
        return self.stage is Stage.OPEN

    @property
    def hopeful(self) -> bool:
        """Whether it is connected, or tries to be and has not failed yet."""
        return self.connected or (self._may_connect and self.attempts == 0)

    @property
    def _may_connect(self) -> bool:
        return self._wanted and not self._offline

    def open(self) -> None:
        """Be connected from now on."""
        self._wanted = True
        if self.stage is Stage.CLOSED:
            self._dial(None)

    def close(self) -> None:
        """Be connected no longer; what was in flight waits again."""
        self._wanted = False
        if self.stage in (Stage.DIALLING, Stage.OPEN):
            self._break_off()

    def set_network(self, *, offline: bool, latency_s: float, certificate: Certificate) -> None:
        """Let faults have the way to the broker like this from now on.

        Args:
            offline: no connection can be had; one that stands breaks without a word, as when a cable is pulled.
            latency_s: what a message takes longer from the machine to the broker [s].
            certificate: what the machine shows; another than before breaks the connection off.
        """
        self._latency_s = latency_s
        if (offline, certificate) == (self._offline, self._certificate):
            return
        self._offline, self._certificate = offline, certificate
        self.attempts = 0
        if self.stage in (Stage.DIALLING, Stage.OPEN):
            self._break_off()
        if self.stage is Stage.CLOSED:
            self._dial(None)
        else:
            self._at_once = True

    def dial(self) -> None:
        """Try to connect now, if that is still wanted."""
        if self._may_connect and self.stage is Stage.CLOSED:
            if self._shown is not self._certificate:
                self._connection.present(self._certificate)
                self._shown = self._certificate
            self.stage = Stage.DIALLING
            self._connection.start()

    def send(self, message: Message, delay_s: float = 0.0) -> None:
        """Put the machine's next message on its way, or refuse it if it is too large.

        Args:
            message: what it says.
            delay_s: how long it is kept back first, while others may overtake it [s].
        """
        if delay_s > 0:
            self.outbox.hold(message)
            self._desk.later(delay_s, lambda: self._let_go(message))
        else:
            self.outbox.put(message)
        if len(message.payload) > MAX_PAYLOAD_BYTES:
            self._settle(message, "oversize", 0.0)
        else:
            self.pump()

    def hurry(self) -> None:
        """Send what is kept back and what is under way on a slow line now: the machine is about to leave."""
        for message in self.outbox.held:
            self.outbox.release(message)
        self._arrive(float("inf"))
        self.pump()

    def pump(self) -> None:
        """Hand over what waits, as far as the lease and the window of messages in flight allow."""
        if not self._desk.may_publish():
            return
        self._arrive(time.monotonic())
        while self.stage is Stage.OPEN and (message := self.outbox.take()) is not None:
            if not message.sent_at:
                self._desk.handed_over(self, message)
            message.sent_at = time.monotonic()
            self._travel(message)

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
        guilty = self.outbox.oldest_in_flight()
        # On a slow way the broker may have seen none of them yet.
        if reason == NOT_AUTHORISED and guilty is not None and self.outbox.in_flight > len(self._pipe):
            # AWS breaks off instead of answering. The broker works in order, so it was the oldest that it refused;
            # sent again, it would break every connection to come.
            self._settle(guilty, "policy", 0.0)
        self._desk.complains(self, why)
        self._break_off()

    def on_stopped(self) -> None:
        """The client is at rest: dial again if that is wanted."""
        self.stage = Stage.CLOSED
        if self._at_once:
            self._at_once = False
            self._dial(None)
        elif self._may_connect:
            self._dial(self.attempts)
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

    def _dial(self, attempt: int | None) -> None:
        if self._may_connect:
            self._desk.dial(self, attempt)

    def _let_go(self, message: Message) -> None:
        if self.outbox.release(message):
            self.pump()

    def _travel(self, message: Message) -> None:
        """Hand a message to the connection, or let it come there later."""
        # While others are under way, one that is faster now waits for them all the same.
        if self._latency_s > 0 or self._pipe:
            now_s = time.monotonic()
            there_s = self._pipe.put(message, now_s, self._latency_s)
            self._desk.later(there_s - now_s, lambda: self._arrive(time.monotonic()))
        else:
            self._connection.publish(message, self._epoch)

    def _arrive(self, now_s: float) -> None:
        if not self._pipe or not self._desk.may_publish():
            return
        for message in self._pipe.due(now_s):
            self._connection.publish(message, self._epoch)

    def _acknowledge(self, message: Message, seconds: float) -> None:
        if self.last_acknowledged is None or message.seq > self.last_acknowledged.seq:
            self.last_acknowledged = message
        self._settle(message, "acknowledged", seconds)

    def _settle(self, message: Message, outcome: Outcome, seconds: float) -> None:
        if self.outbox.settle(message):
            self._desk.settled(self, message, outcome, seconds)

    def _break_off(self) -> None:
        self.stage = Stage.CLOSING
        self._pipe.clear()
        self._desk.waits(self.outbox.recall())
        self._connection.stop()
