"""The subscription to Basic Ingest: asked for, granted, or given up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from contracts.topics import BASIC_INGEST_FILTER as FILTER
from rules.basic_ingest import BasicIngest, published_topic
from rules.sql import Message
from rules.subscriptions import companion

COMPANION = companion("plant1", FILTER)


class Session:
    """A broker's side of a session, with answers that are given when asked for."""

    def __init__(self, refused: Sequence[str] = ()) -> None:
        self.held: list[str] = []
        self.refused = refused
        self.packets: list[tuple[str, list[str]]] = []
        self._answers: list[tuple[str, int, list[int]]] = []

    def subscribe(self, topic_filters: Sequence[str]) -> int:
        """Take a SUBSCRIBE."""
        self.packets.append(("subscribe", list(topic_filters)))
        self.held += [each for each in topic_filters if each not in self.refused]
        return self._answer("on_subscribed", [0x8F if each in self.refused else 1 for each in topic_filters])

    def unsubscribe(self, topic_filters: Sequence[str]) -> int:
        """Take an UNSUBSCRIBE."""
        self.packets.append(("unsubscribe", list(topic_filters)))
        codes = [0 if each in self.held else 0x11 for each in topic_filters]
        self.held = [each for each in self.held if each not in topic_filters]
        return self._answer("on_unsubscribed", codes)

    def answer(self, client: BasicIngest) -> None:
        """Answer everything."""
        while self._answers:
            kind, packet_id, codes = self._answers.pop(0)
            getattr(client, kind)(packet_id, codes)

    def hang_up(self, client: BasicIngest) -> None:
        """End the connection instead."""
        self._answers.clear()
        client.on_disconnected()

    def _answer(self, kind: str, codes: list[int]) -> int:
        self._answers.append((kind, len(self.packets), codes))
        return len(self.packets)


def connect(session: Session, client: BasicIngest | None = None, *, present: bool = False) -> BasicIngest:
    """A connection of an engine that all answers reach."""
    client = client or BasicIngest("plant1", session)
    client.on_connected(present)
    session.answer(client)
    return client


def test_a_resumed_session_is_not_subscribed_again():
    """As for the other filters: some brokers would deliver twice."""
    session = Session()
    for present in (False, True, True):
        assert not connect(session, present=present).given_up

    assert sorted(session.held) == sorted([FILTER, COMPANION])


def test_a_refusal_is_told_once_and_not_asked_for_again(capsys: Any):
    """The engine goes on without."""
    session = Session(refused=[FILTER])
    client = connect(session)
    connect(session, client, present=True)

    assert (client.given_up, session.held) == (True, [])
    assert [packet for packet in session.packets if FILTER in packet[1]] == [("subscribe", [FILTER, COMPANION])]
    assert capsys.readouterr().out.count("no Basic Ingest with this broker") == 1


def test_an_engine_that_starts_later_asks_anew():
    """The policy may be another one by then; the session says nothing wrong about it."""
    session = Session(refused=[FILTER])
    connect(session)
    session.refused = []
    client = connect(session, present=True)

    assert (client.given_up, FILTER in session.held) == (False, True)


def test_a_broker_that_hangs_up_instead_is_asked_twice():
    """AWS may end a connection that subscribes to a reserved topic; once may be chance."""
    session = Session()
    client = BasicIngest("plant1", session)
    for given_up in (False, True):
        client.on_connected(False)
        session.hang_up(client)
        assert client.given_up == given_up

    client.on_connected(False)
    assert len(session.packets) == 2


def test_connections_lost_later_mean_nothing():
    """The answer was there; and each answer clears what was suspected."""
    session = Session()
    client = BasicIngest("plant1", session)
    for _ in range(3):
        connect(session, client)
        client.on_disconnected()
        client.on_connected(False)
        session.hang_up(client)

    assert not client.given_up


@pytest.mark.parametrize("topic", ["a/b", "$aws/rules/archive/a/b", "$aws/things/a/shadow/get", "$aws/rules/archive/"])
def test_the_topic_as_published_is_known(topic):
    """Rules see it without the prefix."""
    assert published_topic(Message(topic=topic, payload=b"")) == topic
