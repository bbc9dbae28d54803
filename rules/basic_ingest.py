"""Basic Ingest: messages that name the rule they are for, on `$aws/rules/RULE/TOPIC`.

On AWS they go straight to the rules engine, and no client may subscribe to them. Here the engine is a client, and hears
what its broker lets it hear. One that does not let it hear these is no reason to stop: the rules go on without.
"""

from __future__ import annotations

from typing import Final

import structlog

from contracts.topics import BASIC_INGEST, BASIC_INGEST_FILTER
from rules.sql import Message
from rules.subscriptions import Subscriptions, Wire, companion

LOST_CONNECTIONS: Final = 2
"""After so many, each lost before the answer, the subscription is taken for the cause.

AWS: "Unsupported publish or subscribe operations to reserved topics can result in a terminated connection" (developer
guide, "Reserved topics"). One may be chance, the second is not.
"""

log = structlog.get_logger(__name__)


def published_topic(message: Message) -> str:
    """The topic as the publisher named it; rules see it without the prefix.

    Example:
        >>> published_topic(Message(topic="$aws/rules/archive/a/b", payload=b""))
        '$aws/rules/archive/a/b'
    """
    return message.topic if message.rule_name is None else f"{BASIC_INGEST}{message.rule_name}/{message.topic}"


class BasicIngest:
    """The subscription to Basic Ingest, asked for when all others stand, and given up where it is refused.

    It is one for all rules, so that a message for a rule that is not there is heard too, and counted.

    Args:
        plant: the plant whose topics the companion lies under.
        wire: what sends packets.
    """

    def __init__(self, plant: str, wire: Wire) -> None:
        self._companion = companion(plant, BASIC_INGEST_FILTER)
        self._wire = wire
        self._subscriptions = Subscriptions(
            [BASIC_INGEST_FILTER], plant, wire, on_ready=self._granted, on_refused=self._refused
        )
        self._awaits_answer = False
        self._lost = 0
        self.given_up = False

    def on_connected(self, session_present: bool) -> None:
        """Ask for the subscription, unless that was in vain before."""
        if not self.given_up:
            self._awaits_answer = True
            self._subscriptions.on_connected(session_present)

    def on_disconnected(self) -> None:
        """A connection that ends instead of an answer may be the answer."""
        if not self._awaits_answer:
            return
        self._awaits_answer = False
        self._lost += 1
        if self._lost >= LOST_CONNECTIONS:
            self._give_up("the broker ends the connection")

    def on_subscribed(self, packet_id: int, codes: list[int]) -> None:
        """Hand on a SUBACK."""
        self._subscriptions.on_subscribed(packet_id, codes)

    def on_unsubscribed(self, packet_id: int, codes: list[int]) -> None:
        """Hand on an UNSUBACK."""
        self._subscriptions.on_unsubscribed(packet_id, codes)

    def _granted(self) -> None:
        self._awaits_answer, self._lost = False, 0
        log.info("Basic Ingest is heard", topic_filter=BASIC_INGEST_FILTER)

    def _refused(self, _topic_filter: str) -> None:
        self._awaits_answer = False
        # The companion says that its filter is there: an engine that starts later must not believe that.
        self._wire.unsubscribe([self._companion])
        self._give_up("the broker refuses the subscription")

    def _give_up(self, reason: str) -> None:
        self.given_up = True
        log.warning("no Basic Ingest with this broker", topic_filter=BASIC_INGEST_FILTER, reason=reason)
