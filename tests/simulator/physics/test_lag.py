"""First-order lags, against hand calculation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.physics import first_order


def one(before: float, goal: float, elapsed_s: float, time_constant_s: float) -> float:
    """One step of one value."""
    return float(
        first_order(np.array([before]), np.array([[goal]]), np.array([elapsed_s]), np.array([time_constant_s]))[0, 0]
    )


def test_cold_housing_warms_exponentially() -> None:
    """A cold housing has 95 % of the final rise after three time constants."""
    # 40 K · (1 - exp(-3)) = 40 · (1 - 0.0497871) = 38.00852 K; exp(-3) from tables.
    assert one(0.0, 40.0, 2700.0, 900.0) == pytest.approx(38.00852, abs=1e-5)


def test_first_minute_after_a_load_step() -> None:
    """The first minute after a step follows the initial slope, nearly."""
    # Slope 30 K / 1500 s = 0.02 K/s; exactly 30 · (1 - exp(-0.04)) = 30 · 0.0392106 = 1.176317 K.
    assert one(0.0, 30.0, 60.0, 1500.0) == pytest.approx(1.176317, abs=1e-5)


def test_shaft_follows_its_command() -> None:
    """A shaft has made 63.2 % of a change after its run-up time."""
    # 6000 · (1 - 1/e) = 6000 · 0.6321206 = 3792.72
    assert one(0.0, 6000.0, 1.5, 1.5) == pytest.approx(3792.72, abs=0.01)


@given(st.floats(0.1, 5000), st.floats(0.1, 5000), st.floats(0, 60), st.floats(0, 60))
def test_two_steps_are_one(first_s: float, second_s: float, before: float, goal: float) -> None:
    """How time is cut into steps does not matter while the goal stays the same."""
    twice = one(one(before, goal, first_s, 1200.0), goal, second_s, 1200.0)

    assert twice == pytest.approx(one(before, goal, first_s + second_s, 1200.0), abs=1e-9)


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(-50, 50)), min_size=1, max_size=20))
def test_a_block_is_its_steps(course: list[tuple[float, float]]) -> None:
    """Many steps at once give what the steps one by one give."""
    elapsed_s, goals = (np.array(column) for column in zip(*course, strict=True))
    block = first_order(np.array([7.0]), goals[:, None], elapsed_s, np.array([900.0]))[:, 0]
    value, singles = 7.0, []
    for step_s, goal in course:
        value = one(value, goal, step_s, 900.0)
        singles.append(value)

    assert block == pytest.approx(singles, abs=1e-9)


@given(st.floats(0, 1e7), st.floats(0, 60), st.floats(0, 60))
def test_never_overshoots(elapsed_s: float, before: float, goal: float) -> None:
    """A value stays between where it was and where it goes, for any step."""
    after = one(before, goal, elapsed_s, 900.0)

    assert min(before, goal) - 1e-9 <= after <= max(before, goal) + 1e-9
