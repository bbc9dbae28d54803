"""The engine's own decisions, with a broker that is driven by hand."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from paho.mqtt.client import MQTTMessage
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from rules.engine import Engine, EngineOptions, _client_id, _mqtt5
from rules.measures import Measures

ROLE = "arn:aws:iam::000000000000:role/any"
TOPIC = b"factory/plant1/line1/M001/event"


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

    def hand(self, payload: bytes, packet_id: int, qos: int = 1, topic: bytes = TOPIC) -> None:
        """Deliver a message."""
        message = MQTTMessage(mid=packet_id, topic=topic)
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
    """Its filter is not subscribed to, and Basic Ingest does not find it: counted and done with."""
    rule = make("SELECT * FROM 'a'", [])
    disabled = type(rule)(rule.name, rule.statement, (), None, disabled=True)

    measures = Measures()
    engine = Engine([disabled], Hand, EngineOptions(), measures)
    engine.broker.hand(b"{}", 7, topic=b"$aws/rules/tried/a")

    assert (engine.broker.filters, engine.broker.acknowledged) == ([], [7])
    assert measures.registry.get_sample_value("rules_rule_not_found_total") == 1


def test_rules_of_basic_ingest_are_not_subscribed_to(make):
    """Without FROM, or with one of the reserved topics that AWS lets nobody hear."""
    rules = [make(sql, []) for sql in ("SELECT *", "SELECT * FROM '$aws/rules/tried/a'", "SELECT * FROM 'a'")]

    assert Engine(rules, Hand, EngineOptions(), Measures()).broker.filters == ["a"]


def test_basic_ingest_is_acknowledged_when_its_rule_is_done(engine, publisher):
    """And at once where the rule is not there."""
    engine.broker.hand(b'{"n":1}', 7, topic=b"$aws/rules/tried/a/b")
    engine.broker.hand(b'{"n":1}', 8, topic=b"$aws/rules/nobody/a/b")
    assert engine.broker.acknowledged == [8]

    settle(engine, lambda: engine.broker.acknowledged == [8, 7])
    assert [publication.topic for publication in publisher.published] == ["other"]


class Gate:
    """A service that answers when it is let to."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.asked = threading.Event()

    def thing_shadow(self, thing: str, shadow_name: str | None, role: str) -> dict[str, object]:
        """On, in the end."""
        self.asked.set()
        self.open.wait(10)
        return {"alarm": "ON"}


@pytest.fixture
def gate() -> Iterator[Gate]:
    """A service that answers when it is let to, and after the test in any case."""
    gate = Gate()
    yield gate
    gate.open.set()


ASKING = "SELECT * FROM 'factory/+/+/+/event' WHERE get_thing_shadow('press', 'role').alarm = 'ON'"
ASKING_TOPIC = "alarm/${get_thing_shadow('press', 'role').alarm}"


@pytest.mark.parametrize(
    ("sql", "topic"),
    [
        (ASKING, "alarm/ON"),
        ("SELECT * FROM 'factory/+/+/+/event'", ASKING_TOPIC),
    ],
)
def test_a_look_up_keeps_only_its_own_message_waiting(make, publisher, gate, sql, topic):
    """In the statement or in a template: the other messages go on, and it is acknowledged when its action is done."""
    asking = make(sql, [{"republish": {"roleArn": ROLE, "topic": topic}}], name="asking")
    plain = make("SELECT * FROM 'plain'", [], name="plain")
    engine = Engine([asking, plain], Hand, EngineOptions(), Measures(), gate)

    engine.broker.hand(b"{}", 7)
    assert gate.asked.wait(10)
    engine.broker.hand(b"{}", 8, topic=b"plain")
    assert (engine.broker.acknowledged, publisher.published) == ([8], [])
    gate.open.set()
    settle(engine, lambda: engine.broker.acknowledged == [8, 7])

    assert [publication.topic for publication in publisher.published] == ["alarm/ON"]


def test_messages_that_are_looked_up_for_take_room(make, gate):
    """The backlog of the pool is bounded by what the engine holds: it stops reading."""
    asking = make(ASKING, [])
    engine = Engine([asking], Hand, EngineOptions(max_pending=2, look_up_threads=1), Measures(), gate)
    for number in (1, 2):
        engine.broker.hand(b'{"x":%d}' % number, number)
        engine.turn(0)
    assert (engine.broker.rooms, engine.broker.acknowledged) == ([1, 0], [])
    gate.open.set()

    settle(engine, lambda: sorted(engine.broker.acknowledged) == [1, 2])


def test_a_stop_waits_for_look_ups_that_answer(make, gate):
    """What was begun is finished and acknowledged."""
    asking = make(ASKING, [])
    engine = Engine([asking], Hand, EngineOptions(), Measures(), gate)
    engine.broker.hand(b"{}", 7)
    assert gate.asked.wait(10)
    stop = threading.Event()
    stop.set()
    threading.Timer(0.2, gate.open.set).start()
    engine.run(stop)

    assert (engine.broker.acknowledged, engine.broker.closed) == ([7], True)


def test_a_stop_leaves_a_look_up_that_hangs_with_the_broker(make, gate, monkeypatch):
    """It is not acknowledged, so it comes again; nothing of it is acted on here any more."""
    monkeypatch.setattr("rules.engine.DRAIN_S", 0.1)
    asking = make(ASKING, [])
    engine = Engine([asking], Hand, EngineOptions(), Measures(), gate)
    engine.broker.hand(b"{}", 7)
    assert gate.asked.wait(10)
    stop = threading.Event()
    stop.set()
    engine.run(stop)

    assert (engine.broker.acknowledged, engine.broker.closed) == ([], True)


def test_a_look_up_without_services_fails_the_rule(make):
    """Counted, and the message is done with."""
    measures = Measures()
    asking = make(ASKING, [])
    engine = Engine([asking], Hand, EngineOptions(), measures)
    engine.broker.hand(b"{}", 7)

    settle(engine, lambda: engine.broker.acknowledged == [7])
    assert measures.registry.get_sample_value("rules_sql_failures_total", {"rule": "tried"}) == 1


def test_the_publisher_is_known_by_its_topic():
    """Policy lets only the machine itself speak on it; on other topics, and of Basic Ingest, nobody knows."""
    assert _client_id("$aws/rules/archive/factory/plant1/line1/M001/telemetry") is None
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
