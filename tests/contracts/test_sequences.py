"""Sequence ranges behave as sets of whole numbers, at the cost of their gaps."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from contracts.sequences import SequenceRanges

numbers = st.sets(st.integers(min_value=1, max_value=60))


def ranges_of(members: set[int]) -> SequenceRanges:
    """The members put in one by one."""
    ranges = SequenceRanges()
    for number in members:
        ranges.add(number)
    return ranges


@given(st.lists(st.integers(min_value=1, max_value=60)))
def test_add_says_whether_a_number_is_new(arrivals: list[int]) -> None:
    """Adding returns True exactly the first time, in any order, and the members are those added."""
    ranges, model = SequenceRanges(), set[int]()
    for number in arrivals:
        assert (number not in model) == ranges.add(number)
        model.add(number)

    assert model == set(ranges)
    assert len(model) == len(ranges)


@given(numbers, numbers)
def test_union_and_difference_are_those_of_sets(left: set[int], right: set[int]) -> None:
    """`|` and `-` give what they give for sets."""
    assert left | right == set(ranges_of(left) | ranges_of(right))
    assert left - right == set(ranges_of(left) - ranges_of(right))


@given(numbers)
def test_ranges_are_ordered_and_apart(members: set[int]) -> None:
    """Neighbouring ranges never touch, so that equal sets are equal lists of ranges."""
    ranges = ranges_of(members).ranges

    assert all(first[1] + 1 < second[0] for first, second in itertools.pairwise(ranges))
    assert SequenceRanges(ranges) == ranges_of(members)


@given(numbers, st.integers(min_value=0, max_value=61))
def test_contains_is_membership(members: set[int], number: int) -> None:
    """`in` is true for the members only."""
    assert (number in members) == (number in ranges_of(members))


def test_a_long_run_costs_one_range() -> None:
    """A hundred thousand numbers without a gap are one range."""
    ranges = SequenceRanges()
    for number in range(1, 100_001):
        ranges.add(number)

    assert ((1, 100_000),) == ranges.ranges
