"""One exam for all vehicle models: whoever is in `VEHICLE_MODELS` sits it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
import pytest

from contracts.identity import Identity
from contracts.telemetry import MachineState, VehicleSignal
from contracts.vehicles import VEHICLES
from simulator.load import STATES
from simulator.scenario import Scenario
from simulator.vehicles import VEHICLE_MODELS, VEHICLE_SENSORS, Fleet, VehicleBlock

MakeFleet = Callable[..., Fleet]
Play = Callable[..., VehicleBlock]
MakeVehicles = Callable[..., list[Identity]]
OFF, IDLE, RUNNING, STOPPED, REPAIR = (
    STATES.index(MachineState(name)) for name in ("off", "idle", "running", "stopped", "repair")
)
VEHICLE_COUNT, STEP_S = 20, 20.0

pytestmark = pytest.mark.parametrize("model", VEHICLE_MODELS)


@pytest.fixture(scope="module")
def fleet_of(make_vehicles: MakeVehicles, monday: datetime) -> Callable[..., Fleet]:
    """A fleet of one model, run as told."""

    def make(model: str, count: int = VEHICLE_COUNT, seed: int = 1, **plant: object) -> Fleet:
        scenario = Scenario(name="exam", plant=plant)
        return Fleet(make_vehicles(count, model), scenario, seed=seed, start=monday, interval_s=STEP_S)

    return make


@pytest.fixture(scope="module")
def days(fleet_of: Callable[..., Fleet], play: Play) -> dict[str, VehicleBlock]:
    """A day of new vehicles of each model in the hottest month of a hot year."""
    return {model: play(fleet_of(model, age="new", climate="hot"), 24, STEP_S) for model in VEHICLE_MODELS}


@pytest.fixture(scope="module")
def failing(fleet_of: Callable[..., Fleet], play: Play) -> dict[str, tuple[VehicleBlock, list]]:
    """Four days of vehicles whose parts wear a hundred times as fast and are used until they fail, and its truth."""
    told = {}
    for model in VEHICLE_MODELS:
        fleet = fleet_of(model, maintenance="run_to_failure", wear_speed=100)
        told[model] = (play(fleet, 4 * 24, 60.0), fleet.take_truth())
    return told


def test_has_a_data_sheet(model: str) -> None:
    """Each model has a data sheet, and each data sheet a model."""
    assert VEHICLE_MODELS[model].sheet is VEHICLES[model]
    assert set(VEHICLE_MODELS) == set(VEHICLES)


def test_same_seed_same_readings(model: str, fleet_of: Callable[..., Fleet], play: Play) -> None:
    """The same seed gives the same readings bit by bit; another seed gives others."""
    first, second, other = (play(fleet_of(model, 4, seed), 0.2) for seed in (1, 1, 2))

    for signal in VehicleSignal:
        assert np.array_equal(first.signal(signal), second.signal(signal))
    assert not np.array_equal(first.gps_latitude, other.gps_latitude)


def test_readings_are_finite_and_within_range(days: dict[str, VehicleBlock], model: str) -> None:
    """Healthy sensors always deliver a number that they can deliver."""
    for signal in VehicleSignal:
        values = days[model].signal(signal)
        assert np.isfinite(values).all()
        assert values.min() >= VEHICLE_SENSORS[signal].lowest
        assert values.max() <= VEHICLE_SENSORS[signal].highest


def test_a_healthy_vehicle_stays_cool_in_a_hot_summer(days: dict[str, VehicleBlock], model: str) -> None:
    """At 40 °C and under load never near 100 °C; warm while driving, at the air's temperature in the end."""
    block = days[model]
    running = block.engine_temp_c[block.state == RUNNING]

    assert block.engine_temp_c.max() < VEHICLES[model].coolant_limit_c - 4
    assert 84 < np.median(running) < 95
    assert block.engine_temp_c.min() < 45


def test_states_are_those_of_what_happens(days: dict[str, VehicleBlock], model: str) -> None:
    """Running means moving, all others standing; nobody is broken on the first day; the day has rest and work."""
    block = days[model]
    moving = block.speed_kmph > 1

    assert (block.state[moving] == RUNNING).all()
    assert set(np.unique(block.state)) == {OFF, IDLE, RUNNING}
    assert 0.1 < (block.state == RUNNING).mean() < 0.6
    assert 0.2 < (block.state == OFF).mean() < 0.85


