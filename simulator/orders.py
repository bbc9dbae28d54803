"""Orders of a line: what all its machines have to do at the same time.

A pure function of seed, line and time. Time is cut into orders of about an hour, with borders that are jittered by
the seed; each order has a level of throughput. Any moment is found without going through the orders before it.
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
LOWEST_LEVEL = 0.55
"""Throughput of the slackest order, by rated throughput [1]."""
HIGHEST_LEVEL = 0.95
"""Throughput of the busiest order [1]."""
CHANGE_S = 180.0
"""Time over which throughput goes from one order's level to the next [s]."""


@dataclass(frozen=True, slots=True)
class OrderBook:
    """The order of each line at a moment.

    Attributes:
        number: which order; grows with time.
        since_s: time since the order began [s].
        level: throughput by rated throughput [1].
    """

    number: Integers
    since_s: Floats
    level: Floats


def orders_at(lines: Randomness, moment_s: float) -> OrderBook:
    """The order that each line works on at a moment.

    Args:
        lines: randomness of the lines.
        moment_s: Unix time [s].

    Example:
        >>> book = orders_at(Randomness(1, ["plant1/line1"]), 1_767_323_045.0)
        >>> bool(LOWEST_LEVEL <= book.level[0] <= HIGHEST_LEVEL)
        True
    """
    slot = np.array([int(moment_s // ORDER_S)], dtype=np.int64)
    # Borders lie within a quarter of an order around the slot's, so only three orders come into question.
    number = slot - 1 + (moment_s >= _border(lines, slot)) + (moment_s >= _border(lines, slot + 1))
    since = moment_s - _border(lines, number)
    share = np.minimum(1.0, since / CHANGE_S)
    before, now = _level(lines, number - 1), _level(lines, number)
    return OrderBook(number, since, before + (now - before) * share)


def _border(lines: Randomness, number: Integers) -> Floats:
    return (number + BORDER_JITTER * (lines.uniform("order/border", number) - 0.5)) * ORDER_S


def _level(lines: Randomness, number: Integers) -> Floats:
    return LOWEST_LEVEL + (HIGHEST_LEVEL - LOWEST_LEVEL) * lines.uniform("order/level", number)
