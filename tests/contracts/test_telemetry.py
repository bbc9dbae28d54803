"""Telemetry models: what is taken and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from contracts.metrics import METRICS
from contracts.telemetry import (
    SIGNAL_UNITS,
    VEHICLE_SIGNAL_UNITS,
    MachineState,
    MachineTelemetry,
    Signal,
    VehicleSignal,
    VehicleTelemetry,
    format_timestamp,
)

EXAMPLE = {
    "device_id": "M001",
    "timestamp": "2026-01-02T03:04:05.678Z",
    "run": 3,
    "seq": 17,
    "temp": 59.2,
    "vibration": 0.42,
    "rpm": 1425,
    "power": 7.5,
    "state": "running",
}


def test_takes_the_documented_example() -> None:
    """The message that the documents show is valid, with its time in UTC."""
    reading = MachineTelemetry.model_validate(EXAMPLE)

    assert datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC) == reading.timestamp
    assert MachineState.RUNNING is reading.state


def test_a_silent_sensor_is_an_absent_key() -> None:
    """A reading without one signal is valid; the signal reads as None."""
    reading = MachineTelemetry.model_validate({key: value for key, value in EXAMPLE.items() if key != "temp"})

    assert reading.temp is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("device_id", "M 001"),
        ("device_id", "M/001"),
        ("timestamp", "2026-01-02T03:04:05"),  # no zone
        ("timestamp", "yesterday"),
        ("run", 0),
        ("seq", -1),
        ("temp", "hot"),
        ("temp", 5000),
        ("vibration", -0.1),
        ("state", "dancing"),
        ("truth", "drift"),  # truth is never on the wire
    ],
)
def test_refuses_what_no_machine_says(key: str, value: object) -> None:
    """Each field is checked for type and range, and unknown fields are refused."""
    with pytest.raises(ValidationError):
        MachineTelemetry.model_validate({**EXAMPLE, key: value})


def test_vehicle_knows_where_it_can_be() -> None:
    """A latitude beyond the pole is refused."""
    fields = {
        "device_id": "VHC001",
        "timestamp": "2026-01-02T03:04:05.678Z",
        "run": 1,
        "seq": 1,
        "speed_kmph": 73,
        "fuel_level_percent": 98,
        "engine_temp_c": 124,
        "gps_latitude": 12.398542,
        "gps_longitude": 79.921675,
        "odometer_km": 10365,
    }

    assert VehicleTelemetry.model_validate(fields).engine_temp_c == 124
    del fields["odometer_km"]  # a silent sensor is an absent key
    assert VehicleTelemetry.model_validate(fields).odometer_km is None
    with pytest.raises(ValidationError):
        VehicleTelemetry.model_validate({**fields, "gps_latitude": 90.5})


def test_timestamps_are_written_in_utc() -> None:
    """A moment in another zone is written as the same moment in UTC."""
    moment = datetime(2026, 1, 2, 4, 4, 5, 678901, tzinfo=timezone(timedelta(hours=1)))

    assert format_timestamp(moment) == "2026-01-02T03:04:05.678Z"


def test_every_signal_has_a_declared_metric() -> None:
    """Each signal names a unit and a metric that is in the list of metrics."""
    assert set(SIGNAL_UNITS) == set(Signal)
    assert set(VEHICLE_SIGNAL_UNITS) == set(VehicleSignal)
    assert all(unit.metric in METRICS for unit in (*SIGNAL_UNITS.values(), *VEHICLE_SIGNAL_UNITS.values()))
