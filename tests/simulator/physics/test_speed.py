"""Speed of shafts, against hand calculation."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.physics import drive_speed, induction_speed


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


def test_slip_grows_as_the_voltage_falls() -> None:
    """At 80 % of the voltage the same torque takes 1/0.8² as much slip."""
    # 1500 - 60 · 0.5 / 0.64 = 1500 - 46.875
    speed = induction_speed(np.array([0.5]), np.array([1500.0]), np.array([1440.0]), np.array([0.8]))

    assert speed == pytest.approx([1453.125])
