"""Messages as columns: what was told, when, and when it came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np

from simulator.arrays import Flags, Floats, Integers, States
from simulator.backfill.timeline import HOUR_MS

RUN = 1
"""Generation in all messages of a backfill: it is the first publisher of its plant's history."""


@dataclass(frozen=True, slots=True)
class Messages:
    """Some messages, one element a message.

    Attributes:
        machine: row of the machine or vehicle in its part.
        told_ms: timestamp in the message, Unix time [ms].
        received_ms: when it came to the archive, Unix time [ms].
        seq: its number within the run.
        state: index of the state that it tells, if it tells any.
        values: readings of each signal, in the order of its kind's signals; NaN: the signal is absent.
    """

    machine: Integers
    told_ms: Integers
    received_ms: Integers
    seq: Integers
    state: States
    values: tuple[Floats, ...]

    def __len__(self) -> int:
        return len(self.seq)

    def take(self, which: Integers | Flags | slice) -> Messages:
        """Some of them."""
        some: dict[str, Any] = {name: getattr(self, name)[which] for name in _ENVELOPE}
        return Messages(values=tuple(one[which] for one in self.values), **some)

    def repeat(self, copies: Integers) -> Messages:
        """Each as often as told, copies beside one another."""
        return self.take(np.repeat(np.arange(len(self)), copies))

    @classmethod
    def none(cls, signals: int) -> Messages:
        """No message at all, of so many signals."""
        return cls(*(np.empty(0, np.int64),) * 4, np.empty(0, np.int8), (np.empty(0),) * signals)

    @classmethod
    def join(cls, some: Sequence[Messages]) -> Messages:
        """All of some, one after the other."""
        if len(some) == 1:
            return some[0]
        values = zip(*(one.values for one in some), strict=True)
        all_of: dict[str, Any] = {name: np.concatenate([getattr(one, name) for one in some]) for name in _ENVELOPE}
        return cls(values=tuple(np.concatenate(column) for column in values), **all_of)

    def by_file(self) -> Iterator[tuple[int, int, Messages]]:
        """Those of each file in order of arrival: hour that they tell, hour in which they came [h since 1970].

        Example:
            >>> late = np.array([HOUR_MS - 1, HOUR_MS])
            >>> numbers, nothing = np.array([1, 2]), np.full(2, np.nan)
            >>> some = Messages(numbers, late - 2, late, numbers, numbers.astype(np.int8), (nothing,) * 4)
            >>> [(told, came, len(those)) for told, came, those in some.by_file()]
            [(0, 0, 1), (0, 1, 1)]
        """
        if not len(self):
            return
        ordered = self._in_order()
        hours = np.stack([ordered.told_ms // HOUR_MS, ordered.received_ms // HOUR_MS])
        borders = np.flatnonzero((hours[:, 1:] != hours[:, :-1]).any(axis=0)) + 1
        edges = [0, *borders.tolist(), len(ordered)]
        for first, last in pairwise(edges):
            yield int(hours[0, first]), int(hours[1, first]), ordered.take(slice(first, last))

    def _in_order(self) -> Messages:
        """By hour of arrival, then by hour told, then by arrival; equals stay in the order in which they were sent."""
        usual = self.told_ms is self.received_ms or bool((self.told_ms == self.received_ms).all())
        if usual and bool((self.received_ms[1:] >= self.received_ms[:-1]).all()):
            return self
        order = np.lexsort((self.received_ms, self.told_ms // HOUR_MS, self.received_ms // HOUR_MS))
        return self.take(order)


_ENVELOPE = tuple(field.name for field in fields(Messages) if field.name != "values")
"""Columns that messages of machines and of vehicles have alike."""
