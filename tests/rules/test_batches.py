"""Batches close by size and by age, and lose nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rules.batches import Batches

ITEMS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 40), st.floats(0, 3)), max_size=60)


@given(ITEMS)
def test_every_item_comes_out_once_in_order(items):
    """Whatever the sizes and times: each partition's items come out as they went in."""
    batches: Batches[int] = Batches(max_age_s=5, max_bytes=100)
    out: dict[str, list[int]] = {"a": [], "b": [], "c": []}
    now = 0.0
    for number, (partition, size, pause) in enumerate(items):
        now += pause
        for done, members in [*batches.add(partition, number, size, now), *batches.due(now)]:
            out[done] += members
    for done, members in batches.close_all():
        out[done] += members

    assert out == {name: [n for n, item in enumerate(items) if item[0] == name] for name in "abc"}
    assert batches.size == 0


@given(ITEMS)
def test_no_batch_is_larger_than_its_limits_unless_one_item_is(items):
    """An item for which there is no room closes the batch and begins the next."""
    sizes = {}
    batches: Batches[int] = Batches(max_age_s=5, max_bytes=30, max_count=4)
    for number, (partition, size, _) in enumerate(items):
        sizes[number] = size
        for _, members in batches.add(partition, number, size, 0.0):
            assert len(members) <= 4
            assert sum(sizes[member] for member in members) <= 30 or len(members) == 1


def test_a_batch_closes_when_it_is_full_and_not_before():
    """By number, by size, and by an item that would make it too large."""
    batches: Batches[str] = Batches(max_age_s=5, max_bytes=10, max_count=3)

    assert [batches.add("p", name, 1, 0.0) for name in "abc"] == [[], [], [("p", ["a", "b", "c"])]]
    assert [batches.add("p", name, 5, 0.0) for name in "de"] == [[], [("p", ["d", "e"])]]
    assert [batches.add("p", "f", 9, 0.0), batches.add("p", "g", 10, 0.0)] == [[], [("p", ["f"]), ("p", ["g"])]]


def test_the_next_batch_is_due_when_the_oldest_is_old_enough():
    """And none where nothing waits."""
    batches: Batches[str] = Batches(max_age_s=5, max_bytes=100)
    assert batches.due_at is None
    batches.add("p", "first", 1, now=1.0)
    batches.add("q", "second", 1, now=2.0)

    assert batches.due_at == 6.0


def test_a_batch_is_as_old_as_its_first_item():
    """Later items do not keep a batch open."""
    batches: Batches[str] = Batches(max_age_s=5, max_bytes=100)
    batches.add("p", "first", 1, now=0.0)
    batches.add("p", "second", 1, now=4.9)

    assert batches.due(now=5.0) == [("p", ["first", "second"])]
