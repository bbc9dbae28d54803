"""What lines and messages tell."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maintenance.fleet.readings import NotOfAVehicleError, told_by, told_in
from maintenance.sentences import FleetReading, SentenceError

MESSAGE = {
    "device_id": "VHC001",
    "timestamp": "2026-01-02T03:04:05.678Z",
    "run": 3,
    "seq": 17,
    "speed_kmph": 73.0,
    "fuel_level_percent": 98.0,
    "engine_temp_c": 91.4,
    "gps_latitude": 12.398542,
    "gps_longitude": 79.921675,
    "odometer_km": 10365.2,
}


def test_a_message() -> None:
    """All that a vehicle tells, known by its run and number."""
    told = told_by(MESSAGE, "mqtt", "x")

    moment = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
    assert FleetReading("VHC001", moment, 73, 98, 91.4, 12.398542, 79.921675, 10365.2) == told.reading
    assert "r000003-000000017" == told.mark


def test_a_silent_sensor() -> None:
    """A signal that is absent or null was not measured."""
    reading = told_by(
        {"device_id": "VHC001", "timestamp": MESSAGE["timestamp"], "speed_kmph": None}, "mqtt", "x"
    ).reading

    assert (None, None) == (reading.speed_kmph, reading.engine_temp_c)


def test_a_message_without_a_number() -> None:
    """It is known by its place."""
    message = {name: value for name, value in MESSAGE.items() if name not in ("run", "seq")}

    assert "abc-0000007" == told_in(json.dumps(message), UTC, "s3://b/k", "abc", 7).mark


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"device_id": None}, "device_id None"),
        ({"device_id": "a/b"}, "device_id 'a/b'"),
        ({"timestamp": "2026-01-02 03:04"}, "timestamp '2026-01-02 03:04'"),
        ({"timestamp": 1767323045}, "timestamp 1767323045"),
        ({"engine_temp_c": "hot"}, "engine_temp_c 'hot' is not a number"),
        ({"engine_temp_c": True}, "engine_temp_c True is not a number"),
        ({"engine_temp_c": 301}, "engine_temp_c 301 cannot be"),
        ({"engine_temp_c": float("nan")}, "engine_temp_c nan cannot be"),
        ({"odometer_km": 10**400}, "odometer_km is too large"),
    ],
)
def test_messages_that_are_none(changes: dict[str, Any], said: str) -> None:
    """What cannot be is refused with its name and value."""
    with pytest.raises(SentenceError) as caught:
        told_by(MESSAGE | changes, "mqtt", "x")

    assert said in str(caught.value)


@pytest.mark.parametrize("changes", [{"line": "line1"}, {"state": "idle", "temp": 20.0}])
def test_machines(changes: dict[str, Any]) -> None:
    """A message of a machine is well, and none of a vehicle."""
    with pytest.raises(NotOfAVehicleError):
        told_by(MESSAGE | changes, "mqtt", "x")


@given(
    st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.dictionaries(st.text(), inner))
)
def test_any_json(value: Any) -> None:
    """Whatever JSON a line holds, it is a reading or is refused."""
    line = json.dumps({"device_id": "VHC001"} | value if isinstance(value, dict) else {"device_id": value})
    with pytest.raises((SentenceError, NotOfAVehicleError)):
        told_in(line, UTC, "s3://b/k", "abc", 1)
