"""Each message is worked on once and acknowledged under every number that the broker gave it."""

from __future__ import annotations

import pytest

from rules.measures import Measures
from rules.pending import Pending
from rules.repeats import Repeats
from rules.sql import Message


@pytest.fixture
def acknowledged() -> list[int]:
    """What the broker was told."""
    return []


@pytest.fixture
def pending(acknowledged) -> Pending:
    """Messages under way."""
    return Pending(acknowledged.append, Repeats(), Measures())


def message(seq: int = 1) -> Message:
    """A numbered message."""
    return Message(topic="t", payload=b'{"run":1,"seq":%d}' % seq)


def test_a_message_is_acknowledged_when_it_is_done(pending, acknowledged):
    """Not before."""
    delivery = pending.admit(message(), 7)
    assert (len(pending), acknowledged) == (1, [])

    pending.finish(delivery)

    assert (len(pending), acknowledged) == (0, [7])


def test_a_copy_under_way_is_acknowledged_with_the_first(pending, acknowledged):
    """Under both numbers, and it is worked on once."""
    delivery = pending.admit(message(), 7)
    assert pending.admit(message(), 8) is None
    assert pending.admit(message(), 7) is None

    pending.finish(delivery)

    assert sorted(acknowledged) == [7, 8]


def test_a_copy_of_what_is_done_is_acknowledged_at_once(pending, acknowledged):
    """The publisher or the broker sent it again."""
    pending.finish(pending.admit(message(), 7))

    assert pending.admit(message(), 9) is None
    assert acknowledged == [7, 9]


def test_numbers_of_a_lost_connection_are_not_acknowledged_on_the_next(pending, acknowledged):
    """There they may mean another message; the copy that comes again is acknowledged."""
    delivery = pending.admit(message(), 7)
    pending.forget_connection()
    pending.admit(message(), 3)

    pending.finish(delivery)

    assert acknowledged == [3]


def test_a_number_given_to_two_messages_is_acknowledged_when_both_are_done(pending, acknowledged):
    """A broker that resends late may have given the number away."""
    first = pending.admit(message(1), 7)
    second = pending.admit(message(2), 7)
    pending.finish(first)
    assert acknowledged == []

    pending.finish(second)

    assert acknowledged == [7]


def test_a_late_copy_does_not_acknowledge_another_message(pending, acknowledged):
    """Its number belongs to a message that is still under way."""
    pending.finish(pending.admit(message(1), 7))
    pending.admit(message(2), 7)

    assert pending.admit(message(1), 7) is None
    assert acknowledged == [7]


@pytest.mark.parametrize("first_is_done", [True, False])
def test_a_reading_sent_to_a_topic_and_to_a_rule_is_two_messages(pending, acknowledged, first_is_done):
    """Basic Ingest runs one rule only: to take the second for a copy would lose what that rule does."""
    payload = b'{"run":1,"seq":1}'
    topics = ["t", "$aws/rules/one/t", "$aws/rules/other/t"]
    deliveries = []
    for packet_id, topic in enumerate(topics, 1):
        deliveries.append(pending.admit(Message(topic=topic, payload=payload), packet_id))
        if first_is_done:
            pending.finish(deliveries[-1])

    assert None not in deliveries
    for delivery in [] if first_is_done else deliveries:
        pending.finish(delivery)
    assert acknowledged == [1, 2, 3]
    assert pending.admit(Message(topic="$aws/rules/one/t", payload=payload), 4) is None


def test_messages_without_a_number_are_each_worked_on(pending):
    """The same bytes again, after the first were done: nobody can say that it is a repeat."""
    for _ in range(2):
        delivery = pending.admit(Message(topic="t", payload=b"hello"), 7)
        assert delivery is not None
        pending.finish(delivery)


def test_qos_0_owes_no_answer(pending, acknowledged):
    """No packet id, no acknowledgement."""
    pending.finish(pending.admit(message(), None))

    assert acknowledged == []
