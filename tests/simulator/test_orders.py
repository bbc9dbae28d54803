"""Orders of a line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.orders import CHANGE_S, HIGHEST_LEVEL, LOWEST_LEVEL, ORDER_S, orders_at
from simulator.randomness import Randomness

LINES = Randomness(1, [f"plant1/line{number}" for number in range(50)])
NOON = 1_767_355_200.0


@given(st.floats(0, 4e9))
def test_any_moment_has_an_order(moment_s: float) -> None:
    """At any moment each line has an order that has begun, is not over, and has a level within the limits."""
    book = orders_at(LINES, moment_s)

    assert (book.since_s >= 0).all()
    assert (book.since_s <= 1.5 * ORDER_S).all()  # borders lie within a quarter of an order around the hour
    assert ((book.level >= LOWEST_LEVEL) & (book.level <= HIGHEST_LEVEL)).all()


def test_orders_follow_one_another() -> None:
    """The number of the order grows by one at a time, and time within it starts from nothing."""
    books = [orders_at(LINES, NOON + second) for second in range(0, 20_000, 10)]
    numbers = np.array([book.number for book in books])
    since = np.array([book.since_s for book in books])
    steps = np.diff(numbers, axis=0)

    assert set(np.unique(steps)) == {0, 1}
    assert (since[1:][steps == 1] < 10).all()
    assert np.diff(since, axis=0)[steps == 0] == pytest.approx(10)


def test_level_changes_without_a_jump() -> None:
    """Throughput goes from one order's level to the next within three minutes, not at once."""
    levels = np.array([orders_at(LINES, NOON + second).level for second in range(7200)])

    assert np.abs(np.diff(levels, axis=0)).max() <= (HIGHEST_LEVEL - LOWEST_LEVEL) / CHANGE_S + 1e-9


def test_lines_are_independent() -> None:
    """Lines change orders at different moments, to different levels."""
    book = orders_at(LINES, NOON)

    assert len(np.unique(book.level)) == 50
    assert len(np.unique(book.since_s)) == 50