def test_fuel_is_that_of_such_vehicles(model: str, fleet_of: Callable[..., Fleet], play: Play) -> None:
    """A van takes 6.5 to 11, a truck 17 to 30 l/100 km, on tanks that are not filled up in between."""
    fleet = fleet_of(model, 40, age="new")
    tank_l = VEHICLES[model].tank_l
    fleet._engines.fuel_l[:] = tank_l
    block = play(fleet, 5, STEP_S)
    burnt_l = (tank_l - fleet._engines.fuel_l).sum()
    km = (block.odometer_km[-1] - block.odometer_km[0]).sum()
    least, most = {"van": (6.5, 11), "truck": (17, 30)}[model]

    assert least < 100 * burnt_l / km < most


def test_tanks_are_filled_up_in_time(days: dict[str, VehicleBlock], model: str) -> None:
    """No tank is ever near empty, and some are filled to 97 % within the day."""
    fuel = days[model].fuel_level_percent

    assert fuel.min() > 15
    assert (np.diff(fuel[::9], axis=0) > 20).any()  # three minutes at the pump


def test_vehicles_fail_stand_are_repaired_and_drive_on(failing: dict, model: str) -> None:
    """Each failure has its repair some hours later, the vehicle standing between, and each part fails somewhere."""
    block, truth = failing[model]
    failed = {one.fault_id: one for one in truth if one.event == "failed"}
    repaired = {one.fault_id: one for one in truth if one.event == "repaired"}

    assert {one.kind for one in failed.values()} == {"coolant", "thermostat", "brakes", "battery"}
    assert set(repaired) <= set(failed)
    assert len(repaired) > 0.8 * len(failed)
    for fault_id, end in repaired.items():
        begin, row = failed[fault_id].at.timestamp(), int(end.device_id[3:]) - 1
        inside = (block.moments_s > begin + 60) & (block.moments_s < end.at.timestamp())
        assert set(block.state[inside, row]) <= {STOPPED, REPAIR}
        assert block.speed_kmph[inside, row].max(initial=0) == 0
        assert 1.4 < (end.at.timestamp() - begin) / 3600 < 6.1  # half to two hours for help, one to four for repair


def test_overheating_shows_before_the_failure(failing: dict, model: str) -> None:
    """Before coolant is lost a vehicle has exceeded 100 °C, in nearly all cases an hour or more before."""
    block, truth = failing[model]
    early, all_of_them = 0, 0
    for one in truth:
        if one.event == "failed" and one.kind == "coolant":
            row, at_s = int(one.device_id[3:]) - 1, one.at.timestamp()
            before = block.engine_temp_c[(block.moments_s > at_s - 86_400) & (block.moments_s < at_s - 3600), row]
            all_of_them += 1
            early += before.max(initial=0) > 100

    assert all_of_them >= 3
    assert early >= 0.7 * all_of_them


@pytest.mark.slow
def test_preventive_maintenance_prevents(model: str, fleet_of: Callable[..., Fleet], monday: datetime) -> None:
    """In three weeks most renewals are by plan; failures are rarer than with the same fleet run to failure."""
    told = {}
    for maintenance in ("preventive", "run_to_failure"):
        fleet = fleet_of(model, 50, maintenance=maintenance)
        fleet.catch_up(datetime.fromtimestamp(monday.timestamp() + 21 * 86_400, monday.tzinfo))
        events = [one.event.value for one in fleet.take_truth()]
        told[maintenance] = (events.count("maintained"), events.count("failed"))

    assert told["preventive"][0] > 3 * told["preventive"][1]
    assert told["preventive"][1] < told["run_to_failure"][1]
    assert told["run_to_failure"][0] == 0


@pytest.mark.slow
def test_two_months_are_sane(model: str, fleet_of: Callable[..., Fleet], monday: datetime) -> None:
    """Finite, never too hot, driving as far as such vehicles do, never without fuel, and kept in repair."""
    fleet = fleet_of(model, 8)
    first_km, tanks, weeks = None, [], 8
    for week in range(weeks):
        start_s = monday.timestamp() + week * 7 * 86_400
        block = fleet.play(start_s + 120.0 * np.arange(1, 7 * 720 + 1))
        first_km = block.odometer_km[0] if first_km is None else first_km
        assert all(np.isfinite(block.signal(signal)).all() for signal in VehicleSignal)
        assert block.engine_temp_c.max() < 135
        tanks.append(block.fuel_level_percent.min())
    km_a_year = (block.odometer_km[-1] - first_km) * 52 / weeks

    assert min(tanks) > 10
    assert (km_a_year > 50_000).all()
    assert (km_a_year < 180_000).all()
    # Damage of an hour of the calendar: 1.0 + 0.8 + 2.0 + 0.5 of 10,000; in 1,344 h eight vehicles use up 4.6 lives.
    assert any(one.event.value in ("maintained", "repaired") for one in fleet.take_truth())
