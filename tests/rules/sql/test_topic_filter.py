"""Topic filters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sql.topic_filter import matches, problem_with

LEVELS = st.lists(st.text("ab$.+*\n", max_size=2).filter(lambda level: "+" not in level), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("topic_filter", "topic", "selected"),
    [
        ("a/b", "a/b", True),
        ("a/b", "a/B", False),
        ("a/+", "a/", True),
        ("a/+", "a/b/c", False),
        ("a/#", "a/b/c", True),
        ("a/#", "a", False),
        ("+/+", "/b", True),
        ("#", "a/b", True),
        ("#", "$aws/events", False),
        ("+/events", "$aws/events", False),
        ("$aws/+", "$aws/events", True),
        ("a.c", "abc", False),
    ],
)
def test_which_topics_are_selected(topic_filter: str, topic: str, selected: bool) -> None:
    """AWS: ``a/#`` does not select ``a``, and nothing wild in front selects reserved topics."""
    assert matches(topic_filter, topic) is selected


@given(LEVELS)
def test_a_topic_selects_itself(levels: list[str]) -> None:
    """Without wildcards, a filter selects its own text and nothing longer."""
    topic = "/".join(levels)

    assert matches(topic, topic)
    assert not matches(topic, topic + "/x")


@given(LEVELS, st.data())
def test_a_plus_stands_for_any_level(levels: list[str], data: st.DataObject) -> None:
    """Replacing a level by ``+`` still selects the topic."""
    place = data.draw(st.integers(0, len(levels) - 1))
    pattern = [*levels[:place], "+", *levels[place + 1 :]]

    assert matches("/".join(pattern), "/".join(levels)) is not (place == 0 and levels[0].startswith("$"))


@pytest.mark.parametrize("topic_filter", ["", "a#", "#/a", "a+/b", "a/b+", "a\0", "x" * 257, "/" * 8])
def test_broken_filters_have_a_problem(topic_filter: str) -> None:
    """Wildcards stand alone; 256 bytes and 7 slashes are the limits of AWS."""
    assert problem_with(topic_filter)


@pytest.mark.parametrize("topic_filter", ["a", "+", "#", "a/+/b/#", "/", "x" * 256, "/" * 7])
def test_sound_filters_have_none(topic_filter: str) -> None:
    """What AWS takes has no problem."""
    assert problem_with(topic_filter) is None
