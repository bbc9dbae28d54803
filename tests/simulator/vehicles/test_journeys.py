"""Vehicles in their plans."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from contracts.identity import Identity
from simulator.randomness import Randomness
from simulator.vehicles.journeys import LATEST_START_S, Journeys, Motion
from simulator.vehicles.timetable import Timetable

START_S = 1_779_075_000.0  # a Monday, 09:00 local
MakeVehicles = Callable[..., list[Identity]]


@pytest.fixture
def make(make_vehicles: MakeVehicles) -> Callable[..., Journeys]:
    """Journeys of some vehicles by day."""

    def journeys(count: int = 6, start_s: float = START_S) -> Journeys:
        vehicles = make_vehicles(count)
        randomness = Randomness(1, [one.device_id for one in vehicles])
        return Journeys(vehicles, Timetable("day_shift", randomness), randomness, start_s)

    return journeys


def through(journeys: Journeys, start_s: float, end_s: float, step_s: float, rate: float = 1.0) -> list[Motion]:
    """Motions from a moment to another."""
    rates = np.full(len(journeys.stands), rate)
    return [journeys.step(moment_s, rates) for moment_s in np.arange(start_s + step_s, end_s + 1e-6, step_s)]


def test_long_steps_do_what_short_ones_do(make: Callable[..., Journeys]) -> None:
    """Way, work, time and starts of a whole day are the same in steps of 10 s, of an hour and of a day."""
    totals = []
    for step_s in (10.0, 3600.0, 86_400.0):
        motions = through(make(), START_S, START_S + 86_400, step_s)
        totals.append([sum(getattr(one, name) for one in motions) for name in ("distance_m", "driven_kj", "starts")])

    assert np.array(totals[0]).max(axis=1).min() > 0
    assert np.allclose(totals[1], totals[0], rtol=1e-6)
    assert np.allclose(totals[2], totals[0], rtol=1e-6)


def test_the_way_home_ends_at_the_depot(make: Callable[..., Journeys]) -> None:
    """After the shift everybody stands where he began, with the engine off."""
    journeys = make()
    evening = through(journeys, START_S, START_S + 10 * 3600, 600.0)[-1]
    next_evening = through(journeys, START_S + 10 * 3600, START_S + 34 * 3600, 600.0)[-1]

    assert evening.at_depot.all()
    assert not evening.engine_on.any()
    assert evening.latitude.tolist() == next_evening.latitude.tolist()


def test_who_has_to_stand_comes_to_a_standstill_and_goes_on_where_he_was(make: Callable[..., Journeys]) -> None:
    """Within 12 s, and without a jump of position or speed."""
    journeys = make(20)
    before = journeys.step(START_S + 1, np.ones(20))
    moving = before.speed_m_s > 5
    assert moving.any()
    stopping = through(journeys, START_S + 1, START_S + 21, 1.0, rate=0.0)
    slowing = np.stack([before.speed_m_s, *(one.speed_m_s for one in stopping)])[:, moving]

    assert stopping[-1].speed_m_s.max() == 0
    assert np.abs(np.diff(slowing, axis=0)).max() < 3.5  # 22 m/s within 12 s, and the plan's own 1.1 m/s²
    assert not stopping[-1].engine_on.any()
    assert stopping[-1].distance_m.max() == 0
    going = through(journeys, START_S + 21, START_S + 22, 1.0)[0]
    assert np.abs(going.latitude - stopping[-1].latitude).max() < 1e-5


def test_who_is_held_up_leaves_late_or_not_at_all(make: Callable[..., Journeys]) -> None:
    """An hour late he drives the whole duty from its beginning; three hours late another does."""
    night_s = START_S - 6 * 3600
    for late_s, drives in ((3600.0, True), (LATEST_START_S + 3700.0, False)):
        journeys = make(20, night_s)
        through(journeys, night_s, START_S, 300.0)
        journeys = make(20, night_s)
        leaves_s = journeys._leaves_s.copy()
        today = leaves_s < START_S
        held_s = START_S + late_s
        through(journeys, night_s, held_s, 300.0, rate=0.0)
        first = journeys.step(held_s + 60, np.ones(20))

        assert (~first.at_depot[today]).all() == drives
        if drives:
            assert first.distance_m[today].max() < 1500  # a minute from the depot, not an hour


def test_a_slow_engine_makes_a_slow_vehicle(make: Callable[..., Journeys]) -> None:
    """At half the rate of the plan half the speed and half the way, and the engine runs for as long as it takes."""
    full, half = make(20), make(20)
    through(half, START_S, START_S + 60, 1.0, rate=0.5)
    through(full, START_S, START_S + 60, 1.0)
    fast = through(full, START_S + 60, START_S + 600, 1.0)
    slow = through(half, START_S + 60, START_S + 600, 1.0, rate=0.5)
    ways = [sum(one.distance_m.sum() for one in motions) for motions in (fast, slow)]

    assert 0.35 < ways[1] / ways[0] < 0.65
    assert max(one.engine_s.max() for one in slow) == pytest.approx(1.0)
