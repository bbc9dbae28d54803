"""Messages received and not acknowledged: admitted once, acknowledged when done, over whatever connection.

Belongs to the engine's thread alone, so nothing here is locked.
"""

from __future__ import annotations

from collections.abc import Callable

from rules.basic_ingest import published_topic
from rules.measures import Measures
from rules.repeats import Repeats, identify
from rules.sql import Message
from rules.work import Delivery


class Pending:
    """What the broker is still owed an answer for.

    A message may come again before it is done: on the same connection, as brokers resend what is unacknowledged, or on
    the next one, under the same number or another. The copy is not acted on; its number is noted and acknowledged
    together with the first one's. Numbers of a lost connection are forgotten, as on the next they may mean another
    message. A message is told by its topic as published: one reading sent to a topic and to a rule (Basic Ingest) makes
    two messages.

    Args:
        acknowledge: tells the broker that it is done with a packet id.
    """

    def __init__(self, acknowledge: Callable[[int], None], repeats: Repeats, measures: Measures) -> None:
        self._acknowledge = acknowledge
        self._repeats = repeats
        self._measures = measures
        self._open: dict[tuple[str, bytes], Delivery] = {}
        self._waiting: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, message: Message, packet_id: int | None) -> Delivery | None:
        """A delivery to be worked on, or None for a copy.

        Args:
            message: what came.
            packet_id: the broker's number for it; None at QoS 0, where no answer is owed.
        """
        self._measures.received.inc()
        topic = published_topic(message)
        under_way = self._open.get((topic, message.payload))
        if under_way is not None:
            self._measures.repeated.inc()
            self._attach(under_way, packet_id)
            return None
        identity = identify(topic, message.value)
        if identity is not None and self._repeats.knows(identity, message.payload):
            self._measures.repeated.inc()
            self._answer_copy(packet_id)
            return None
        delivery = Delivery(message, set(), identity)
        self._open[topic, message.payload] = delivery
        self._attach(delivery, packet_id)
        return delivery

    def finish(self, delivery: Delivery) -> None:
        """Nothing of a delivery is open: acknowledge it, and know it when it comes again."""
        message = delivery.message
        del self._open[published_topic(message), message.payload]
        if delivery.identity is not None:
            self._repeats.remember(delivery.identity, message.payload)
        self._measures.acknowledged.inc()
        for packet_id in delivery.packet_ids:
            self._waiting[packet_id] -= 1
            if self._waiting[packet_id] == 0:
                del self._waiting[packet_id]
                self._acknowledge(packet_id)

    def forget_connection(self) -> None:
        """The connection is gone, and its packet ids with it; the work goes on."""
        self._waiting.clear()
        for delivery in self._open.values():
            delivery.packet_ids.clear()

    def _attach(self, delivery: Delivery, packet_id: int | None) -> None:
        if packet_id is not None and packet_id not in delivery.packet_ids:
            delivery.packet_ids.add(packet_id)
            self._waiting[packet_id] = self._waiting.get(packet_id, 0) + 1

    def _answer_copy(self, packet_id: int | None) -> None:
        # A late copy may carry a number that the broker has given to another message since, one that is not done.
        if packet_id is not None and packet_id not in self._waiting:
            self._acknowledge(packet_id)
