"""What the power explains of the temperature."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.nameplates import nameplate
from maintenance.features.thermal import Warmth, explained_rise

PLATE = nameplate("electric_motor")  # 44 K, 1800 s


def test_a_step_of_power_is_followed_with_the_time_constant() -> None:
    """From 22 K at half power towards 44 K: after a time constant 22 + 22·(1 - 1/e), after two 22 + 22·(1 - 1/e²)."""
    rise, _ = explained_rise(np.array([0.0, 1800.0, 3600.0]), np.array([0.5, 1.0, 1.0]), PLATE, Warmth())

    assert rise == pytest.approx([22.0, 22 + 22 * (1 - math.exp(-1)), 22 + 22 * (1 - math.exp(-2))])


@given(
    powers=st.lists(st.one_of(st.floats(0, 1.2), st.just(math.nan)), min_size=2, max_size=30), cut=st.integers(0, 30)
)
def test_it_can_be_cut_anywhere(powers: list[float], cut: int) -> None:
    """Two calls with what was remembered between them give what one call gives, bit by bit."""
    at_s, power = np.arange(len(powers)) * 300.0, np.array(powers)
    whole, end = explained_rise(at_s, power, PLATE, Warmth())
    first, warmth = explained_rise(at_s[:cut], power[:cut], PLATE, Warmth())
    second, same_end = explained_rise(at_s[cut:], power[cut:], PLATE, warmth)

    assert np.array_equal(np.concatenate([first, second]), whole, equal_nan=True)
    assert np.array_equal([end.at_s, end.rise_k, end.power], [same_end.at_s, same_end.rise_k, same_end.power], True)


def test_an_unknown_power_is_the_last_one() -> None:
    """A reading without power does not cool the machine."""
    rise, _ = explained_rise(np.array([0.0, 600.0, 1200.0]), np.array([1.0, math.nan, 1.0]), PLATE, Warmth())

    assert rise == pytest.approx([44.0, 44.0, 44.0])


def test_after_a_long_gap_the_past_is_forgotten() -> None:
    """Half a day later nobody knows what was between: the present power's steady rise is taken."""
    rise, _ = explained_rise(np.array([0.0, 43_200.0]), np.array([1.0, 0.5]), PLATE, Warmth())

    assert rise == pytest.approx([44.0, 22.0])
