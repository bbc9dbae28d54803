"""Each filter is subscribed to once a session, whatever happened before."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.topics import parse_topic
from rules.sql.topic_filter import matches
from rules.subscriptions import Subscriptions, companion, fewest

FILTERS = ["factory/plant1/+/+/telemetry", "factory/plant1/+/+/event"]


class Session:
    """A broker's side of a session: a second SUBSCRIBE of a filter is counted, as some brokers then deliver twice."""

    def __init__(self, refused: Sequence[str] = ()) -> None:
        self.held: list[str] = []
        self.refused = refused
        self.ready = 0
        self.complaints: list[str] = []
        self._ids = 0
        self._answers: list[tuple[str, int, list[int]]] = []

    def subscribe(self, topic_filters: Sequence[str]) -> int:
        """Take a SUBSCRIBE."""
        codes = [0x87 if each in self.refused else 1 for each in topic_filters]
        self.held += [each for each in topic_filters if each not in self.refused]
        return self._answer("on_subscribed", codes)

    def unsubscribe(self, topic_filters: Sequence[str]) -> int:
        """Take an UNSUBSCRIBE."""
        codes = [0 if each in self.held else 0x11 for each in topic_filters]
        self.held = [each for each in self.held if each not in topic_filters]
        return self._answer("on_unsubscribed", codes)

    def _answer(self, kind: str, codes: list[int]) -> int:
        self._ids += 1
        self._answers.append((kind, self._ids, codes))
        return self._ids

    def connect(self, filters: Sequence[str], *, present: bool) -> None:
        """A connection of a new engine, with all answers delivered."""
        client = Subscriptions(filters, "plant1", self, self._on_ready, self.complaints.append)
        client.on_connected(present)
        while self._answers:
            kind, packet_id, codes = self._answers.pop(0)
            getattr(client, kind)(packet_id, codes)

    def _on_ready(self) -> None:
        self.ready += 1


def subscribed(session: Session) -> list[str]:
    """Filters of the session but for the companions."""
    return sorted(each for each in session.held if "/rules-engine/" not in each)


@pytest.mark.parametrize("connections", [1, 2, 5])
def test_a_resumed_session_is_not_subscribed_again(connections):
    """However often the engine comes back."""
    session = Session()
    for number in range(connections):
        session.connect(FILTERS, present=number > 0)

    assert subscribed(session) == sorted(FILTERS)
    assert session.ready == connections


def test_a_session_that_was_never_subscribed_is_subscribed_now():
    """The engine before was killed between CONNECT and SUBSCRIBE."""
    session = Session()
    session.connect(FILTERS, present=True)

    assert subscribed(session) == sorted(FILTERS)


def test_a_new_filter_of_the_catalog_is_added_to_the_session():
    """And the old one is not subscribed to a second time."""
    session = Session()
    session.connect(FILTERS[:1], present=False)
    session.connect(FILTERS, present=True)
    session.connect(FILTERS, present=True)

    assert subscribed(session) == sorted(FILTERS)


def test_many_filters_go_in_several_packets():
    """AWS takes eight in one."""
    filters = [f"factory/plant1/line{n}/+/telemetry" for n in range(20)]
    session = Session()
    session.connect(filters, present=False)
    session.connect(filters, present=True)

    assert subscribed(session) == sorted(filters)


def test_a_refused_filter_is_told_and_not_ready():
    """A policy that does not let the engine listen is nothing to be silent about."""
    session = Session(refused=FILTERS[:1])
    session.connect(FILTERS, present=False)

    assert (session.complaints, session.ready) == (FILTERS[:1], 0)


def test_without_companions_a_resumed_session_is_trusted():
    """A narrow policy may refuse them; then nothing is subscribed twice."""
    session = Session(refused=[companion("plant1", each) for each in FILTERS])
    session.connect(FILTERS, present=False)
    session.connect(FILTERS, present=True)

    assert subscribed(session) == sorted(FILTERS)
    assert session.ready == 2


def test_a_companion_is_a_topic_of_the_plant_that_no_rule_of_telemetry_hears():
    """So that it lies within the engine's policy, and costs nothing."""
    mark = companion("plant1", FILTERS[0])

    assert parse_topic(mark).channel == "command"
    assert not any(matches(each, mark) for each in FILTERS)


LEVELS = st.sampled_from(["a", "b", "+"])
SOME = st.lists(
    st.lists(LEVELS, min_size=1, max_size=3).map("/".join) | st.sampled_from(["#", "a/#", "+/b/#"]), max_size=5
)


@given(SOME, st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4).map("/".join))
def test_fewer_filters_select_the_same_topics(filters, topic):
    """Leaving out what another covers changes nothing."""
    assert any(matches(each, topic) for each in fewest(filters)) == any(matches(each, topic) for each in filters)


@pytest.mark.parametrize("present", [True, False])
def test_an_engine_that_listens_to_nothing_is_ready(present):
    """All its rules are disabled, or for Basic Ingest only: there is no answer to wait for."""
    session = Session()
    session.connect([], present=present)

    assert (session.ready, session.held) == (1, [])


def test_answers_to_the_packets_of_others_mean_nothing():
    """Two may subscribe over one connection: each has its own packets."""
    session = Session()
    client = Subscriptions(FILTERS, "plant1", session, session._on_ready, session.complaints.append)
    client.on_connected(False)
    client.on_subscribed(99, [0x87])
    client.on_unsubscribed(98, [0x11])

    assert (session.ready, session.complaints) == (0, [])
