"""Speed of shafts, against hand calculation."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.physics import drive_speed, induction_speed, speed_step


@pytest.mark.parametrize(
    ("torque", "expected"),
    [
        (0.0, 1500.0),  # no torque, no slip
        (1.0, 1440.0),  # nameplate of the conveyor
        (0.35, 1479.0),  # 1500 - 60 · 0.35
    ],
)
def test_slip_grows_with_torque(torque: float, expected: float) -> None:
    """A motor on the mains slows down in proportion to its torque."""
    assert induction_speed(np.array([torque]), np.array([1500.0]), np.array([1440.0])) == pytest.approx([expected])


def test_drive_runs_from_lowest_to_rated() -> None:
    """A servo turns at its lowest speed without load and at rated speed with all of it."""
    speeds = drive_speed(np.array([0.0, 0.5, 1.0]), np.full(3, 0.4), np.full(3, 3000.0))

    assert speeds == pytest.approx([1200.0, 2100.0, 3000.0])  # 3000 · (0.4 + 0.6 · q)


def test_shaft_follows_its_command() -> None:
    """A shaft has made 63.2 % of a change after its run-up time."""
    # 6000 · (1 - 1/e) = 6000 · 0.6321206 = 3792.72
    assert speed_step(np.array([0.0]), np.array([6000.0]), 1.5, np.array([1.5])) == pytest.approx([3792.72], abs=0.01)
