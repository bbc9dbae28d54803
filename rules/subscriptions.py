"""Subscribing once a session, also when nobody remembers whether that was done.

A resumed session keeps its subscriptions, and a second SUBSCRIBE must not be sent: brokers exist that then deliver
every message twice. But a session may be there *without* them: the engine was killed between CONNECT and SUBSCRIBE, or
the catalog has a new filter. So each filter has a companion, a topic on which nobody speaks, subscribed in the same
packet. On a resumed session only the companions are unsubscribed and subscribed again: the UNSUBACK says for each
whether it was there (0x00) or not (0x11, MQTT 5 section 3.11.3), and so whether its filter is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import structlog

from contracts.resources import RULES_ENGINE
from contracts.topics import topic
from rules.sql.topic_filter import matches

NO_SUBSCRIPTION_EXISTED = 0x11
FIRST_FAILURE = 0x80
FILTERS_OF_A_PACKET = 8
"""AWS takes no more in one SUBSCRIBE (AWS General Reference, IoT Core quotas)."""

log = structlog.get_logger(__name__)


class Wire(Protocol):
    """What sends the packets; both return the packet's id."""

    def subscribe(self, topic_filters: Sequence[str]) -> int:
        """Send a SUBSCRIBE at QoS 1."""

    def unsubscribe(self, topic_filters: Sequence[str]) -> int:
        """Send an UNSUBSCRIBE."""


def companion(plant: str, topic_filter: str) -> str:
    """The topic that stands for a filter in a session.

    Example:
        >>> companion("plant1", "factory/plant1/+/+/telemetry")
        'factory/plant1/rules-engine/7f6b5c04f2b3e31e/command'
    """
    digest = hashlib.sha256(topic_filter.encode()).hexdigest()[:16]
    return topic(plant, RULES_ENGINE, digest, "command")


def fewest(topic_filters: Iterable[str]) -> tuple[str, ...]:
    """The filters without those that another one covers, so that no message comes twice.

    Example:
        >>> fewest(["factory/p/l/M1/telemetry", "factory/p/+/+/telemetry", "factory/p/+/+/telemetry"])
        ('factory/p/+/+/telemetry',)
    """
    distinct = list(dict.fromkeys(topic_filters))
    return tuple(one for one in distinct if not any(_covers(other, one) for other in distinct if other != one))


def _covers(wide: str, narrow: str) -> bool:
    # A filter is matched as a topic: `+` in the narrow one is a level like any other, but `#` is more than a level.
    return matches(wide, narrow) and (not narrow.endswith("#") or wide.endswith("#"))


class Subscriptions:
    """The subscriptions of one session.

    Args:
        topic_filters: what the rules want to hear.
        plant: the plant whose topics the companions lie under.
        wire: what sends packets.
        on_ready: called when all subscriptions stand.
        on_refused: called with a filter that the broker refuses.
    """

    def __init__(
        self,
        topic_filters: Iterable[str],
        plant: str,
        wire: Wire,
        on_ready: Callable[[], None],
        on_refused: Callable[[str], None],
    ) -> None:
        self._companions = {each: companion(plant, each) for each in fewest(topic_filters)}
        self._filter_of = {mark: each for each, mark in self._companions.items()}
        self._wire = wire
        self._on_ready = on_ready
        self._on_refused = on_refused
        self._awaited: dict[int, Sequence[str]] = {}
        self._absent: set[str] = set()
        self._probing = False

    def on_connected(self, session_present: bool) -> None:
        """Subscribe to all in a new session; find out what is there in a resumed one."""
        self._awaited.clear()
        self._absent.clear()
        self._probing = session_present
        if not session_present:
            self._subscribe(list(self._companions))
            self._go_on()
            return
        for marks in _chunks(list(self._filter_of), FILTERS_OF_A_PACKET):
            # Both packets leave together: a kill that comes between them costs a doubled subscription, no message.
            self._awaited[self._wire.unsubscribe(marks)] = marks
            self._awaited[self._wire.subscribe(marks)] = marks
        self._go_on()

    def on_unsubscribed(self, packet_id: int, codes: Sequence[int]) -> None:
        """Learn which filters the session did not have."""
        marks = self._awaited.pop(packet_id, None)
        if marks is None:  # the answer to somebody else's packet
            return
        self._absent.update(mark for mark, code in zip(marks, codes, strict=False) if code == NO_SUBSCRIPTION_EXISTED)
        self._go_on()

    def on_subscribed(self, packet_id: int, codes: Sequence[int]) -> None:
        """See that nothing was refused."""
        asked = self._awaited.pop(packet_id, None)
        if asked is None:  # the answer to somebody else's packet
            return
        for each, code in zip(asked, codes, strict=False):
            if code < FIRST_FAILURE:
                continue
            if each not in self._filter_of:
                self._on_refused(each)
                return
            # Without companions the resumed session must be trusted.
            log.warning("the broker's policy refuses a companion subscription", topic=each)
            self._absent.discard(each)
        self._go_on()

    def _go_on(self) -> None:
        if self._awaited:
            return
        if self._probing and self._absent:
            self._probing = False
            self._subscribe([self._filter_of[mark] for mark in self._absent], with_companions=False)
            return
        self._on_ready()

    def _subscribe(self, topic_filters: list[str], *, with_companions: bool = True) -> None:
        size = FILTERS_OF_A_PACKET // 2
        for some in _chunks(topic_filters, size):
            asked = [*some, *(self._companions[each] for each in some)] if with_companions else some
            self._awaited[self._wire.subscribe(asked)] = asked


def _chunks(items: list[str], size: int) -> list[list[str]]:
    return [items[at : at + size] for at in range(0, len(items), size)]
