"""Publishing from other threads waits for the broker's answer."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from rules.actions import Publication
from rules.errors import FinalError, RetryableError
from rules.outbox import Outbox

HELLO = Publication(
    "t",
    b"hello",
    1,
    {"contentType": "text/plain", "payloadFormatIndicator": 1, "correlationData": b"c", "messageExpiry": 9},
    (("a", "b"),),
)


class Wire:
    """A client that numbers what it publishes."""

    def __init__(self, rc: int = 0) -> None:
        self.published: list[tuple] = []
        self._rc = rc

    def publish(self, topic, payload, qos, properties):
        """Take a message."""
        self.published.append((topic, payload, qos, properties))
        return SimpleNamespace(rc=self._rc, mid=len(self.published))


def publish(publication: Publication, then) -> BaseException | None:
    """Publish from a thread, with the engine's side played by `then`; what the thread got."""
    handed_in = threading.Event()
    outbox = Outbox(handed_in.set)
    got: list[BaseException | None] = []

    def call() -> None:
        try:
            outbox.publish(publication)
            got.append(None)
        except (RetryableError, FinalError) as error:
            got.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    assert handed_in.wait(5)
    then(outbox)
    thread.join(5)
    return got[0]


def test_returns_when_the_broker_has_taken_it():
    """With its MQTT 5 properties."""
    wire = Wire()

    def play(outbox: Outbox) -> None:
        outbox.send(wire)
        outbox.answered(1, 0)

    assert publish(HELLO, play) is None
    topic, payload, qos, properties = wire.published[0]
    assert (topic, payload, qos) == ("t", b"hello", 1)
    assert (properties.ContentType, properties.MessageExpiryInterval) == ("text/plain", 9)
    assert properties.UserProperty == [("a", "b")]


def test_a_refusal_is_final():
    """0x87, not authorized: the broker acknowledges and drops it."""

    def play(outbox: Outbox) -> None:
        outbox.send(Wire())
        outbox.answered(1, 0x87)

    error = publish(HELLO, play)

    assert isinstance(error, FinalError)
    assert "reason 135" in str(error)


@pytest.mark.parametrize(
    "play", [lambda outbox: outbox.send(Wire(rc=4)), lambda outbox: (outbox.send(Wire()), outbox.lost())]
)
def test_without_a_connection_it_can_be_tried_again(play):
    """Before or after it was sent."""
    assert isinstance(publish(HELLO, play), RetryableError)


def test_what_nobody_waits_for_any_more_is_not_sent(monkeypatch):
    """It will be tried again, and should not go out twice."""
    monkeypatch.setattr("rules.outbox.ANSWER_TIMEOUT_S", 0.01)
    outbox, wire = Outbox(lambda: None), Wire()

    with pytest.raises(RetryableError, match="No answer"):
        outbox.publish(HELLO)
    outbox.send(wire)

    assert wire.published == []


@pytest.mark.parametrize(("name", "value"), [("contentType", "half \ud800"), ("responseTopic", "x" * 70_000)])
def test_what_mqtt_cannot_carry_is_refused_where_it_is_handed_in(name, value, monkeypatch):
    """Packed only when it is sent, it would end the engine's thread, and again at every connection."""
    monkeypatch.setattr("rules.outbox.ANSWER_TIMEOUT_S", 0.01)

    with pytest.raises(FinalError, match="cannot carry"):
        Outbox(lambda: None).publish(Publication("t", b"hello", 1, {name: value}))
