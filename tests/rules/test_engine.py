"""The engine's own decisions, with a broker that is driven by hand."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest
from paho.mqtt.client import MQTTMessage
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from rules.engine import Engine, EngineOptions, _client_id, _mqtt5
from rules.measures import Measures

ROLE = "arn:aws:iam::000000000000:role/any"


class Hand:
    """A broker that hands over what it is given."""

    def __init__(self, filters, on_message, on_lost) -> None:
        self.filters, self.on_message, self.on_lost = filters, on_message, on_lost
        self.acknowledged: list[int] = []
        self.rooms: list[int] = []
        self.ready, self.closed = True, False

    def turn(self, timeout_s: float, *, room: int) -> None:
        """Wait a little."""
        self.rooms.append(room)
        time.sleep(0.001)

    def acknowledge(self, packet_id: int) -> None:
        """Note it."""
        self.acknowledged.append(packet_id)

    def wake(self) -> None:
        """Nothing waits."""

    def close(self, until: float) -> None:
        """Note it."""
        self.closed = True

    def hand(self, payload: bytes, packet_id: int, qos: int = 1) -> None:
        """Deliver a message."""
        message = MQTTMessage(mid=packet_id, topic=b"factory/plant1/line1/M001/event")
        message.payload, message.qos = payload, qos
        self.on_message(message)


@pytest.fixture
def engine(make, publisher) -> Engine:
    """An engine with one rule that republishes what has n = 1, and room for three."""
    action = {"republish": {"roleArn": ROLE, "topic": "other"}}
    rule = make("SELECT * FROM 'factory/+/+/+/event' WHERE n = 1", [action])
    return Engine([rule], Hand, EngineOptions(max_pending=3), Measures())


def settle(engine: Engine, until) -> None:
    """Turn until something is so."""
    deadline = time.monotonic() + 10
    while not until() and time.monotonic() < deadline:
        engine.turn(0)
    assert until()


def test_acknowledges_when_the_action_is_done(engine, publisher):
    """Not when the message comes."""
    engine.broker.hand(b'{"n":1}', 7)
    assert engine.broker.acknowledged == []

    settle(engine, lambda: engine.broker.acknowledged == [7])

    assert [publication.topic for publication in publisher.published] == ["other"]


def test_acknowledges_at_once_what_concerns_no_rule(engine, publisher):
    """WHERE is not true: nothing to do."""
    engine.broker.hand(b'{"n":2}', 7)

    assert engine.broker.acknowledged == [7]


def test_leaves_no_room_when_it_is_full(engine, monkeypatch):
    """Three messages under way, room for three: the broker is not read."""
    monkeypatch.setattr(engine._dispatcher, "settle", lambda: None)
    for number in (1, 2, 3):
        engine.broker.hand(b'{"n":1,"x":%d}' % number, number)
        engine.turn(0)

    assert engine.broker.rooms == [2, 1, 0]


def test_a_stop_finishes_what_is_under_way_and_closes(engine):
    """Acknowledged first, then gone; what comes meanwhile is left to the broker."""
    stop = threading.Event()
    engine.broker.hand(b'{"n":1}', 7)
    stop.set()
    engine.run(stop)
    engine.broker.hand(b'{"n":1}', 8)

    assert (engine.broker.acknowledged, engine.broker.closed) == ([7], True)


def test_a_lost_connection_forgets_its_numbers(engine):
    """The work goes on, and is not acknowledged to the next connection."""
    engine.broker.hand(b'{"n":1,"run":1,"seq":1}', 7)
    engine.broker.on_lost()
    settle(engine, lambda: len(engine._pending) == 0)
    engine.broker.hand(b'{"n":1,"run":1,"seq":1}', 2)

    assert engine.broker.acknowledged == [2]


def test_a_disabled_rule_is_not_heard(make):
    """Its filter is not subscribed to."""
    rule = make("SELECT * FROM 'a'", [])
    disabled = type(rule)(rule.name, rule.statement, (), None, disabled=True)

    assert Engine([disabled], Hand, EngineOptions(), Measures()).broker.filters == []


def test_the_publisher_is_known_by_its_topic():
    """Policy lets only the machine itself speak on it; on other topics nobody knows."""
    assert _client_id("factory/plant1/line1/M001/telemetry") == "M001"
    assert _client_id("other") is None


def test_mqtt5_properties_reach_the_message():
    """By the names of the language's functions."""
    properties = Properties(PacketTypes.PUBLISH)
    properties.ContentType = "application/json"
    properties.PayloadFormatIndicator = 1
    properties.UserProperty = ("a", "b")

    assert _mqtt5(properties) == {
        "content_type": "application/json",
        "payload_format_indicator": "UTF8_DATA",
        "user_properties": [("a", "b")],
    }
    assert _mqtt5(Properties(PacketTypes.PUBLISH)) == {}
    assert _mqtt5(SimpleNamespace()) == {}
