"""Readings of one machine as columns, cleaned: each once, in the order of their time."""

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
PACE_S = 120
"""Of the readings of so long the last is used [s]: how much a signal jumps, repeats itself or stands out from one
reading to the next depends on how often it is read, and models must be asked at the pace at which they have learnt."""

_SUM, _COUNT = "driving_kw", "driving_count"

Row = tuple[float, int, int, float, float, float, float, int]
"""One reading: the fields of `Readings`, in their order, but for the last."""


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
        driving: mean power since the reading before, which is what has warmed the machine; of readings as they were
            told it is their own power [kW].
    """

    at_s: Floats
    run: Integers
    seq: Integers
    temp: Floats
    vibration: Floats
    rpm: Floats
    power: Floats
    state: Integers
    driving: Floats

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
            driving=_floats(power),
        )  # fmt: skip

    @property
    def hour(self) -> Integers:
        """Hour of each [h since 1970]."""
        return np.floor_divide(self.at_s, HOUR_S).astype(np.int64)


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


def at_pace(readings: Readings) -> Readings:
    """At most one reading each `PACE_S`: the last of each stretch, whose borders are those of the hour.

    Args:
        readings: in the order of time.

    Returns:
        The readings, each with the mean power of its stretch.

    Example:
        >>> often = Readings.of([(60.0 * minute, 1, minute + 1, 1, 1, 1, float(minute), 2) for minute in range(1, 6)])
        >>> some = at_pace(often)
        >>> some.at_s.tolist(), some.driving.tolist()
        ([60.0, 180.0, 300.0], [1.0, 2.5, 4.5])
    """
    stretch = np.floor_divide(readings.at_s, PACE_S)
    starts = np.flatnonzero(np.diff(stretch, prepend=-np.inf))
    if len(starts) == len(readings):
        return readings
    known = np.isfinite(readings.driving)
    total, count = (np.add.reduceat(values, starts) for values in (np.where(known, readings.driving, 0.0), known * 1.0))
    return replace(readings.take(np.append(starts[1:], len(readings)) - 1), driving=_quotient(total, count))


def thinned(table: pa.Table) -> pa.Table:
    """Rows of a table that `at_pace` would keep of each machine, so that few have to be remembered.

    It may be called again with more rows beside those that it has kept. Rows that are there twice count twice in the
    mean power of their stretch.

    Args:
        table: columns as for `by_machine`; those that this function adds may be there.

    Returns:
        The rows, with two columns more: `driving_kw`, sum of the powers of the stretch, and `driving_count` of them.
    """
    machine, at_ms = _names(table).indices.to_numpy(zero_copy_only=False), milliseconds(table)
    order = np.lexsort((table.column("seq").to_numpy(), table.column("run").to_numpy(), at_ms, machine))
    place, stretch = machine[order], np.floor_divide(at_ms[order], PACE_S * 1000)
    begins = np.ones(len(order), dtype=np.bool_)
    begins[1:] = (place[1:] != place[:-1]) | (stretch[1:] != stretch[:-1])
    starts = np.flatnonzero(begins)
    if not len(starts):
        return _with_driving(table, np.zeros(0), np.zeros(0))
    sums = (np.add.reduceat(values[order], starts) for values in _driving(table))
    return _with_driving(table.take(order[np.append(starts[1:], len(order)) - 1]), *sums)


def by_machine(table: pa.Table) -> Iterator[tuple[str, Readings]]:
    """The readings of each machine, cleaned.

    Args:
        table: columns device_id, timestamp (UTC), run, seq, temp, vibration, rpm, power, state; in any order of rows;
            it may be `thinned`.
    """
    names = _names(table)
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
    driving = _quotient(*_driving(table))
    return Readings(milliseconds(table) / 1000.0, run, seq, temp, vibration, rpm, power, state, driving)


def _names(table: pa.Table) -> pa.DictionaryArray:
    return table.column("device_id").cast(pa.string()).combine_chunks().dictionary_encode()


def milliseconds(table: pa.Table) -> Integers:
    """Moments of a table's rows [ms since 1970]."""
    moments: Integers = table.column("timestamp").cast(pa.timestamp("ms")).cast(pa.int64()).to_numpy()
    return moments


def _driving(table: pa.Table) -> tuple[Floats, Floats]:
    """Sum and count of the powers that each row stands for; of a row as it was told its own."""
    if _SUM in table.column_names:
        return _signal(table.column(_SUM)), _signal(table.column(_COUNT))
    power = _signal(table.column("power"))
    known = np.isfinite(power)
    return np.where(known, power, 0.0), known.astype(np.float64)


def _with_driving(table: pa.Table, total: Floats, count: Floats) -> pa.Table:
    kept = table.drop_columns([name for name in (_SUM, _COUNT) if name in table.column_names])
    return kept.append_column(_SUM, pa.array(total)).append_column(_COUNT, pa.array(count))


def _quotient(total: Floats, count: Floats) -> Floats:
    quotient: Floats = np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
    return quotient


def _floats(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=np.float64)


def _integers(values: Sequence[int]) -> Integers:
    return np.array(values, dtype=np.int64)


def _signal(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.to_numpy(), dtype=np.float64)
