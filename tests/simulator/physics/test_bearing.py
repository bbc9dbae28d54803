"""Wear of bearings, against hand calculation."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.physics import degradation, wear_rate


@pytest.mark.parametrize(
    ("speed", "force", "lives"),
    [
        (1.0, 1.0, 1.0),
        (1.0, 2.0, 8.0),  # ISO 281: twice the load, an eighth of the life
        (0.5, 1.0, 0.5),  # half the turns in the same time
        (0.0, 1.0, 0.0),  # what stands still does not wear
    ],
)
def test_life_falls_with_the_third_power_of_load(speed: float, force: float, lives: float) -> None:
    """A rating life is used up as the life equation of ISO 281 says."""
    rate = wear_rate(np.array([speed]), np.array([force]), np.array([20_000.0]))

    assert rate * 20_000 == pytest.approx([lives])


def test_degradation_shows_late() -> None:
    """Half of a life shows less than a fifth of the degradation."""
    # (e^1.5 - 1) / (e^3 - 1) = 3.481689 / 19.085537 = 0.182426
    assert degradation(np.array([0.0, 0.5, 1.0])) == pytest.approx([0.0, 0.182426, 1.0], abs=1e-6)
