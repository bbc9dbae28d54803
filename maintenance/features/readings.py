"""Readings of one machine as columns, cleaned: one in two minutes, in the order of their time.

A plant may tell its readings each second or every five minutes. Jumps from one to the next, and the largest of many,
mean the same only of readings that lie as far apart; so of each two minutes the first reading is used, and the others
are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.telemetry import MachineState, Signal
from maintenance.features.arrays import Flags, Floats, Integers

STATES = tuple(state.value for state in MachineState)
RUNNING = STATES.index(MachineState.RUNNING)
DOWN = (STATES.index(MachineState.STOPPED), STATES.index(MachineState.REPAIR))
HOUR_S = 3600
SLOT_S = 120
"""Of so long a time one reading is used [s]: the densest that models were trained with."""

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
        """From rows."""
        at_s, run, seq, temp, vibration, rpm, power, state = zip(*rows, strict=True) if rows else [()] * 8
        return cls(
            at_s=_floats(at_s), run=_integers(run), seq=_integers(seq), temp=_floats(temp),
            vibration=_floats(vibration), rpm=_floats(rpm), power=_floats(power), state=_integers(state),
        )  # fmt: skip

    @property
    def hour(self) -> Integers:
        """Hour of each [h since 1970]."""
        return np.floor_divide(self.at_s, HOUR_S).astype(np.int64)


def in_order(readings: Readings) -> Readings:
    """The first reading of each `SLOT_S`, in the order of time; so each message once, too.

    Example:
        >>> rows = [(130.0, 1, 3, 1, 1, 1, 1, 0), (9.0, 1, 2, 1, 1, 1, 1, 0), (0.0, 1, 1, 1, 1, 1, 1, 0)]
        >>> in_order(Readings.of(rows)).seq.tolist()
        [1, 3]
    """
    order = np.lexsort((readings.seq, readings.run, readings.at_s))
    slot = np.floor_divide(readings.at_s[order], SLOT_S)
    first = np.ones(len(readings), dtype=np.bool_)
    first[1:] = slot[1:] != slot[:-1]
    return readings.take(order[first])


def thinned(table: pa.Table) -> pa.Table:
    """Rows of a table that `in_order` would keep of each machine: so that few have to be remembered.

    Args:
        table: with the columns device_id, timestamp (UTC), run and seq among others.
    """
    names = table.column("device_id").cast(pa.string()).combine_chunks().dictionary_encode().indices
    machine, at_ms = names.to_numpy(zero_copy_only=False), _milliseconds(table)
    order = np.lexsort((table.column("seq").to_numpy(), table.column("run").to_numpy(), at_ms, machine))
    place, slot = machine[order], np.floor_divide(at_ms[order], SLOT_S * 1000)
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (place[1:] != place[:-1]) | (slot[1:] != slot[:-1])
    return table.take(order[first])


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
    temp, vibration, rpm, power = (_signal(table.column(signal.value)) for signal in Signal)
    states = table.column("state").cast(pa.string())
    state = pc.index_in(states, value_set=pa.array(STATES)).to_numpy().astype(np.int64)
    run, seq = (table.column(name).to_numpy().astype(np.int64) for name in ("run", "seq"))
    return Readings(_milliseconds(table) / 1000.0, run, seq, temp, vibration, rpm, power, state)


def _milliseconds(table: pa.Table) -> Integers:
    moments: Integers = table.column("timestamp").cast(pa.timestamp("ms")).cast(pa.int64()).to_numpy()
    return moments


def _floats(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=np.float64)


def _integers(values: Sequence[int]) -> Integers:
    return np.array(values, dtype=np.int64)


def _signal(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.to_numpy(), dtype=np.float64)
