"""A fleet from outside: what its owner can rely on."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest

from contracts.identity import Identity
from contracts.telemetry import VehicleSignal
from simulator.errors import FaultError, SimulatorUsageError, TargetError
from simulator.faults import FAULTS, FaultRequest
from simulator.load import STATES
from simulator.scenario import Scenario
from simulator.vehicles import COMPONENTS, DUE_DAMAGE, Fleet, VehicleBlock
from simulator.vehicles.roads import PLACES, ROADS, distance_m

MakeFleet = Callable[..., Fleet]
Play = Callable[..., VehicleBlock]
RUNNING = [state.value for state in STATES].index("running")
NOISE_M = 12.0
"""Four standard deviations of a position's error, 3 m [m]."""


@pytest.fixture(scope="module")
def two_hours(make_fleet: MakeFleet, play: Play) -> VehicleBlock:
    """Two hours of twenty vehicles, second by second."""
    return play(make_fleet(20), 2.0)


def off_road_m(latitude: float, longitude: float) -> float:
    """Distance of a point to the nearest road, on the plane that touches the earth there."""
    best = np.inf
    for road in ROADS:
        ends = np.array([(PLACES[name].latitude, PLACES[name].longitude) for name in (road.first, road.second)])
        plane = (ends - (latitude, longitude)) * 111_195.08 * np.array([1.0, np.cos(np.radians(latitude))])
        along = plane[1] - plane[0]
        share = np.clip(-plane[0] @ along / (along @ along), 0, 1)
        best = min(best, float(np.hypot(*(plane[0] + share * along))))
    return best


def test_vehicles_are_on_the_road(two_hours: VehicleBlock) -> None:
    """Always, to the error of the receiver."""
    points = np.stack([two_hours.gps_latitude[::97], two_hours.gps_longitude[::97]], axis=-1).reshape(-1, 2)

    assert max(off_road_m(latitude, longitude) for latitude, longitude in points) < NOISE_M


def test_speed_is_the_change_of_the_position(make_fleet: MakeFleet, monday: datetime) -> None:
    """Second by second, for true values: the way on the ground is the mean speed, to 0.1 % and 2 cm."""
    fleet, before = make_fleet(20), None
    for second in range(1, 600):
        fleet.step(monday + timedelta(seconds=second))
        now = fleet._last
        if before is not None:
            for row in range(20):
                way = distance_m((before.latitude[row], before.longitude[row]), (now.latitude[row], now.longitude[row]))
                # At the turn from one road into the other the way is around the corner, and the line across it.
                mean = (before.speed_m_s[row] + now.speed_m_s[row]) / 2
                assert way <= 1.002 * mean + 0.7
                assert now.distance_m[row] == pytest.approx(mean, abs=0.7)
        before = now


def test_the_odometer_is_the_integral_of_the_speed(two_hours: VehicleBlock) -> None:
    """Over two hours, by the trapezoidal rule, to 1 % and the odometer's two tenths of a kilometre."""
    by_speed = np.trapezoid(two_hours.speed_kmph, two_hours.moments_s / 3600, axis=0)
    by_odometer = two_hours.odometer_km[-1] - two_hours.odometer_km[0]

    assert by_odometer.max() > 30
    assert np.allclose(by_speed, by_odometer, rtol=0.01, atol=0.2)
    assert (np.diff(two_hours.odometer_km, axis=0) >= 0).all()


def test_speeds_and_accelerations_are_those_of_drivers(two_hours: VehicleBlock) -> None:
    """Nobody exceeds 80 km/h (and the sensor's error) or the accelerations of his model (van 0.9 and 1.1 m/s²)."""
    change = np.diff(two_hours.speed_kmph, axis=0) / 3.6

    assert two_hours.speed_kmph.max() < 80 * 1.025
    assert np.abs(change).max() < 1.1 + 0.5  # two errors of 0.5 % of 22 m/s, four times


def test_in_whatever_blocks_the_readings_are_the_same(make_fleet: MakeFleet, play: Play, monday: datetime) -> None:
    """A block of a hundred moments is a hundred steps, bit by bit."""
    fleet = make_fleet(7)
    block = play(make_fleet(7), 100 / 3600)

    for place in range(100):
        readings = fleet.step(monday + timedelta(seconds=place + 1))
        for signal in VehicleSignal:
            assert np.array_equal(readings.signal(signal), block.signal(signal)[place])
        assert np.array_equal(readings.state, block.state[place])


