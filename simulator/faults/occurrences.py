"""When a fault is on which machine: a table of arrays, one row an occurrence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np

from simulator.arrays import Flags, Floats, Integers
from simulator.faults.request import DAY_S, FaultRequest
from simulator.randomness import Randomness


@dataclass(slots=True)
class Occurrences:
    """Occurrences of a request that are to come, at work or going, a row each; those that are over are forgotten.

    A request that does not repeat has one a machine. One that repeats always has the next one of each machine, so the
    table does not grow with time.

    Attributes:
        place: machine, as its place among those that the request hits.
        number: how often the fault has come to that machine before.
        starts_s: Unix time of the start [s].
        ends_s: Unix time of the end; infinite where none is known [s].
        begun: whether the start has been told.
        ended: whether the end has been told.
        held: what the sensor told at the start, or at that of the present burst; NaN: not yet known.
        burst: number of the burst that `held` is of; -1: none yet.
    """

    place: Integers
    number: Integers
    starts_s: Floats
    ends_s: Floats
    begun: Flags
    ended: Flags
    held: Floats
    burst: Integers

    @classmethod
    def at(cls, place: Integers, number: Integers, starts_s: Floats, lasts_s: float) -> Occurrences:
        """Occurrences that are to come."""
        count = len(place)
        return cls(
            place=place,
            number=number,
            starts_s=starts_s,
            ends_s=starts_s + lasts_s,
            begun=np.zeros(count, dtype=np.bool_),
            ended=np.zeros(count, dtype=np.bool_),
            held=np.full(count, np.nan),
            burst=np.full(count, -1, dtype=np.int64),
        )

    def __len__(self) -> int:
        return len(self.place)

    def keep(self, which: Flags) -> None:
        """Forget the others."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name)[which])

    def add(self, others: Occurrences) -> None:
        """Take up some more."""
        for field in fields(self):
            setattr(self, field.name, np.concatenate([getattr(self, field.name), getattr(others, field.name)]))

    def layers(self, rows: Integers) -> Iterator[Integers]:
        """Some rows in parts in which no machine comes twice, the earlier occurrences first."""
        while rows.size:
            _, first = np.unique(self.place[rows], return_index=True)
            if len(first) == len(rows):
                yield rows
                return
            first.sort()
            yield rows[first]
            rows = np.delete(rows, first)


class Timetable:
    """When a request's fault comes to which of the machines that it hits.

    Faults that repeat are an alternating renewal process: each time lasts `duration_s`, and the wait for the next one
    is exponential, with the mean that makes it come `rate_per_day` times a day (Cox, "Renewal Theory", Methuen 1962,
    chapter 7). Each wait is a pure function of seed, machine, request and number.

    Args:
        request: what repeats, or does not.
        starts_s: Unix time from which it may come [s].
        randomness: randomness of the machines.
        stream: name of the request's random numbers.
    """

    def __init__(self, request: FaultRequest, starts_s: float, randomness: Randomness, stream: str) -> None:
        self._lasts_s = np.inf if request.duration_s is None else request.duration_s
        self._wait_s = 0.0 if request.repeats is None else DAY_S / request.repeats.rate_per_day - self._lasts_s
        self._starts_s, self._randomness, self._stream = starts_s, randomness, f"{stream}/wait"
        self.repeats = request.repeats is not None

    def first(self, count: int) -> Occurrences:
        """The first occurrence on each of so many machines."""
        places, numbers = np.arange(count), np.zeros(count, dtype=np.int64)
        return self._after(places, numbers, np.full(count, self._starts_s))

    def following(self, occurrences: Occurrences, rows: Integers) -> Occurrences:
        """The occurrence after each of those."""
        place, number = occurrences.place[rows], occurrences.number[rows] + 1
        return self._after(place, number, occurrences.starts_s[rows] + self._lasts_s)

    def _after(self, place: Integers, number: Integers, from_s: Floats) -> Occurrences:
        if self.repeats:
            chance = self._randomness.take(place).uniform(self._stream, number)
            from_s = from_s - self._wait_s * np.log1p(-chance)  # the inverse of the exponential distribution
        return Occurrences.at(place, number, from_s, self._lasts_s)
