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
        closed = batches.add(partition, number, size, now)
        for done, members in [*([closed] if closed else []), *batches.due(now)]:
            out[done] += members
    for done, members in batches.close_all():
        out[done] += members

    assert out == {name: [n for n, item in enumerate(items) if item[0] == name] for name in "abc"}
    assert batches.size == 0


@given(ITEMS)
def test_no_batch_grows_past_its_size_by_more_than_an_item(items):
    """The item that reaches the limit closes the batch."""
    sizes = {}
    batches: Batches[int] = Batches(max_age_s=5, max_bytes=100)
    for number, (partition, size, _) in enumerate(items):
        sizes[number] = size
        closed = batches.add(partition, number, size, 0.0)
        if closed:
            assert 100 <= sum(sizes[member] for member in closed[1]) < 140


def test_a_batch_is_as_old_as_its_first_item():
    """Later items do not keep a batch open."""
    batches: Batches[str] = Batches(max_age_s=5, max_bytes=100)
    batches.add("p", "first", 1, now=0.0)
    batches.add("p", "second", 1, now=4.9)

    assert batches.due(now=5.0) == [("p", ["first", "second"])]
