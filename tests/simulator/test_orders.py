"""Orders of a line."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.orders import CHANGE_S, HIGHEST_LEVEL, LEVEL_SPREAD, LOWEST_LEVEL, ORDER_S, PRODUCT_MIX, orders_at
from simulator.randomness import Randomness

LINES = Randomness(1, [f"plant1/line{number}" for number in range(50)])
NOON = 1_767_355_200.0


@given(st.floats(0, 4e9))
def test_any_moment_has_an_order(moment_s: float) -> None:
    """At any moment each line has an order that has begun, is not over, and has a level within the limits."""
    book = orders_at(LINES, np.array([moment_s]))

    assert (book.since_s >= 0).all()
    assert (book.since_s <= 1.5 * ORDER_S).all()  # borders lie within a quarter of an order around the hour
    assert ((book.level >= LOWEST_LEVEL) & (book.level <= HIGHEST_LEVEL)).all()


def test_orders_follow_one_another() -> None:
    """The number of the order grows by one at a time, and time within it starts from nothing."""
    book = orders_at(LINES, NOON + np.arange(0, 20_000, 10.0))
    steps = np.diff(book.number, axis=0)

    assert set(np.unique(steps)) == {0, 1}
    assert (book.since_s[1:][steps == 1] < 10).all()
    assert np.diff(book.since_s, axis=0)[steps == 0] == pytest.approx(10)


def test_level_changes_without_a_jump() -> None:
    """Throughput goes from one order's level to the next within three minutes, not at once."""
    levels = orders_at(LINES, NOON + np.arange(7200.0)).level

    assert np.abs(np.diff(levels, axis=0)).max() <= (HIGHEST_LEVEL - LOWEST_LEVEL) / CHANGE_S + 1e-9


def test_lines_are_independent() -> None:
    """Lines change orders at different moments, to different levels."""
    book = orders_at(LINES, np.array([NOON]))

    assert len(np.unique(book.level)) == 50
    assert len(np.unique(book.since_s)) == 50


def test_products_come_as_often_as_the_mix_says() -> None:
    """Over a thousand orders of fifty lines, each product has its share and its level."""
    book = orders_at(LINES, NOON + ORDER_S * np.arange(1000.0) + CHANGE_S)

    for place, product in enumerate(PRODUCT_MIX):
        ours = book.product == place
        # 50,000 orders: a standard error of at most 0.0022; five of them.
        assert ours.mean() == pytest.approx(product.share, abs=0.011)
        settled = book.level[ours & (book.since_s > CHANGE_S)]
        assert np.abs(settled - product.level).max() <= LEVEL_SPREAD + 1e-9


def test_new_product_is_told() -> None:
    """`new_product` says whether the order before was for another product."""
    book = orders_at(LINES, NOON + np.arange(0, 20_000, 60.0))
    changed = np.diff(book.number, axis=0) == 1

    assert np.array_equal(book.new_product[1:][changed], (np.diff(book.product, axis=0) != 0)[changed])
