"""Examples of topics are selected, and the one that is nearly selected is not."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.explain.topics import level_words, nearly_selected, selected_topics
from rules.sql.topic_filter import matches, problem_with

LEVELS = st.sampled_from(["a", "press", "+", "", "$aws"])
ENDS = st.sampled_from([[], ["#"]])
FILTERS = st.builds(lambda levels, end: "/".join(levels + end), st.lists(LEVELS, min_size=0, max_size=7), ENDS)


@given(FILTERS)
def test_examples_are_right(topic_filter):
    """By the language's own judgement."""
    assume(topic_filter and problem_with(topic_filter) is None)
    nearly = nearly_selected(topic_filter)

    assert all(matches(topic_filter, topic) for topic in selected_topics(topic_filter))
    assert selected_topics(topic_filter)
    assert nearly is None or not matches(topic_filter, nearly[0])


@pytest.mark.parametrize(
    ("topic_filter", "count"), [("a/b", 1), ("a/+", 3), ("a/+/c", 3), ("a/#", 3), ("#", 3), ("1/2/3/4/5/6/7/#", 3)]
)
def test_three_examples_where_there_is_a_wildcard(topic_filter, count):
    """Within AWS's 7 slashes."""
    topics = selected_topics(topic_filter)

    assert len(set(topics)) == count
    assert all(topic.count("/") <= 7 for topic in topics)


@pytest.mark.parametrize(
    ("topic_filter", "topic"),
    [
        ("sensor/#", "sensor"),
        ("a/+", "a/press-1/more"),
        ("a", "a/more"),
        ("#", "$aws/events/presence/connected/press-1"),
    ],
)
def test_what_is_nearly_selected(topic_filter, topic):
    """AWS's `#` does not select the level above it (developer guide, "FROM clause")."""
    assert nearly_selected(topic_filter)[0] == topic


def test_levels_are_told_one_by_one():
    """An empty level is one too."""
    assert [words for _, words in level_words("a//+")] == ["exactly this", "an empty level", "any one level"]
