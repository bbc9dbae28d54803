"""From readings to the bytes of messages, as `contracts.telemetry.MachineTelemetry` reads them.

A plant of ten thousand machines has a hundred milliseconds for this, so the messages are built by one format string
and not by a JSON library; the tests hold both against the model.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from datetime import timedelta

import numpy as np

from contracts.identity import Identity
from contracts.telemetry import Signal, format_timestamp
from simulator.arrays import Integers, States
from simulator.delivery import AS_IT_IS
from simulator.plant import STATES, Readings
from simulator.sensors import SENSORS
from simulator.vehicles.readings import VehicleReadings

_HEAD = '{"device_id":"%s","timestamp":"%s","run":%d,"seq":%d'
_PARTS = {signal: f',"{signal.value}":%.{SENSORS[signal].decimals}f' for signal in Signal}
_TAIL = ',"state":"%s"}'
_WHOLE = _HEAD + "".join(_PARTS.values()) + _TAIL
_STATE_WORDS = [state.value for state in STATES]


def encode(readings: Readings, identities: Sequence[Identity], run: int, seq: Sequence[int] | Integers) -> list[bytes]:
    """The messages of all machines at a moment.

    Args:
        readings: what the sensors told.
        identities: the machines, in the order of the rows.
        run: generation of the publisher.
        seq: number of each machine's message within the run.

    Returns:
        Payloads in the order of the rows. A silent sensor's signal is absent; a machine whose clock is wrong tells the
        time of that clock.
    """
    columns = [readings.signal(signal).tolist() for signal in Signal]
    numbers = seq.tolist() if isinstance(seq, np.ndarray) else seq
    silent = np.isnan(readings.temp + readings.vibration + readings.rpm + readings.power)  # one NaN makes the sum NaN
    states = [_STATE_WORDS[state] for state in told_states(readings).tolist()]
    rows = zip(identities, _timestamps(readings), numbers, *columns, states, silent.tolist(), strict=True)
    return [
        _encode_some(identity.device_id, timestamp, run, number, values, state)
        if gap
        else (_WHOLE % (identity.device_id, timestamp, run, number, *values, state)).encode()
        for identity, timestamp, number, *values, state, gap in rows
    ]


def told_states(readings: Readings | VehicleReadings) -> States:
    """The states that the machines tell: their own, but where a fault has them tell another."""
    if readings.delivery is None:
        return readings.state
    told: States = np.where(readings.delivery.state == AS_IT_IS, readings.state, readings.delivery.state)
    return told


def _timestamps(readings: Readings) -> Iterable[str]:
    now = format_timestamp(readings.timestamp)
    if readings.delivery is None or not readings.delivery.clock_offset_s.any():
        return itertools.repeat(now, len(readings.state))
    return [
        format_timestamp(readings.timestamp + timedelta(seconds=offset_s)) if offset_s else now
        for offset_s in readings.delivery.clock_offset_s.tolist()
    ]


def _encode_some(device_id: str, timestamp: str, run: int, number: int, values: Sequence[float], state: str) -> bytes:
    told = [_PARTS[signal] % value for signal, value in zip(Signal, values, strict=True) if not math.isnan(value)]
    return (_HEAD % (device_id, timestamp, run, number) + "".join(told) + _TAIL % state).encode()
