"""The machines' gauges as text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families

from contracts.identity import Identity
from simulator.gauges import Told, machine_samples, machine_text, models, nameplate_text
from simulator.outbox import Message
from simulator.plant import STATES, Readings
from simulator.vehicles import VehicleReadings

PUMP = Identity(device_id="M002", plant="plant1", line="line1", model="centrifugal_pump")
AT = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)


@pytest.fixture
def readings() -> Readings:
    """A pump that runs."""
    column = [np.array([value]) for value in (59.2, 1.1, 2950.0, 33.3)]
    return Readings(AT, *column, np.array([[state.value for state in STATES].index("running")]))


def _samples(readings: Readings | None) -> dict[str, float]:
    told = None if readings is None else Message(0, 1, b"", Told(readings, 0))
    text = machine_text([machine_samples([SimpleNamespace(identity=PUMP, last_acknowledged=told)])])
    return {sample.name: sample.value for family in text_string_to_metric_families(text) for sample in family.samples}


def test_a_machine_shows_what_it_told(readings: Readings) -> None:
    """Four signals, whether it runs, and when it spoke (1767323045.678 is 2026-01-02T03:04:05.678Z)."""
    assert _samples(readings) == {
        "machine_temperature_celsius": 59.2,
        "machine_vibration_velocity_mm_per_second": 1.1,
        "machine_rotation_rpm": 2950.0,
        "machine_power_kilowatts": 33.3,
        "machine_running": 1.0,
        "machine_last_reading_timestamp_seconds": 1767323045.678,
    }


def test_a_silent_sensor_has_no_sample(readings: Readings) -> None:
    """No number is made up for a signal that was not delivered."""
    assert "machine_temperature_celsius" not in _samples(replace(readings, temp=np.array([np.nan])))


def test_a_machine_that_told_nothing_has_no_samples() -> None:
    """Before the first acknowledgement there is nothing to show."""
    assert _samples(None) == {}


def test_a_vehicle_shows_what_it_told(readings: Readings) -> None:
    """Six signals and when it spoke; it is no machine, and a machine is no vehicle; a lost fix has no sample."""
    van = Identity(device_id="VHC001", plant="plant1", line="fleet", model="van")
    columns = [np.array([value]) for value in (73.0, 98.0, 124.0, 12.398542, np.nan, 10365.0)]
    told = Told(VehicleReadings(AT, *columns, np.array([2])), 0), Told(readings, 0)
    links = [
        SimpleNamespace(identity=identity, last_acknowledged=Message(0, 1, b"", one))
        for identity, one in zip((van, PUMP), told, strict=True)
    ]
    text = machine_text([machine_samples(links)])
    samples = [one for family in text_string_to_metric_families(text) for one in family.samples]

    assert {one.name: one.value for one in samples if one.labels["device_id"] == "VHC001"} == {
        "vehicle_speed_kilometers_per_hour": 73.0,
        "vehicle_fuel_percent": 98.0,
        "vehicle_engine_temperature_celsius": 124.0,
        "vehicle_latitude_degrees": 12.398542,
        "vehicle_odometer_kilometers": 10365.0,
        "vehicle_last_reading_timestamp_seconds": 1767323045.678,
    }
    assert {one.name for one in samples if one.name.startswith("vehicle")} & {
        one.name for one in samples if one.labels["device_id"] == "M002"
    } == set()
    assert "vehicle" not in machine_text([machine_samples(links[1:])])


def test_nameplates_are_those_of_the_models_played() -> None:
    """One sample a plant and model; 30 kW / 0.90 = 33.3 kW; a replay has no nameplate."""
    replay = Identity(device_id="R001", plant="plant1", line="line1", model="replay")
    families = {
        family.name: family for family in text_string_to_metric_families(nameplate_text(models([PUMP, PUMP, replay])))
    }
    (rated,) = families["machine_nameplate_rated_input_kilowatts"].samples

    assert rated.labels == {"plant": "plant1", "model": "centrifugal_pump"}
    assert rated.value == pytest.approx(33.333, abs=0.001)
