"""Rows of a table put in order, each message once.

A message is (device_id, run, seq). Of its copies the one that came first is kept; should copies differ although they
came at the same time, the smallest by their columns. So the result depends on which rows there are and on nothing
else: not on their order, nor on what had been put in order before. Rows that come late are merged with those that are
there, and give what all would have given at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from maintenance.lake.conform import TEXT

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_NEVER = np.iinfo(np.int64).max
_FEW = 2**16
"""So many devices can be numbered by 16 bits, which NumPy sorts in linear time."""


class Merged(NamedTuple):
    """Rows in order of device and time, and how many copies were left out."""

    rows: pa.Table
    repeated: int


def merge(tables: Sequence[pa.Table]) -> Merged:
    """All rows once, by device_id, timestamp, run and seq.

    Args:
        tables: rows in the working columns of one table.

    Example:
        >>> from maintenance.lake.conform import conform
        >>> from maintenance.lake.tables import MACHINE_TELEMETRY
        >>> rows = conform(pa.table({"device_id": ["M002", "M001", "M002"], "timestamp": [5, 7, 5], "run": [1, 1, 1],
        ...                          "seq": [1, 1, 1], "temp": [50.0, 60.0, 50.0]}), MACHINE_TELEMETRY)
        >>> merged = merge([rows])
        >>> merged.rows["temp"].to_pylist(), merged.repeated
        ([60.0, 50.0], 1)
    """
    rows = pa.concat_tables(tables).unify_dictionaries().combine_chunks()
    if not rows.num_rows:
        return Merged(rows, 0)
    keys = _Keys.of(rows)
    order = keys.by_message()
    kept = _first_of_each(keys, order, rows)
    order = keys.by_time(kept)
    if len(order) == rows.num_rows and bool((order == np.arange(len(order))).all()):
        return Merged(rows, 0)
    return Merged(rows.take(pa.array(order)), rows.num_rows - len(order))


class _Keys(NamedTuple):
    """What decides about the order, a number a row."""

    device: Integers
    run: Integers
    seq: Integers
    received: Integers
    told: Integers

    @classmethod
    def of(cls, rows: pa.Table) -> _Keys:
        return cls(
            _ranks(rows["device_id"]),
            _numbers(rows["run"]),
            _numbers(rows["seq"]),
            _numbers(rows["received_at"]),
            _numbers(rows["timestamp"]),
        )

    def by_message(self) -> Integers:
        """Order by device, run, seq; copies by when they came, then by what they tell."""
        order = np.argsort(self.device, kind="stable")
        return self._repaired(order, (self.told, self.received, self.seq, self.run), strict=2)

    def by_time(self, order: Integers) -> Integers:
        """Order by device and timestamp; equals by run and seq."""
        return self._repaired(order, (self.seq, self.run, self.told), strict=0)

    def _repaired(self, order: Integers, keys: tuple[Integers, ...], strict: int) -> Integers:
        """An order by device in which each device's rows are by keys, too.

        Rows come almost in order, so only devices are sorted that have a row out of place.

        Args:
            order: rows, those of a device beside one another.
            keys: from the last to the first that decides.
            strict: so many of the first must already tell rows apart; 0: equals are in order.
        """
        device = self.device[order]
        same = device[1:] == device[:-1]
        wrong = same & ~(_increasing(order, keys[-strict:]) if strict else _not_falling(order, keys))
        if not wrong.any():
            return order
        affected = np.zeros(int(device[-1]) + 1, dtype=bool)
        affected[device[1:][wrong]] = True
        places = np.flatnonzero(affected[device])
        some = order[places]
        order = order.copy()
        order[places] = some[np.lexsort((*(key[some] for key in keys), self.device[some]))]
        return order


def _increasing(order: Integers, keys: tuple[Integers, ...]) -> Flags:
    """Whether each row comes after the one before by the keys, without being its equal."""
    return _compared(order, keys, equal=False)


def _not_falling(order: Integers, keys: tuple[Integers, ...]) -> Flags:
    return _compared(order, keys, equal=True)


def _compared(order: Integers, keys: tuple[Integers, ...], *, equal: bool) -> Flags:
    result = np.full(len(order) - 1, equal)
    for key in keys:  # the last one decides first, so it is laid over the others last
        values = key[order]
        later, earlier = values[1:], values[:-1]
        result = (later > earlier) | ((later == earlier) & result)
    return result


def _first_of_each(keys: _Keys, order: Integers, rows: pa.Table) -> Integers:
    """Of each message the copy that is kept; the order stays."""
    ordered = [key[order] for key in (keys.device, keys.run, keys.seq)]
    again = np.logical_and.reduce([key[1:] == key[:-1] for key in ordered])
    if not again.any():
        return order
    first = np.flatnonzero(~np.r_[False, again])
    return _settle_ties(keys, order, first, rows)


def _settle_ties(keys: _Keys, order: Integers, first: Integers, rows: pa.Table) -> Integers:
    """The first of each message's copies; of those that came at the same time and tell the same, the smallest."""
    chosen = order[first]
    message = np.repeat(np.arange(len(first)), np.diff(np.r_[first, len(order)]))
    tied = (keys.received[order] == keys.received[chosen][message]) & (keys.told[order] == keys.told[chosen][message])
    tied &= np.bincount(message[tied], minlength=len(first))[message] > 1
    if not tied.any():
        return chosen
    candidates = order[tied]
    values = rows.take(pa.array(candidates))
    values = pa.table({name: _plain(values[name]) for name in values.column_names})
    values = values.append_column("_message", pa.array(message[tied]))
    names = ["_message", *rows.column_names]
    best = pc.sort_indices(values, sort_keys=[(name, "ascending") for name in names]).to_numpy()
    of_message = message[tied][best]
    winners = best[np.r_[True, of_message[1:] != of_message[:-1]]]
    chosen = chosen.copy()
    chosen[message[tied][winners]] = candidates[winners]
    return chosen


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.string()) if column.type == TEXT else column


def _ranks(column: pa.ChunkedArray) -> Integers:
    """For each row the place of its word among all words in their order."""
    array = column.chunk(0)
    words = array.dictionary.to_pylist()
    places = {word: place for place, word in enumerate(sorted(set(words)))}
    ranks = np.array([places[word] for word in words], dtype=np.uint16 if len(words) < _FEW else np.int64)
    found: Integers = ranks[array.indices.to_numpy(zero_copy_only=False)]
    return found


def _numbers(column: pa.ChunkedArray) -> Integers:
    """Whole numbers or moments [ms]; null comes last."""
    whole = column.cast(pa.int64())
    if whole.null_count:
        whole = pc.fill_null(whole, _NEVER)
    numbers: Integers = whole.to_numpy()
    return numbers
