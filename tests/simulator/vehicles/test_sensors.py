"""Sensors of vehicles."""

from __future__ import annotations

import numpy as np
import pytest

from contracts.telemetry import VehicleSignal, VehicleTelemetry
from simulator.arrays import Floats
from simulator.randomness import Randomness
from simulator.vehicles.sensors import VEHICLE_SENSORS, sense

MESSAGE = {"device_id": "VHC001", "timestamp": "2026-01-02T03:04:05.678Z", "run": 1, "seq": 1}
TRUE = {
    VehicleSignal.SPEED: 60.0,
    VehicleSignal.FUEL: 50.0,
    VehicleSignal.ENGINE_TEMP: 90.0,
    VehicleSignal.LATITUDE: 12.6841,
    VehicleSignal.LONGITUDE: 79.9836,
    VehicleSignal.ODOMETER: 10_365.24,
}


def read(vehicles: int = 4000, **changes: float) -> dict[VehicleSignal, Floats]:
    """One reading of many vehicles of the same true values."""
    values = {signal: np.full((1, vehicles), changes.get(signal.value, value)) for signal, value in TRUE.items()}
    randomness = Randomness(1, [str(number) for number in range(vehicles)])
    return sense(values, np.array([7]), randomness, lambda _signal, _values: None)


def test_errors_are_those_of_the_data_sheets() -> None:
    """Speed 0.5 % of 60, coolant 0.4 K, position 3 m in all (2.1 m each way), fuel 0.2 % and 0.8 % of sloshing."""
    told = read()
    north_m = (told[VehicleSignal.LATITUDE] - 12.6841) * 111_195
    east_m = (told[VehicleSignal.LONGITUDE] - 79.9836) * 111_195 * np.cos(np.radians(12.6841))

    assert told[VehicleSignal.SPEED].std() == pytest.approx(0.3, rel=0.1)
    assert told[VehicleSignal.ENGINE_TEMP].std() == pytest.approx(0.4, rel=0.1)
    assert np.sqrt((north_m**2 + east_m**2).mean()) == pytest.approx(3.0, rel=0.1)
    assert told[VehicleSignal.FUEL].std() == pytest.approx(1.0, rel=0.1)
    assert set(told[VehicleSignal.ODOMETER].ravel()) == {10_365.2}


def test_a_standing_vehicle_has_no_pulses_and_no_sloshing() -> None:
    """No speed is told, and the float is quiet."""
    told = read(speed_kmph=0.0)

    assert set(told[VehicleSignal.SPEED].ravel()) == {0.0}
    assert told[VehicleSignal.FUEL].std() == pytest.approx(0.2, rel=0.1)


@pytest.mark.parametrize("signal", VehicleSignal)
def test_ranges_fit_into_the_contract(signal: VehicleSignal) -> None:
    """A sensor at either stop still makes a valid message."""
    sensor = VEHICLE_SENSORS[signal]
    for value in (sensor.lowest, sensor.highest):
        VehicleTelemetry.model_validate(MESSAGE | {signal.value: value})


def test_faults_work_on_what_the_sensor_would_tell() -> None:
    """Before rounding and limits, so that whatever a fault does the message stays valid."""
    values = {signal: np.full((1, 1), value) for signal, value in TRUE.items()}

    def disturb(signal: VehicleSignal, told: Floats) -> None:
        if signal is VehicleSignal.ENGINE_TEMP:
            told += 1000.0

    assert sense(values, np.array([1]), Randomness(1, ["a"]), disturb)[VehicleSignal.ENGINE_TEMP].tolist() == [[210.0]]
