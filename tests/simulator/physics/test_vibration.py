"""Vibration velocity, against hand calculation."""

from __future__ import annotations

import numpy as np
import pytest

from contracts.nameplates import NAMEPLATES, Nameplate
from simulator.models import MODELS
from simulator.physics import ISO_20816_3_BOUNDARIES_MM_S, severity_zone, vibration_velocity


def velocity(speed: float, torque: float, degraded: float, new: float, share: float, growth: float) -> float:
    """One value instead of arrays."""
    return float(vibration_velocity(*(np.array([value]) for value in (speed, torque, degraded, new, share, growth)))[0])


@pytest.mark.parametrize("plate", NAMEPLATES.values(), ids=lambda plate: plate.model)
def test_new_machine_at_rated_load(plate: Nameplate) -> None:
    """A new machine at rated load vibrates as its nameplate says."""
    model = MODELS[plate.model]

    assert velocity(
        1, 1, 0, plate.vibration_new_mm_s, model.vibration_load_share, model.vibration_wear_growth
    ) == pytest.approx(plate.vibration_new_mm_s)


def test_speed_load_and_wear_each_count() -> None:
    """A conveyor at part load with a worn bearing adds up by energy."""
    # 0.7 · sqrt(0.7·0.9² + 0.3·0.5²·0.9 + (1.6·0.5·0.9)²) = 0.7 · sqrt(0.567 + 0.0675 + 0.5184) = 0.7 · 1.073732
    assert velocity(0.9, 0.5, 0.5, 0.7, 0.3, 1.6) == pytest.approx(0.751612, abs=1e-5)


def test_standstill_is_quiet() -> None:
    """A machine that stands still under torque does not vibrate."""
    assert velocity(0, 1, 1, 1.6, 0.3, 1.0) == 0


@pytest.mark.parametrize("name", MODELS)
def test_worn_machine_at_rated_load_stays_out_of_zone_c(name: str) -> None:
    """Wear alone, up to the end of the rating life, does not reach zone C of ISO 20816-3."""
    model = MODELS[name]
    worn = velocity(
        1, 1, 1, model.nameplate.vibration_new_mm_s, model.vibration_load_share, model.vibration_wear_growth
    )

    assert model.nameplate.vibration_new_mm_s < worn < ISO_20816_3_BOUNDARIES_MM_S[1]


@pytest.mark.parametrize(
    ("value", "zone"), [(1.39, "A"), (1.41, "B"), (2.79, "B"), (2.81, "C"), (4.49, "C"), (4.51, "D")]
)
def test_zones_of_iso_20816_3(value: float, zone: str) -> None:
    """Zone boundaries of group 2 on a rigid support are 1.4, 2.8 and 4.5 mm/s."""
    assert zone == severity_zone(value)