@pytest.mark.parametrize("signal", VehicleSignal)
def test_a_lying_sensor_lies_the_same_in_whatever_blocks(
    signal: VehicleSignal, make_fleet: MakeFleet, play: Play, monday: datetime
) -> None:
    """What a sensor tells as if the vehicle were under way is of each moment, not of the end of its block."""
    request = FaultRequest(kind="out_of_context", target="*", signal=signal)
    fleet, other = make_fleet(7), make_fleet(7)
    for one in (fleet, other):
        one.inject(request, monday, "injected")
    block = play(other, 5.0, 300.0)  # stops, at which the fault shows, and ways between them
    told = [fleet.step(monday + timedelta(seconds=300 * (place + 1))).signal(signal) for place in range(60)]

    assert np.array_equal(np.array(told), block.signal(signal))


def test_a_vehicle_is_the_same_in_any_shard(
    make_vehicles: Callable[..., list[Identity]], play: Play, monday: datetime
) -> None:
    """Alone it tells what it tells among others, hot ones included."""
    scenario = Scenario(name="worn", plant={"maintenance": "run_to_failure", "wear_speed": 100})
    vehicles = make_vehicles(30)
    among, alone = (
        play(Fleet(some, scenario, seed=1, start=monday, interval_s=60), 36, 60.0)
        for some in (vehicles, vehicles[16:17])
    )

    assert among.engine_temp_c.max() > 100
    for signal in VehicleSignal:
        assert np.array_equal(among.signal(signal)[:, 16:17], alone.signal(signal))


def test_a_clock_set_back_stops_the_fleet(make_fleet: MakeFleet, monday: datetime) -> None:
    """It stands where it was until the time is over; nothing runs backwards."""
    fleet = make_fleet(5)
    fleet.step(monday + timedelta(hours=2))
    odometer_km = fleet._odometer_km.copy()
    fleet.step(monday + timedelta(hours=1))

    assert fleet._odometer_km.tolist() == odometer_km.tolist()


def test_catching_up_goes_through_the_time_between(make_fleet: MakeFleet, monday: datetime) -> None:
    """After a day in long steps the odometers are where steps of a minute bring them, to the last minutes."""
    slow, quick = make_fleet(6), make_fleet(6)
    slow.play(monday.timestamp() + 60.0 * np.arange(1, 1441))
    quick.catch_up(monday + timedelta(days=1))
    quick.step(monday + timedelta(days=1))

    assert np.allclose(slow._odometer_km, quick._odometer_km, atol=0.01)
    assert np.allclose(slow._engines.fuel_l, quick._engines.fuel_l, rtol=0.03)


def test_catching_up_ends_when_it_is_told_to(make_fleet: MakeFleet, monday: datetime) -> None:
    """Before its first step: nobody has driven."""
    fleet = make_fleet(3)
    before_km = fleet._odometer_km.copy()
    fleet.catch_up(monday + timedelta(days=1), go_on=lambda: False)

    assert fleet._odometer_km.tolist() == before_km.tolist()


def test_sensor_faults_work_on_every_signal(make_fleet: MakeFleet, monday: datetime) -> None:
    """A bias of one vehicle's sensor moves that signal of that vehicle and nothing else."""
    for signal, magnitude in zip(VehicleSignal, (10.0, -20.0, 30.0, 0.5, -0.5, 100.0), strict=True):
        well, ill = make_fleet(3), make_fleet(3)
        parameters = {"magnitude": magnitude}
        ill.inject(FaultRequest(kind="bias", target="VHC002", signal=signal, parameters=parameters), monday, "injected")
        one, other = (fleet.step(monday + timedelta(seconds=5)) for fleet in (well, ill))
        for each in VehicleSignal:
            moved = np.flatnonzero(one.signal(each) != other.signal(each)).tolist()
            assert moved == ([1] if each is signal else []), signal


