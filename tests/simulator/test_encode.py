"""From readings to messages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from contracts.identity import Identity
from contracts.telemetry import MachineTelemetry
from simulator.delivery import Delivery
from simulator.encode import encode, told_states
from simulator.load import STATES
from simulator.plant import Plant, Readings

PUMP = Identity(device_id="M002", plant="plant1", line="line1", model="centrifugal_pump")


def make_readings(**values: float) -> Readings:
    """Readings of one machine."""
    columns = {"temp": 59.2, "vibration": 0.42, "rpm": 1425.0, "power": 7.5} | values
    arrays = {name: np.array([value]) for name, value in columns.items()}
    moment = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
    return Readings(timestamp=moment, state=np.array([2], dtype=np.int8), **arrays)


def test_message_to_the_letter() -> None:
    """Keys stand in their order, without blanks, with the sensors' decimals."""
    (payload,) = encode(make_readings(), [PUMP], 3, [17])

    assert payload == (
        b'{"device_id":"M002","timestamp":"2026-01-02T03:04:05.678Z","run":3,"seq":17,'
        b'"temp":59.2,"vibration":0.42,"rpm":1425,"power":7.50,"state":"running"}'
    )


def test_silent_sensor_is_absent() -> None:
    """A signal that its sensor did not deliver has no key."""
    (payload,) = encode(make_readings(temp=np.nan, power=np.nan), [PUMP], 3, np.array([17]))

    assert list(json.loads(payload)) == ["device_id", "timestamp", "run", "seq", "vibration", "rpm", "state"]


@given(
    temp=st.floats(-50, 200) | st.just(np.nan),
    vibration=st.floats(0, 50) | st.just(np.nan),
    rpm=st.floats(0, 20_000) | st.just(np.nan),
    power=st.floats(0, 500) | st.just(np.nan),
    seq=st.integers(1, 2**53),
)
def test_any_reading_is_valid_telemetry(seq: int, **values: float) -> None:
    """Whatever sensors can tell is a message that the contract takes, with the value they told."""
    (payload,) = encode(make_readings(**values), [PUMP], 1, [seq])
    message = MachineTelemetry.model_validate_json(payload)

    assert message.seq == seq
    for name, decimals in (("temp", 1), ("vibration", 2), ("rpm", 0), ("power", 2)):
        told = getattr(message, name)
        assert np.isnan(values[name]) if told is None else abs(told - values[name]) <= 0.5001 * 10**-decimals


def test_a_whole_plant(make_plant: Callable[..., Plant], start: datetime) -> None:
    """Each machine's message carries its own name, number and state."""
    plant = make_plant(25)
    readings = plant.step(start)
    messages = [
        MachineTelemetry.model_validate_json(one) for one in encode(readings, plant.identities, 7, range(1, 26))
    ]

    assert [message.device_id for message in messages] == [identity.device_id for identity in plant.identities]
    assert [message.seq for message in messages] == list(range(1, 26))
    assert [message.state for message in messages] == [STATES[state] for state in readings.state]
    assert [message.temp for message in messages] == readings.temp.tolist()


def test_a_wrong_clock_is_its_machines_alone(make_plant: Callable[..., Plant], start: datetime) -> None:
    """A machine 90 s ahead and one 2 s behind tell their own times; all the rest tells the plant's."""
    plant = make_plant(4)
    delivery = Delivery.neutral(4)
    delivery.clock_offset_s[[1, 3]] = [90.0, -2.0]
    readings = replace(plant.step(start), delivery=delivery)
    messages = [MachineTelemetry.model_validate_json(one) for one in encode(readings, plant.identities, 1, range(1, 5))]

    assert [message.timestamp - start for message in messages] == [
        timedelta(seconds=seconds) for seconds in (0, 90, 0, -2)
    ]


def test_a_wrong_state_is_told_and_the_signals_are_right() -> None:
    """State 0 is `off` (contracts.telemetry); the speed is that of the running machine."""
    delivery = Delivery.neutral(1)
    delivery.state[0] = 0
    readings = replace(make_readings(), delivery=delivery)
    (payload,) = encode(readings, [PUMP], 3, [17])
    told = MachineTelemetry.model_validate_json(payload)

    assert (told.state, told.rpm) == ("off", 1425.0)
    assert told_states(readings).tolist() == [0]


def test_a_neutral_delivery_changes_no_byte() -> None:
    """A fault that is at work elsewhere is none of this machine's business."""
    neutral = replace(make_readings(), delivery=Delivery.neutral(1))

    assert encode(neutral, [PUMP], 3, [17]) == encode(make_readings(), [PUMP], 3, [17])
