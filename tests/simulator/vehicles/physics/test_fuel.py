"""Fuel by the Willans line."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.vehicles.models import VEHICLE_MODELS
from simulator.vehicles.physics import FUEL_MJ_PER_L, fuel_energy

ONE = np.ones(1)


@pytest.mark.parametrize(
    ("model", "wheel_kw", "speed_m_s", "least", "most"),
    [
        # A van at 80 km/h: 15.6 kW at the wheels (see test_traction); tests of such vans give 7 to 10 l/100 km.
        ("van", 15.6, 80 / 3.6, 7, 10),
        # A truck of 11 t at 60 km/h: (11000·9.81·0.0075 + ½·1.16·0.65·7.5·16.7²) N · 16.7 m/s = 26.6 kW; 16 t trucks
        # take 18 to 30 l/100 km (VECTO's cycles for regional delivery).
        ("truck", 26.6, 60 / 3.6, 18, 30),
    ],
)
def test_consumption_is_that_of_such_vehicles(
    model: str, wheel_kw: float, speed_m_s: float, least: float, most: float
) -> None:
    """Over 100 km at a steady speed."""
    one = VEHICLE_MODELS[model]
    hours_s = 100_000 / speed_m_s
    energy_kj = fuel_energy(
        wheel_kw * hours_s * ONE,
        100_000 * ONE,
        hours_s * ONE,
        one.idle_kw * ONE,
        one.friction_kj_per_m * ONE,
        one.efficiency * ONE,
    )

    assert least < energy_kj[0] / (1000 * FUEL_MJ_PER_L) < most


def test_an_engine_at_idle_burns_by_the_hour() -> None:
    """8 kW over an hour are 28.8 MJ, 0.80 l of diesel; one that is off burns nothing."""
    idle = fuel_energy(0 * ONE, 0 * ONE, 3600 * ONE, 8 * ONE, ONE, ONE)

    assert idle[0] / (1000 * FUEL_MJ_PER_L) == pytest.approx(0.804, abs=0.001)
    assert fuel_energy(0 * ONE, 0 * ONE, 0 * ONE, 8 * ONE, ONE, ONE)[0] == 0