def test_a_dropout_is_silence_and_told_in_the_truth(make_fleet: MakeFleet, monday: datetime) -> None:
    """From a scenario, for the trucks; a fault of machines' signals in it is not the fleet's."""
    fleet = make_fleet(
        4,
        "name: lost\nfaults:\n"
        "  - {kind: dropout, target: truck, signal: gps_latitude, duration_s: 60}\n"
        "  - {kind: dropout, target: '*', signal: temp}\n",
    )
    silent = np.isnan(fleet.step(monday + timedelta(seconds=1)).gps_latitude)
    fleet.step(monday + timedelta(seconds=61))

    assert silent.tolist() == [False, True, False, True]
    assert fleet.unmatched_targets == ("*",)
    told = [(one.device_id, one.event.value, one.signal) for one in fleet.take_truth()]
    assert sorted(told) == sorted(
        (name, event, VehicleSignal.LATITUDE) for name in ("VHC002", "VHC004") for event in ("started", "ended")
    )


def test_cooling_loss_heats_a_vehicle(make_fleet: MakeFleet, play: Play, monday: datetime) -> None:
    """With a tenth of its cooling a vehicle on the road gets hotter than 100 °C, and no other does."""
    fleet = make_fleet(6)
    fleet.inject(FaultRequest(kind="cooling_loss", target="VHC003", parameters={"loss": 0.9}), monday, "injected")
    hottest = play(fleet, 6, 20.0).engine_temp_c.max(axis=0)

    assert hottest[2] > 100
    assert np.delete(hottest, 2).max() < 100


@pytest.mark.parametrize("kind", ["imbalance", "hall_warming", "power_sag"])
def test_faults_that_no_vehicle_can_have_are_refused(make_fleet: MakeFleet, monday: datetime, kind: str) -> None:
    """With a sentence; nothing is told in the truth that no signal shows."""
    request = FaultRequest(kind=kind, target="*", parameters=dict(FAULTS[kind].example))
    with pytest.raises(FaultError, match=kind):
        make_fleet(2).inject(request, monday, "injected")


def test_nobody_of_that_name_is_refused(make_fleet: MakeFleet, monday: datetime) -> None:
    """As a plant does."""
    with pytest.raises(TargetError, match="VHC999"):
        make_fleet(2).inject(FaultRequest(kind="dropout", target="VHC999", signal="speed_kmph"), monday, "injected")


def test_no_interval_is_refused(monday: datetime) -> None:
    """Before anything is made."""
    with pytest.raises(SimulatorUsageError, match="interval_s=0"):
        Fleet([], Scenario(name="calm"), seed=1, start=monday, interval_s=0)


def test_an_empty_fleet_is_no_problem(monday: datetime) -> None:
    """It tells nothing."""
    fleet = Fleet([], Scenario(name="calm"), seed=1, start=monday, interval_s=1)

    assert fleet.step(monday + timedelta(seconds=1)).speed_kmph.size == 0


def test_the_wear_table_has_every_component_of_every_vehicle(make_fleet: MakeFleet) -> None:
    """Once, with hours left that are positive; and maintenance is due where the table says so."""
    fleet = make_fleet(40)
    table = fleet.wear_table()
    keys = set(zip(table.row.tolist(), table.component.tolist(), strict=True))
    limits = dict(zip(COMPONENTS, DUE_DAMAGE, strict=True))
    over = {
        row
        for row, name, damage in zip(table.row.tolist(), table.component.tolist(), table.damage.tolist(), strict=True)
        if damage >= limits[name]
    }

    assert keys == {(row, name) for row in range(40) for name in COMPONENTS}
    assert (table.remaining_useful_life_h > 0).all()
    assert over == set(np.flatnonzero(fleet.maintenance_due).tolist())
    assert over == set(table.row[table.maintenance_due].tolist())
    assert 0 < len(over) < 40


def test_a_fleet_can_be_pickled(make_fleet: MakeFleet, monday: datetime) -> None:
    """And the copy goes on as the original does."""
    fleet = make_fleet(5)
    fleet.step(monday + timedelta(seconds=1))
    copy = pickle.loads(pickle.dumps(fleet))  # noqa: S301 - our own bytes
    one, other = (each.step(monday + timedelta(seconds=2)) for each in (fleet, copy))

    assert np.array_equal(one.gps_latitude, other.gps_latitude)
