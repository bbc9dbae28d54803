"""Heat of a bearing housing, against hand calculation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.physics import rise_step, steady_rise


def test_steady_rise_is_proportional_to_power() -> None:
    """Half the rated power gives half the rated rise."""
    # The pump: 38 K at 33.333 kW. At 16.667 kW: 38 · 16.667 / 33.333 = 19.0 K.
    assert steady_rise(np.array([16.6667]), np.array([33.3333]), np.array([38.0])) == pytest.approx([19.0], abs=1e-3)


def test_cold_housing_warms_exponentially() -> None:
    """A cold housing has 95 % of the final rise after three time constants."""
    # 40 K · (1 - exp(-3)) = 40 · (1 - 0.0497871) = 38.00852 K; exp(-3) from tables.
    assert rise_step(np.array([0.0]), np.array([40.0]), 2700.0, np.array([900.0])) == pytest.approx(
        [38.00852], abs=1e-5
    )


def test_first_minute_after_a_load_step() -> None:
    """The first minute after a step follows the initial slope, nearly."""
    # Slope 30 K / 1500 s = 0.02 K/s; exactly 30 · (1 - exp(-0.04)) = 30 · 0.0392106 = 1.176317 K.
    assert rise_step(np.array([0.0]), np.array([30.0]), 60.0, np.array([1500.0])) == pytest.approx([1.176317], abs=1e-5)


@given(st.floats(0.1, 5000), st.floats(0.1, 5000), st.floats(0, 60), st.floats(0, 60))
def test_two_steps_are_one(first_s: float, second_s: float, rise: float, goal: float) -> None:
    """How time is cut into steps does not matter while the power stays the same."""
    tau, goals = np.array([1200.0]), np.array([goal])
    twice = rise_step(rise_step(np.array([rise]), goals, first_s, tau), goals, second_s, tau)

    assert twice == pytest.approx(rise_step(np.array([rise]), goals, first_s + second_s, tau), abs=1e-9)


@given(st.floats(0, 1e7), st.floats(0, 60), st.floats(0, 60))
def test_rise_never_overshoots(elapsed_s: float, rise: float, goal: float) -> None:
    """A rise stays between where it was and where it goes, for any step."""
    after = rise_step(np.array([rise]), np.array([goal]), elapsed_s, np.array([900.0]))[0]

    assert min(rise, goal) - 1e-9 <= after <= max(rise, goal) + 1e-9
