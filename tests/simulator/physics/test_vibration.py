"""Vibration velocity, against hand calculation."""

from __future__ import annotations

import numpy as np
import pytest

from contracts.nameplates import NAMEPLATES, Nameplate
from simulator.models import MODELS
from simulator.physics import severity_zone, vibration_velocity, with_process_faults


def velocity(speed: float, torque: float, worn: float, new: float, share: float) -> float:
    """One value instead of arrays."""
    return float(vibration_velocity(*(np.array([value]) for value in (speed, torque, worn, new, share)))[0])


@pytest.mark.parametrize("plate", NAMEPLATES.values(), ids=lambda plate: plate.model)
def test_new_machine_at_rated_load(plate: Nameplate) -> None:
    """A new machine at rated load vibrates as its nameplate says."""
    share = MODELS[plate.model].vibration_load_share

    assert velocity(1, 1, 0, plate.vibration_new_mm_s, share) == pytest.approx(plate.vibration_new_mm_s)


def test_speed_load_and_wear_each_count() -> None:
    """A conveyor at part load with a worn bearing adds up by energy."""
    # 0.49·(0.7·0.9⁴ + 0.3·0.5²·0.9) + (1.2·0.9)² = 0.49·(0.45927 + 0.0675) + 1.1664 = 1.424517; its root 1.193531
    assert velocity(0.9, 0.5, 1.2, 0.7, 0.3) == pytest.approx(1.193531, abs=1e-5)


def test_unbalance_goes_with_the_square_of_the_speed() -> None:
    """Without load and wear, half the speed gives a quarter of the velocity."""
    assert velocity(0.5, 0, 0, 2.0, 0.0) == pytest.approx(0.5)


def test_standstill_is_quiet() -> None:
    """A machine that stands still under torque does not vibrate, however worn and ill it is."""
    nothing, ill = np.zeros(1), np.full(1, 5.0)

    assert velocity(0, 1, 3.0, 1.6, 0.3) == 0
    assert with_process_faults(nothing, nothing, np.ones(1), ill, ill, ill) == 0


@pytest.mark.parametrize(
    ("speed", "torque", "expected"),
    [
        (1.0, 1.0, 5.196152),  # √(9 + 4 + 9 + 5) = √27
        (0.5, 1.0, 3.570714),  # 9 + (1 + 9 + 5)·0.25 = 12.75
        (1.0, 0.0, 4.242641),  # no torque, no misalignment: √18
    ],
)
def test_faults_add_their_energies(speed: float, torque: float, expected: float) -> None:
    """Unbalance goes with the speed's square, misalignment with torque, flow with speed."""
    got = with_process_faults(*(np.array([value]) for value in (3.0, speed, torque, 2.0, 3.0, 5.0**0.5)))

    assert got == pytest.approx([expected], abs=1e-5)


@pytest.mark.parametrize(
    ("value", "zone"), [(1.39, "A"), (1.41, "B"), (2.79, "B"), (2.81, "C"), (4.49, "C"), (4.51, "D")]
)
def test_zones_of_iso_20816_3(value: float, zone: str) -> None:
    """Zone boundaries of group 2 on a rigid support are 1.4, 2.8 and 4.5 mm/s."""
    assert zone == severity_zone(value)
