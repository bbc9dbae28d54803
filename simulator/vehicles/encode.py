"""From readings of vehicles to the bytes of messages, as `contracts.telemetry.VehicleTelemetry` reads them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from datetime import timedelta

import numpy as np

from contracts.identity import Identity
from contracts.telemetry import VehicleSignal, format_timestamp
from simulator.arrays import Integers
from simulator.vehicles.readings import VehicleReadings
from simulator.vehicles.sensors import VEHICLE_SENSORS

_HEAD = '{"device_id":"%s","timestamp":"%s","run":%d,"seq":%d'
_PARTS = {signal: f',"{signal.value}":%.{VEHICLE_SENSORS[signal].decimals}f' for signal in VehicleSignal}
_WHOLE = _HEAD + "".join(_PARTS.values()) + "}"


def encode_vehicles(
    readings: VehicleReadings, identities: Sequence[Identity], run: int, seq: Sequence[int] | Integers
) -> list[bytes]:
    """The messages of all vehicles at a moment.

    Args:
        readings: what the sensors told.
        identities: the vehicles, in the order of the rows.
        run: generation of the publisher.
        seq: number of each vehicle's message within the run.

    Returns:
        Payloads in the order of the rows. A silent sensor's signal is absent; a vehicle whose clock is wrong tells the
        time of that clock.
    """
    columns = [readings.signal(signal) for signal in VehicleSignal]
    numbers = seq.tolist() if isinstance(seq, np.ndarray) else seq
    silent = np.isnan(np.sum(columns, axis=0))  # one NaN makes the sum NaN
    told = [column.tolist() for column in columns]
    rows = zip(identities, _timestamps(readings), numbers, *told, silent.tolist(), strict=True)
    return [
        _encode_some(identity.device_id, timestamp, run, number, values)
        if gap
        else (_WHOLE % (identity.device_id, timestamp, run, number, *values)).encode()
        for identity, timestamp, number, *values, gap in rows
    ]


def _timestamps(readings: VehicleReadings) -> Iterable[str]:
    now = format_timestamp(readings.timestamp)
    if readings.delivery is None or not readings.delivery.clock_offset_s.any():
        return itertools.repeat(now, len(readings.state))
    return [
        format_timestamp(readings.timestamp + timedelta(seconds=offset_s)) if offset_s else now
        for offset_s in readings.delivery.clock_offset_s.tolist()
    ]


def _encode_some(device_id: str, timestamp: str, run: int, number: int, values: Sequence[float]) -> bytes:
    told = [
        _PARTS[signal] % value for signal, value in zip(VehicleSignal, values, strict=True) if not math.isnan(value)
    ]
    return (_HEAD % (device_id, timestamp, run, number) + "".join(told) + "}").encode()
