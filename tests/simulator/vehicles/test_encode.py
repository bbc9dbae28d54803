"""From readings of vehicles to messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from contracts.identity import Identity
from contracts.telemetry import VehicleTelemetry
from simulator.delivery import Delivery
from simulator.vehicles import Fleet, VehicleReadings, encode_vehicles

VAN = Identity(device_id="VHC001", plant="plant1", line="fleet", model="van")


def make_readings(**values: float) -> VehicleReadings:
    """Readings of one van: those of the fleet's own example."""
    columns = {
        "speed_kmph": 73.0,
        "fuel_level_percent": 98.0,
        "engine_temp_c": 124.0,
        "gps_latitude": 12.398542,
        "gps_longitude": 79.921675,
        "odometer_km": 10365.0,
    } | values
    arrays = {name: np.array([value]) for name, value in columns.items()}
    moment = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
    return VehicleReadings(timestamp=moment, state=np.array([2], dtype=np.int8), **arrays)


def test_message_to_the_letter() -> None:
    """Keys stand in their order, without blanks, with the sensors' decimals."""
    (payload,) = encode_vehicles(make_readings(), [VAN], 3, [17])

    assert payload == (
        b'{"device_id":"VHC001","timestamp":"2026-01-02T03:04:05.678Z","run":3,"seq":17,"speed_kmph":73.0,'
        b'"fuel_level_percent":98.0,"engine_temp_c":124.0,"gps_latitude":12.398542,"gps_longitude":79.921675,'
        b'"odometer_km":10365.0}'
    )


def test_silent_sensor_is_absent() -> None:
    """A signal that its sensor did not deliver has no key."""
    (payload,) = encode_vehicles(make_readings(gps_latitude=np.nan, gps_longitude=np.nan), [VAN], 3, np.array([17]))

    assert list(json.loads(payload))[4:] == ["speed_kmph", "fuel_level_percent", "engine_temp_c", "odometer_km"]


def test_a_wrong_clock_stamps_wrongly() -> None:
    """The vehicle whose clock is an hour ahead says so."""
    delivery = Delivery.neutral(1)
    delivery.clock_offset_s[0] = 3600.0
    (payload,) = encode_vehicles(replace(make_readings(), delivery=delivery), [VAN], 3, [17])

    assert json.loads(payload)["timestamp"] == "2026-01-02T04:04:05.678Z"


@given(
    speed_kmph=st.floats(0, 250) | st.just(np.nan),
    fuel_level_percent=st.floats(0, 100) | st.just(np.nan),
    engine_temp_c=st.floats(-40, 210) | st.just(np.nan),
    gps_latitude=st.floats(-90, 90) | st.just(np.nan),
    gps_longitude=st.floats(-180, 180) | st.just(np.nan),
    odometer_km=st.floats(0, 9_999_999) | st.just(np.nan),
)
def test_any_reading_is_valid_telemetry(**values: float) -> None:
    """Whatever sensors can tell is a message that the contract takes, with the value they told."""
    (payload,) = encode_vehicles(make_readings(**values), [VAN], 1, [5])
    message = VehicleTelemetry.model_validate_json(payload)

    for name, value in values.items():
        told = getattr(message, name)
        decimals = 6 if name.startswith("gps") else 1
        assert np.isnan(value) if told is None else abs(told - value) <= 0.5001 * 10**-decimals


def test_a_whole_fleet(make_fleet: Callable[..., Fleet], monday: datetime) -> None:
    """Each vehicle's message carries its own name, number and values."""
    fleet = make_fleet(9)
    readings = fleet.step(monday)
    payloads = encode_vehicles(readings, fleet.identities, 7, range(1, 10))
    messages = [VehicleTelemetry.model_validate_json(one) for one in payloads]

    assert [message.device_id for message in messages] == [identity.device_id for identity in fleet.identities]
    assert [message.seq for message in messages] == list(range(1, 10))
    assert [message.gps_latitude for message in messages] == readings.gps_latitude.tolist()
