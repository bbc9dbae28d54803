"""Sets of topics and what they have in common."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.lint.patterns import LEVEL, REST, of_filter, overlap
from rules.sql.topic_filter import matches, problem_with

LEVELS = st.sampled_from(["a", "b", "ab", "+", ""])
FILTERS = st.builds(
    lambda levels, end: "/".join([*levels, *end]),
    st.lists(LEVELS, min_size=1, max_size=4),
    st.sampled_from([[], ["#"]]),
)
TOPICS = st.lists(st.sampled_from(["a", "b", "ab", ""]), min_size=1, max_size=5).map("/".join)


@given(FILTERS, TOPICS)
def test_a_filter_and_a_topic_agree_with_the_language(topic_filter, topic):
    """A topic is a pattern without wildcards."""
    assume(problem_with(topic_filter) is None and topic)

    assert overlap(of_filter(topic_filter), tuple(topic)) is matches(topic_filter, topic)


@given(FILTERS, FILTERS, TOPICS)
def test_a_topic_of_both_means_that_they_overlap(one, other, topic):
    """No common topic is missed."""
    assume(problem_with(one) is None and problem_with(other) is None and topic)

    if matches(one, topic) and matches(other, topic):
        assert overlap(of_filter(one), of_filter(other))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a/+", "+/b", True),
        ("a/#", "a/+/c", True),
        ("a/#", "a", False),
        ("a/+", "a/b/c", False),
        ("+/x/#", "y/+/z", True),
    ],
)
def test_filters_overlap_or_not(one, other, expected):
    """In both directions."""
    assert overlap(of_filter(one), of_filter(other)) is expected
    assert overlap(of_filter(other), of_filter(one)) is expected


def test_wildcards_may_stand_beside_each_other():
    """`${a}${b}` gives two of them in one level."""
    assert overlap(("a", LEVEL, LEVEL, "z"), tuple("az"))
    assert not overlap(("a", LEVEL, "z"), tuple("a/z"))
    assert overlap(("a", REST, "z"), tuple("a/z"))
