"""The trie finds what the matcher of the language finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rules.sql.topic_filter import matches, problem_with
from rules.trie import TopicTrie

LEVELS = st.sampled_from(["a", "b", "", "$aws"])
TOPICS = st.lists(LEVELS, min_size=1, max_size=5).map("/".join).filter(bool)
FILTERS = (
    st.lists(LEVELS | st.just("+"), min_size=0, max_size=4)
    .flatmap(lambda levels: st.sampled_from(["/".join(levels), "/".join([*levels, "#"])]))
    .filter(lambda text: problem_with(text) is None)
)


@given(st.lists(FILTERS, max_size=6), TOPICS)
def test_finds_exactly_the_filters_that_match(filters, topic):
    """Level by level or one by one: the same filters, in the order in which they were added."""
    expected = tuple(n for n, topic_filter in enumerate(filters) if matches(topic_filter, topic))

    assert TopicTrie([(topic_filter, n) for n, topic_filter in enumerate(filters)]).match(topic) == expected


def test_remembers_answers_without_keeping_stale_ones():
    """A rule that is added later is found, also for a topic that was asked before."""
    trie = TopicTrie([("a/+", 1)])
    assert trie.match("a/b") == (1,)

    trie.add("a/b", 2)

    assert trie.match("a/b") == (1, 2)


def test_hash_needs_a_level_below():
    """AWS: `sensor/#` does not select `sensor` (developer guide, "FROM clause")."""
    trie = TopicTrie([("sensor/#", 1)])

    assert (trie.match("sensor"), trie.match("sensor/"), trie.match("sensor/a/b")) == ((), (1,), (1,))
