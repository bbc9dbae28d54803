"""Readings of one machine as columns, cleaned: each once, in the order of their time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.telemetry import MachineState, Signal
from maintenance.features.arrays import Flags, Floats, Integers

STATES = tuple(state.value for state in MachineState)
RUNNING = STATES.index(MachineState.RUNNING)
DOWN = (STATES.index(MachineState.STOPPED), STATES.index(MachineState.REPAIR))
HOUR_S = 3600
_LARGEST = 2**63 - 1
PACE_S = 120
"""Of the readings of so long the last is used [s]: how much a signal jumps, repeats itself or stands out from one
reading to the next depends on how often it is read, and models must be asked at the pace at which they have learnt."""

Row = tuple[float, int, int, float, float, float, float, int]
"""One reading: the fields of `Readings`, in their order."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings of one machine, one element a reading.

    Attributes:
        at_s: Unix time [s].
        run: generation of the publisher.
        seq: number within the run.
        temp: bearing housing temperature [°C]; NaN where the sensor said nothing, and so for the others.
        vibration: velocity, RMS [mm/s].
        rpm: shaft speed [1/min].
        power: electrical power [kW].
        state: index into `STATES`.
    """

    at_s: Floats
    run: Integers
    seq: Integers
    temp: Floats
    vibration: Floats
    rpm: Floats
    power: Floats
    state: Integers

    def __len__(self) -> int:
        return len(self.at_s)

    def take(self, which: Integers | Flags | slice) -> Readings:
        """Some of them."""
        return replace(self, **{one.name: getattr(self, one.name)[which] for one in fields(self)})

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Readings:
        """From rows, as a stream collects them."""
        at_s, run, seq, temp, vibration, rpm, power, state = zip(*rows, strict=True) if rows else [()] * 8
        return cls(
            at_s=_floats(at_s), run=_integers(run), seq=_integers(seq), temp=_floats(temp),
            vibration=_floats(vibration), rpm=_floats(rpm), power=_floats(power), state=_integers(state),
        )  # fmt: skip

    @property
    def hour(self) -> Integers:
        """Hour of each [h since 1970]."""
        return np.floor_divide(self.at_s, HOUR_S).astype(np.int64)


def row_of(message: Mapping[str, object]) -> Row:
    """A message of telemetry as a row.

    Args:
        message: as it came from the broker; `timestamp` as text or as a moment with a zone.

    Raises:
        KeyError, TypeError, ValueError: it is no telemetry of a machine.

    Example:
        >>> row_of({"device_id": "M001", "timestamp": "1970-01-01T01:00:00.500Z", "run": 1, "seq": 7, "temp": 40.5,
        ...         "rpm": 1425, "state": "running"})
        (3600.5, 1, 7, 40.5, nan, 1425.0, nan, 2)
    """
    at = message["timestamp"]
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError(f"timestamp {at!r} is no moment with a zone")
    temp, vibration, rpm, power = (_number(message.get(signal.value)) for signal in Signal)
    # Whole milliseconds, as messages tell them: the same float as from a table.
    at_s = round(moment.timestamp() * 1000) / 1000
    return (
        at_s,
        _whole(message["run"]),
        _whole(message["seq"]),
        temp,
        vibration,
        rpm,
        power,
        STATES.index(str(message["state"])),
    )


def in_order(readings: Readings) -> Readings:
    """Each message once, by run and seq, in the order of time.

    Example:
        >>> twice = Readings.of([(9.0, 1, 2, 1, 1, 1, 1, 0), (0.0, 1, 1, 1, 1, 1, 1, 0), (9.0, 1, 2, 1, 1, 1, 1, 0)])
        >>> in_order(twice).seq.tolist()
        [1, 2]
    """
    by_number = np.lexsort((readings.seq, readings.run))
    run, seq = readings.run[by_number], readings.seq[by_number]
    first = np.ones(len(readings), dtype=np.bool_)
    first[1:] = (run[1:] != run[:-1]) | (seq[1:] != seq[:-1])
    kept = by_number[first]
    return readings.take(kept[np.lexsort((readings.seq[kept], readings.run[kept], readings.at_s[kept]))])


def at_pace(readings: Readings) -> tuple[Readings, Floats]:
    """At most one reading each `PACE_S`: the last of each stretch, whose borders are those of the hour.

    Args:
        readings: in the order of time.

    Returns:
        The readings; and the mean power in the stretch of each, which is what has warmed the machine [kW].

    Example:
        >>> often = Readings.of([(60.0 * minute, 1, minute + 1, 1, 1, 1, float(minute), 2) for minute in range(1, 6)])
        >>> some, power = at_pace(often)
        >>> some.at_s.tolist(), power.tolist()
        ([60.0, 180.0, 300.0], [1.0, 2.5, 4.5])
    """
    stretch = np.floor_divide(readings.at_s, PACE_S)
    starts = np.flatnonzero(np.diff(stretch, prepend=-np.inf))
    if len(starts) == len(readings):
        return readings, readings.power
    known = np.isfinite(readings.power)
    total, count = (np.add.reduceat(values, starts) for values in (np.where(known, readings.power, 0.0), known * 1.0))
    mean: Floats = np.divide(total, count, out=np.full(len(starts), np.nan), where=count > 0)
    return readings.take(np.append(starts[1:], len(readings)) - 1), mean


def by_machine(table: pa.Table) -> Iterator[tuple[str, Readings]]:
    """The readings of each machine, cleaned.

    Args:
        table: columns device_id, timestamp (UTC), run, seq, temp, vibration, rpm, power, state; in any order of rows.
    """
    names = table.column("device_id").cast(pa.string()).combine_chunks().dictionary_encode()
    index = names.indices.to_numpy(zero_copy_only=False)
    everything = _columns(table)
    order = np.argsort(index, kind="stable")
    edges = np.searchsorted(index[order], np.arange(len(names.dictionary) + 1))
    for number in np.argsort(np.array(names.dictionary.to_pylist(), dtype=np.str_)).tolist():
        rows = order[edges[number] : edges[number + 1]]
        yield names.dictionary[number].as_py(), in_order(everything.take(rows))


def _columns(table: pa.Table) -> Readings:
    moments = table.column("timestamp").cast(pa.timestamp("ms")).cast(pa.int64()).to_numpy()
    temp, vibration, rpm, power = (_signal(table.column(signal.value)) for signal in Signal)
    states = table.column("state").cast(pa.string())
    state = pc.index_in(states, value_set=pa.array(STATES)).to_numpy().astype(np.int64)
    run, seq = (table.column(name).to_numpy().astype(np.int64) for name in ("run", "seq"))
    return Readings(moments / 1000.0, run, seq, temp, vibration, rpm, power, state)


def _floats(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=np.float64)


def _integers(values: Sequence[int]) -> Integers:
    return np.array(values, dtype=np.int64)


def _signal(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.to_numpy(), dtype=np.float64)


def _whole(value: object) -> int:
    told = int(str(value))
    if abs(told) > _LARGEST:
        raise ValueError(f"{value!r} is larger than any number of a message")
    return told


def _number(value: object) -> float:
    told = float("nan") if value is None else float(str(value))
    if math.isinf(told):
        raise ValueError(f"{value!r} is no number that a sensor can tell")
    return told
