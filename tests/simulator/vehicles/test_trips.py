"""Plans of duties."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.randomness import Randomness
from simulator.vehicles.models import VEHICLE_MODELS
from simulator.vehicles.roads import DEPOTS, PLACES
from simulator.vehicles.routes import route
from simulator.vehicles.timetable import LONGEST_DUTY_S
from simulator.vehicles.trips import COLUMNS, Plan, home_of, make_plan, parked_row

STARTS_S = 1_779_075_000.0


def plan_of(name: str = "VHC001", duty: int = 61_700, model: str = "van") -> Plan:
    """A plan of a vehicle's duty."""
    return make_plan(VEHICLE_MODELS[model], Randomness(1, [f"plant1/{name}"]), duty, STARTS_S)


def column(plan: Plan, name: str) -> np.ndarray:
    """A column of its table."""
    return plan.table[:, COLUMNS.index(name)]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 500), st.integers(60_000, 62_000), st.sampled_from(list(VEHICLE_MODELS)))
def test_a_duty_goes_from_the_depot_to_customers_and_back_in_time(number: int, duty: int, model: str) -> None:
    """Never longer than a shift, at least one customer, no place twice in a row."""
    plan = plan_of(f"VHC{number:03d}", duty, model)

    assert plan.stops[0] == plan.stops[-1] == home_of(Randomness(1, [f"plant1/VHC{number:03d}"]))
    assert len(plan.stops) >= 3
    assert all(one != other for one, other in itertools.pairwise(plan.stops))
    assert 1800 < plan.lasts_s < LONGEST_DUTY_S


def test_the_way_is_that_of_the_routes() -> None:
    """Stop by stop by the quickest way."""
    plan = plan_of()
    legs = [route(one, other) for one, other in itertools.pairwise(plan.stops)]

    assert plan.length_m == pytest.approx(sum(edge.length_m for leg in legs for edge in leg))


def test_phases_follow_one_another_without_gap_or_jump() -> None:
    """In time, way, speed and position."""
    plan = plan_of()
    begins, from_m, speed, rate, latitude, longitude, north, east = plan.table[:, :8].T
    lasts = np.diff(begins, append=plan.lasts_s)
    way = speed * lasts + rate * lasts**2 / 2

    assert (lasts > 0).all()
    assert from_m + way == pytest.approx(np.append(from_m[1:], plan.length_m), abs=1e-3)
    assert (speed + rate * lasts)[:-1] == pytest.approx(speed[1:], abs=1e-3)
    assert (latitude + north * way)[:-1] == pytest.approx(latitude[1:], abs=1e-8)
    assert (longitude + east * way)[:-1] == pytest.approx(longitude[1:], abs=1e-8)


def test_a_stop_at_a_customer_is_a_start_of_the_engine() -> None:
    """One at the depot and one after each customer, between whom the engine is off for the time of the stop."""
    plan = plan_of()
    off = column(plan, "engine_on") == 0
    lasts = np.diff(column(plan, "begins_s"), append=plan.lasts_s)

    assert off.sum() == len(plan.stops) - 2
    assert column(plan, "starts")[-1] == len(plan.stops) - 1
    assert lasts[off].min() >= 360  # a van's six to fifteen minutes
    assert lasts[off].max() <= 900
    assert plan.totals[3] == pytest.approx(plan.lasts_s - lasts[off].sum())


def test_work_is_that_of_the_forces_over_the_way() -> None:
    """What the engine does and the brakes take is friction, air and height; between standstills inertia is none.

    Van: c_r = 0.010, c_d·A = 0.36 · 4.2 m²; the height is that of the same depot, so it is none either. The load is
    between nothing and 1300 kg. The work of the air is integrated here in steps of a tenth of a second.
    """
    plan = plan_of()
    times = np.arange(0.05, plan.lasts_s, 0.1)
    phase = np.searchsorted(column(plan, "begins_s"), times, side="right") - 1
    speed = column(plan, "speed")[phase] + column(plan, "acceleration")[phase] * (
        times - column(plan, "begins_s")[phase]
    )
    air_kj = 0.5 * 1.16 * 0.36 * 4.2 * (speed**3 * 0.1).sum() / 1000
    _, driven_kj, braked_kj, _, _ = plan.totals
    rolling_kj = driven_kj - braked_kj - air_kj

    assert 2100 <= rolling_kj * 1000 / (0.010 * 9.80665 * plan.length_m) <= 3400


def test_rush_hours_are_slow() -> None:
    """The same duty begun at 08:00 local takes longer than begun at 22:00 (16:30 UTC)."""
    model, mine = VEHICLE_MODELS["van"], Randomness(1, ["plant1/VHC001"])
    morning, night = (make_plan(model, mine, 61_700, at) for at in (1_779_071_400.0, 1_779_121_800.0))

    assert morning.stops == night.stops
    assert morning.lasts_s > 1.03 * night.lasts_s


def test_a_parked_vehicle_is_at_its_depot() -> None:
    """With its engine off, at no speed."""
    here = dict(zip(COLUMNS, parked_row(DEPOTS[0]), strict=True))

    assert (here["latitude"], here["longitude"]) == (PLACES[DEPOTS[0]].latitude, PLACES[DEPOTS[0]].longitude)
    assert here["engine_on"] == here["speed"] == 0
