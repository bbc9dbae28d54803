"""Units as the pricing page of AWS IoT Core counts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.explain.metering import Units, metered, steps


@pytest.mark.parametrize(("size", "count"), [(0, 1), (1, 1), (5120, 1), (5121, 2), (128 * 1024, 26)])
def test_sizes_go_in_steps_of_5_kb(size, count):
    """Pricing page: an 8 KB message is two; 128 KB are 25.6 steps."""
    assert steps(size) == count


def test_a_message_of_8_kb_with_two_actions():
    """Two steps: two rules triggered and four actions."""
    assert metered(8 * 1024, actions=2) == Units(messages=2, rules_triggered=2, actions=4, republished=0)


def test_a_rule_is_metered_with_one_action_at_least():
    """Also a rule that has none."""
    assert metered(100, actions=0).actions == 1


def test_functions_that_ask_outside_count_as_actions():
    """One action and two look-ups are three."""
    assert metered(100, actions=1, external_calls=2).actions == 3


def test_the_topic_counts_where_a_message_is_published_and_nowhere_else():
    """5,100 bytes of payload and 40 of topic are above 5 KB for the broker, and below it for the rule."""
    units = metered(5100, topic_bytes=40)

    assert (units.messages, units.rules_triggered) == (2, 1)


def test_basic_ingest_saves_the_publishing():
    """Developer guide, "Basic Ingest": no messaging costs; the rule costs the same."""
    assert metered(100, basic_ingest=True) == Units(0, 1, 1, 0)


@given(st.integers(0, 128 * 1024), st.integers(0, 10), st.floats(0, 1e6))
def test_many_messages_cost_as_many_times_one(size, actions, count):
    """A day is a multiple of a message."""
    one = metered(size, actions=actions)

    assert one.times(count).actions == one.actions * count
