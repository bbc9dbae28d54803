"""Tanks, coolant and what a driver does about heat."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from simulator.randomness import Randomness
from simulator.vehicles.components import effects
from simulator.vehicles.engines import Engines
from simulator.vehicles.journeys import Motion
from simulator.vehicles.models import vehicle_columns

WELL = effects(np.zeros((4, 1)), np.ones(1))
STANDING = Motion(
    latitude=np.array([12.7]),
    longitude=np.array([80.0]),
    speed_m_s=np.zeros(1),
    distance_m=np.zeros(1),
    driven_kj=np.zeros(1),
    braked_kj=np.zeros(1),
    engine_s=np.zeros(1),
    engine_on=np.zeros(1, dtype=np.bool_),
    starts=np.zeros(1),
    at_depot=np.ones(1, dtype=np.bool_),
)
ON_THE_ROAD = replace(STANDING, at_depot=np.zeros(1, dtype=np.bool_))


@pytest.fixture
def van() -> Engines:
    """The engine of a van that is under way."""
    return Engines(vehicle_columns(["van"]), Randomness(1, ["a"]), np.ones(1, dtype=np.bool_), 30.0)


def step(van: Engines, motion: Motion, elapsed_s: float = 60.0) -> None:
    """A step at 30 °C."""
    van.step(motion, WELL, np.full(1, 30.0), np.ones(1), elapsed_s)


def test_a_tank_below_the_half_is_filled_at_the_depot(van: Engines) -> None:
    """35 l in a minute, until 97 %; on the road it is not."""
    van.fuel_l[0] = 30.0
    step(van, ON_THE_ROAD)
    assert van.fuel_l == pytest.approx(30)
    step(van, STANDING)
    assert van.fuel_l == pytest.approx(65)
    step(van, STANDING)
    assert van.fuel_percent == pytest.approx(97)


def test_a_tank_that_is_half_full_is_left_alone(van: Engines) -> None:
    """41 of 80 l."""
    van.fuel_l[0] = 41.0
    step(van, STANDING)

    assert van.fuel_l == pytest.approx(41)


def test_dragging_brakes_take_fuel(van: Engines) -> None:
    """Half the rolling resistance of 2750 kg more: 0.5 · 0.01 · 2750 · 9.80665 N · 1 km = 134.8 kJ, by 0.4 337 kJ."""
    driving = replace(ON_THE_ROAD, distance_m=np.full(1, 1000.0), engine_s=np.full(1, 60.0))
    worn = effects(np.array([[0.0], [0.0], [1.0], [0.0]]), np.ones(1))
    before = van.fuel_l.copy()
    step(van, driving)
    well = before - van.fuel_l
    van.fuel_l, van.coolant_c = before, np.full(1, 90.0)
    van.step(driving, worn, np.full(1, 30.0), np.ones(1), 60.0)

    assert (before - van.fuel_l) - well == pytest.approx(337 / 35_800, rel=0.01)


def test_a_cold_engine_takes_more(van: Engines) -> None:
    """30 % more friction when it is stone cold at 0 °C: (88 - 8 - 0)/88 of that."""
    idling = replace(ON_THE_ROAD, engine_s=np.full(1, 60.0))
    burnt = []
    for coolant_c in (90.0, 0.0):
        van.coolant_c, before = np.full(1, coolant_c), van.fuel_l.copy()
        step(van, idling)
        burnt.append(float((before - van.fuel_l)[0]))

    assert burnt[1] / burnt[0] == pytest.approx(1 + 0.3 * 80 / 88, rel=1e-6)


def test_a_driver_waits_until_a_boiling_engine_has_cooled(van: Engines) -> None:
    """Stopped above 122 °C, on again below 102 °C, limping between 112 and there."""
    van.coolant_c[0] = 118.0
    step(van, ON_THE_ROAD, 1.0)
    assert 0.3 < van.rate[0] < 1
    van.coolant_c[0] = 123.0
    step(van, ON_THE_ROAD, 1.0)
    assert van.rate[0] == 0
    minutes = 0
    while van.rate[0] == 0:
        step(van, ON_THE_ROAD)
        minutes += 1

    # 120 kJ/K · ln((123 - 30)/(102 - 30)) / 0.03 kW/K = 1024 s
    assert minutes == pytest.approx(1024 / 60, abs=1.1)
    assert van.rate[0] == 1
