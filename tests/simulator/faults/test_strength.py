"""How strong a fault is at a moment."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.faults import fault_strength

NEVER = np.array(np.inf)


def strength(elapsed_s: float, ramp_s: float, lasted_s: float, recovery_s: float) -> float:
    """One value instead of arrays."""
    return float(fault_strength(np.array([elapsed_s]), ramp_s, np.array([lasted_s]), recovery_s)[0])


@pytest.mark.parametrize(
    ("elapsed_s", "expected"),
    [(-0.001, 0), (0, 0), (15, 0.25), (60, 1), (99.999, 1), (100, 1), (125, 0.5), (150, 0), (1e9, 0)],
)
def test_ramp_plateau_and_way_back(elapsed_s: float, expected: float) -> None:
    """A fault comes up over 60 s, stays until 100 s, and is gone 50 s later."""
    assert strength(elapsed_s, 60, 100, 50) == pytest.approx(expected)


def test_without_ramp_it_is_there_at_once() -> None:
    """Without a ramp the first moment has the full strength, and the moment of the end none."""
    assert [strength(time, 0, 10, 0) for time in (-0.1, 0, 9.9, 10)] == [0, 1, 1, 0]


def test_ended_in_the_ramp_goes_back_from_there() -> None:
    """A fault that ends while it comes up goes back from where it was."""
    assert strength(50, 100, 50, 20) == pytest.approx(0.5)
    assert strength(60, 100, 50, 20) == pytest.approx(0.25)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e5), st.floats(0.001, 1e6), st.floats(0, 1e5))
def test_strength_is_a_share(elapsed_s: float, ramp_s: float, lasted_s: float, recovery_s: float) -> None:
    """Strength is between nothing and all, whatever the times."""
    assert 0 <= strength(elapsed_s, ramp_s, lasted_s, recovery_s) <= 1
