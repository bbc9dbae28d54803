"""The engine: the catalog run against a broker, losing nothing that it has acknowledged.

One thread reads, decides and acknowledges; the threads of the lanes act, and those of the look-up pool ask what a rule
wants to know. So nothing that is decided needs a lock, and a service that hangs holds up neither the connection nor
another action.
"""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import structlog
from paho.mqtt.client import MQTTMessage

from contracts.topics import BASIC_INGEST, TopicError, parse_topic
from rules.broker import Broker
from rules.dispatch import Dispatcher
from rules.loading import Rule
from rules.lookups import LookUpPool
from rules.measures import Measures
from rules.pending import Pending
from rules.pipeline import Pipeline
from rules.repeats import Repeats
from rules.sql import Message
from rules.sql.services import Services
from rules.work import Delivery, Run

TURN_S = 0.2
"""Longest wait for the broker, and so how late a batch may be [s]."""
DRAIN_S = 7.0
CLOSE_S = 1.5
"""An orderly stop takes at most these two together: supervisors grant ten seconds."""

log = structlog.get_logger(__name__)

Connect = Callable[[Sequence[str], Callable[[MQTTMessage], None], Callable[[], None]], Broker]
"""Makes the connection, given what to subscribe to, who takes a message, and who is told of a lost connection."""


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """How much the engine holds, and for how long.

    Args:
        batch_seconds: age at which a batch is written [s].
        batch_bytes: size at which a batch is written [bytes].
        max_pending: messages received and not acknowledged, above which nothing is read.
        account: AWS account that `accountid()` gives.
        look_up_threads: how many rules look something up at once.
    """

    batch_seconds: float = 5.0
    batch_bytes: int = 1 << 20
    max_pending: int = 20_000
    account: str = "000000000000"
    look_up_threads: int = 8


class Engine:
    """Rules at work.

    Args:
        rules: the catalog.
        connect: makes the connection to the broker.
        options: how much is held.
        measures: what is counted.
        services: whom rules ask that look something up; without, such a rule fails for each message.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        connect: Connect,
        options: EngineOptions,
        measures: Measures,
        services: Services | None = None,
    ) -> None:
        self._options = options
        self._measures = measures
        running = [rule for rule in rules if not rule.disabled]
        self.broker = connect(_topic_filters(running), self._take, self._lost)
        self._pending = Pending(self.broker.acknowledge, Repeats(), measures)
        self._pool = LookUpPool(options.look_up_threads, self.broker.wake)
        self._dispatcher = Dispatcher(
            running,
            batch_seconds=options.batch_seconds,
            batch_bytes=options.batch_bytes,
            on_done=self._run_done,
            wake=self.broker.wake,
            measures=measures,
            pool=self._pool,
        )
        self._pipeline = Pipeline(
            running,
            self._dispatcher,
            measures,
            pool=self._pool,
            services=services,
            on_nothing=self._one_done,
        )
        self._leaving = False
        self._count = itertools.count(1)
        self._trace = str(uuid.uuid4())[:-12]
        self.alive_at = time.monotonic()

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; then finish what is under way, and leave in order."""
        while not stop.is_set():
            self.turn(TURN_S)
        self._drain()

    def turn(self, timeout_s: float, *, reading: bool = True) -> None:
        """One round: hear the broker, take what was looked up and what the lanes report, send what is due."""
        self.alive_at = time.monotonic()
        room = max(0, self._options.max_pending - len(self._pending)) if reading else 0
        self.broker.turn(min(timeout_s, self._dispatcher.due_in_s), room=room)
        self._pool.settle()
        self._dispatcher.settle()
        # When nothing more comes in, no batch has company to wait for.
        self._dispatcher.flush(everything=room == 0)
        self._dispatcher.try_again()
        self._show()

    def _drain(self) -> None:
        log.info("stopping", pending=len(self._pending))
        deadline = time.monotonic() + DRAIN_S
        while len(self._pending) and time.monotonic() < deadline:
            self.turn(0.05, reading=False)
        # What comes from here on is left with the broker: nobody acknowledges it.
        self._leaving = True
        self._pool.stop()
        self._dispatcher.stop()
        self.broker.close(time.monotonic() + CLOSE_S)
        self._show()
        log.info("stopped", left_with_the_broker=len(self._pending))

    def _show(self) -> None:
        self._measures.pending.set(len(self._pending))
        self._pipeline.show()
        self._measures.looking_up.set(self._pool.open)
        self._measures.connected.set(self.broker.ready)
        self._measures.batched_bytes.set(self._dispatcher.batched_bytes)

    def _take(self, packet: MQTTMessage) -> None:
        if self._leaving:
            return
        try:
            delivery = self._pending.admit(self._message(packet), packet.mid if packet.qos else None)
            if delivery is None:
                return
            self._pipeline.advance(delivery)
            if not delivery.runs and not delivery.asking:
                self._pending.finish(delivery)
        except Exception:
            # It stays unacknowledged, and so with the broker; the messages behind it must not suffer.
            log.exception("a message could not be handled", packet_id=packet.mid)

    def _lost(self) -> None:
        self._pending.forget_connection()

    def _run_done(self, run: Run) -> None:
        self._one_done(run.delivery)

    def _one_done(self, delivery: Delivery) -> None:
        delivery.open_runs -= 1
        if delivery.open_runs == 0:
            self._pending.finish(delivery)

    def _message(self, packet: MQTTMessage) -> Message:
        topic = packet.topic
        return Message(
            topic=topic,
            payload=bytes(packet.payload),
            client_id=_client_id(topic),
            trace_id=f"{self._trace}{next(self._count):012x}",
            account_id=self._options.account,
            **_mqtt5(packet.properties),
        )


def _topic_filters(rules: Sequence[Rule]) -> list[str]:
    """What must be subscribed to; a FROM of Basic Ingest's own topics selects nothing, as those name their rule."""
    filters = [rule.statement.topic_filter for rule in rules]
    return [each for each in filters if each is not None and not each.startswith(BASIC_INGEST)]


@lru_cache(maxsize=100_000)
def _client_id(topic: str) -> str | None:
    """Who published: a subscriber is not told, but policy lets only the machine itself speak on its topic.

    Of a Basic Ingest topic nobody knows: whoever may call a rule may name any machine behind the prefix.
    """
    try:
        return parse_topic(topic).device_id
    except TopicError:
        return None


_MQTT5_NAMES = {
    "ContentType": "content_type",
    "ResponseTopic": "response_topic",
    "CorrelationData": "correlation_data",
    "UserProperty": "user_properties",
}
_FORMATS = {0: "UNSPECIFIED_BYTES", 1: "UTF8_DATA"}


def _mqtt5(properties: Any) -> dict[str, Any]:
    """The properties of a message that rules can see, by the names of `Message`."""
    if properties is None:
        return {}
    # paho's own `isEmpty` asks for 27 attributes by name; most messages have none of them.
    held = vars(properties)
    found = {ours: held[theirs] for theirs, ours in _MQTT5_NAMES.items() if theirs in held}
    if "PayloadFormatIndicator" in held:
        found["payload_format_indicator"] = _FORMATS.get(held["PayloadFormatIndicator"], "UNSPECIFIED_BYTES")
    return found
