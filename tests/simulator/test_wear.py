"""Wear of the bearings."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.randomness import Randomness
from simulator.wear import REFERENCE_S, USUAL_RATE, wear_at, wear_step

MACHINES = Randomness(1, [f"M{number:03d}" for number in range(1000)])
LIFE_H = np.full(1000, 20_000.0)


def test_machines_are_of_all_ages() -> None:
    """At the reference moment wear is spread evenly from new to due for renewal."""
    wear = wear_at(REFERENCE_S, LIFE_H, MACHINES)

    counts, _ = np.histogram(wear, bins=4, range=(0, 1))
    # 250 each, with a standard deviation of sqrt(1000 · 0.25 · 0.75) = 13.7; five of them.
    assert np.abs(counts - 250).max() < 69


def test_machines_age_while_nobody_looks() -> None:
    """A plant that is started a month later is a month older."""
    month_h = 30 * 24
    older = wear_at(REFERENCE_S + month_h * 3600, LIFE_H, MACHINES) - wear_at(REFERENCE_S, LIFE_H, MACHINES)

    assert np.median(older) == pytest.approx(month_h * USUAL_RATE / 20_000)  # the few renewed meanwhile aside


def test_a_step_adds_wear() -> None:
    """A hundred hours at rated load use up their share of the rating life."""
    after = wear_step(np.array([0.25]), np.ones(1), np.ones(1), 100 * 3600.0, np.array([20_000.0]))

    assert after == pytest.approx([0.255])


def test_worn_out_bearings_are_renewed() -> None:
    """At the end of the rating life a bearing is new again."""
    after = wear_step(np.array([0.999]), np.ones(1), np.ones(1), 40 * 3600.0, np.array([20_000.0]))

    assert after == pytest.approx([0.001])
