"""Orders of a line: what all its machines have to do at the same time, and of which product.

A pure function of seed, line and time. Time is cut into orders of about an hour, with borders that are jittered by
the seed; each order is for a product of the mix, which says how hard the machines have to work. Any moment is found
without going through the orders before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats, Integers
from simulator.randomness import Randomness

ORDER_S = 3600.0
"""Mean length of an order [s]."""
BORDER_JITTER = 0.5
"""Width in which a border may lie, by the length of an order [1]."""
CHANGE_S = 180.0
"""Time over which throughput goes from one order's level to the next [s]."""


@dataclass(frozen=True, slots=True)
class Product:
    """Something that a line makes.

    Attributes:
        name: what people call it.
        level: throughput that it asks of the machines, by rated throughput [1].
        share: share of the orders that are for it [1].
    """

    name: str
    level: float
    share: float


PRODUCT_MIX: tuple[Product, ...] = (
    Product("light", level=0.60, share=0.25),
    Product("standard", level=0.74, share=0.45),
    Product("heavy", level=0.90, share=0.30),
)
"""What is made, and how much of it; chosen by us."""
LEVEL_SPREAD = 0.05
"""Orders for one product differ in throughput by at most this up or down [1]: lots and customers differ."""
LOWEST_LEVEL = PRODUCT_MIX[0].level - LEVEL_SPREAD
"""Throughput of the slackest order, by rated throughput [1]."""
HIGHEST_LEVEL = PRODUCT_MIX[-1].level + LEVEL_SPREAD
"""Throughput of the busiest order [1]."""

_LEVELS = np.array([product.level for product in PRODUCT_MIX])
_LIMITS = np.cumsum([product.share for product in PRODUCT_MIX])[:-1]


@dataclass(frozen=True, slots=True)
class OrderBook:
    """The order of each line at some moments, arrays of shape (T, lines).

    Attributes:
        number: which order; grows with time.
        since_s: time since the order began [s].
        level: throughput by rated throughput [1].
        product: index into `PRODUCT_MIX`.
        new_product: whether the order before was for another product, so that machines have to be set up.
    """

    number: Integers
    since_s: Floats
    level: Floats
    product: Integers
    new_product: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


def orders_at(lines: Randomness, moments_s: Floats) -> OrderBook:
    """The order that each line works on at some moments.

    Args:
        lines: randomness of the lines.
        moments_s: Unix times [s], shape (T,).

    Example:
        >>> book = orders_at(Randomness(1, ["plant1/line1"]), np.array([1_767_323_045.0]))
        >>> book.level.shape, bool(LOWEST_LEVEL <= book.level[0, 0] <= HIGHEST_LEVEL)
        ((1, 1), True)
    """
    moment = moments_s[:, None]
    slot = (moment // ORDER_S).astype(np.int64)
    # Borders lie within a quarter of an order around the slot's, so only three orders come into question.
    number = slot - 1 + (moment >= _border(lines, slot)) + (moment >= _border(lines, slot + 1))
    since = moment - _border(lines, number)
    product, former = _product(lines, number), _product(lines, number - 1)
    now, before = _level(lines, number, product), _level(lines, number - 1, former)
    share = np.minimum(1.0, since / CHANGE_S)
    return OrderBook(number, since, before + (now - before) * share, product, product != former)


def _border(lines: Randomness, number: Integers) -> Floats:
    return (number + BORDER_JITTER * (lines.uniforms("order/border", number) - 0.5)) * ORDER_S


def _product(lines: Randomness, number: Integers) -> Integers:
    return np.searchsorted(_LIMITS, lines.uniforms("order/product", number), side="right")


def _level(lines: Randomness, number: Integers, product: Integers) -> Floats:
    return _LEVELS[product] + LEVEL_SPREAD * (2.0 * lines.uniforms("order/level", number) - 1.0)
