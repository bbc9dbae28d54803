"""Windows of a running plant: one reading at a time, with bounded memory.

An hour is closed for all machines at once, when the plant's clock says that it has been over for `LATENESS_S`. That
clock is the second newest of the machines' last timestamps (with one machine, its own): the wrong clock of a single
machine neither closes hours nor keeps them open, and a machine that is right again is believed again. Readings that are
far ahead of that clock wait until a second machine says that it is so late. What comes for an hour that is closed is
too late, and counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from maintenance.features.arrays import Floats
from maintenance.features.normal import NormalBehaviour
from maintenance.features.readings import HOUR_S, Readings, Row, in_order
from maintenance.features.thermal import Warmth
from maintenance.features.windows import COLUMNS, summarise

LATENESS_S = 300.0
"""So long after its end an hour still takes readings [s]."""
MOST_READINGS = 7200
"""Readings of a machine that are kept for an hour: two a second. More are counted and left out."""
FARTHEST_H = 1
"""Readings of an hour that is farther ahead of the plant's clock than this wait [h]: a wrong clock, or a silence."""
MOST_WAITING = 1000
"""So many readings of a machine wait, no more."""
MOST_OPEN = 4
"""Hours that are open at a time; one more closes the oldest, also while only one machine of many has spoken."""


@dataclass(slots=True)
class Dropped:
    """What a stream did not use.

    Attributes:
        unknown: of machines that are not of the plant.
        repeated: the same run and number once more.
        late: of an hour that was closed.
        ahead: of an hour that has not come yet, and too many to wait.
        overflowed: more of an hour than are kept.
    """

    unknown: int = 0
    repeated: int = 0
    late: int = 0
    ahead: int = 0
    overflowed: int = 0


@dataclass(frozen=True, slots=True)
class ClosedHour:
    """An hour of all machines that is over.

    Attributes:
        hour: which [h since 1970].
        skipped: hours before it in which nobody said anything.
        rows: shape (machines, `COLUMNS`); NaN where a machine said nothing.
    """

    hour: int
    skipped: int
    rows: Floats


class HourStream:
    """Collects readings and closes hours.

    Args:
        models: model of each machine of the plant.
        normal: how the models behave while they are well.

    Attributes:
        machines: names, sorted: the order of the rows.
        dropped: what was not used.
    """

    def __init__(self, models: Mapping[str, str], normal: NormalBehaviour) -> None:
        self.machines = tuple(sorted(models))
        self.dropped = Dropped()
        self._behaviours = [normal.of(models[name]) for name in self.machines]
        self._place = {name: place for place, name in enumerate(self.machines)}
        self._open: dict[int, list[dict[tuple[int, int], Row]]] = {}
        self._warmth = [Warmth() for _ in self.machines]
        self._last_s: Floats = np.full(len(self.machines), -np.inf)
        self._waiting: list[list[Row]] = [[] for _ in self.machines]
        self._let_in_at = math.inf
        self._closed: int | None = None

    def add(self, device_id: str, row: Row) -> Iterator[ClosedHour]:
        """Take a reading, and tell the hours that are over by it.

        Args:
            device_id: the machine.
            row: see `readings.row_of`.
        """
        place = self._place.get(device_id)
        if place is None:
            self.dropped.unknown += 1
            return iter(())
        self._last_s[place] = row[0]  # not the newest ever: a clock that was wrong once would stay wrong
        clock_s = self._clock_s()
        closed = list(self._close(int((clock_s - LATENESS_S) // HOUR_S))) if math.isfinite(clock_s) else []
        self._let_in(clock_s)
        self._keep(place, row, clock_s)
        if len(self._open) > MOST_OPEN:
            closed += self._close(min(self._open) + 1)
        return iter(closed)

    def close_all(self) -> Iterator[ClosedHour]:
        """Close every open hour, as at the end of a history."""
        self._let_in(math.inf)
        return self._close(max(self._open, default=0) + 1)

    def _clock_s(self) -> float:
        """The second newest of the machines' last timestamps; minus infinity before two have spoken [s]."""
        rank = min(2, len(self._last_s))
        return float(np.partition(self._last_s, -rank)[-rank])

    def _let_in(self, clock_s: float) -> None:
        """Take up what has waited for the plant's clock."""
        hour = clock_s // HOUR_S  # of infinity it is NaN, which is no hour: then all are let in
        if hour == self._let_in_at:
            return  # nobody who waited then is let in now
        self._let_in_at = hour
        for place, waiting in enumerate(self._waiting):
            self._waiting[place] = []
            for row in waiting:  # those that are still ahead wait again
                self._keep(place, row, clock_s)

    def _keep(self, place: int, row: Row, clock_s: float) -> None:
        hour = int(row[0] // HOUR_S)
        if self._closed is not None and hour <= self._closed:
            self.dropped.late += 1
            return
        if math.isfinite(clock_s) and hour > clock_s // HOUR_S + FARTHEST_H:
            self._wait(place, row)
            return
        kept = self._open.setdefault(hour, [{} for _ in self.machines])[place]
        number = row[1], row[2]
        if number in kept:
            self.dropped.repeated += 1
        elif len(kept) >= MOST_READINGS:
            self.dropped.overflowed += 1
        else:
            kept[number] = row

    def _wait(self, place: int, row: Row) -> None:
        if len(self._waiting[place]) < MOST_WAITING:
            self._waiting[place].append(row)
        else:
            self.dropped.ahead += 1

    def _close(self, before: int) -> Iterator[ClosedHour]:
        for hour in sorted(hour for hour in self._open if hour < before):
            yield self._closed_hour(hour, self._open.pop(hour))

    def _closed_hour(self, hour: int, kept: list[dict[tuple[int, int], Row]]) -> ClosedHour:
        rows = np.full((len(self.machines), len(COLUMNS)), np.nan)
        for place, some in enumerate(kept):
            if some:
                windows = summarise(
                    in_order(Readings.of(list(some.values()))), self._behaviours[place], self._warmth[place]
                )
                rows[place], self._warmth[place] = windows.rows[0], windows.warmth
        skipped = 0 if self._closed is None else hour - self._closed - 1
        self._closed = hour
        return ClosedHour(hour, skipped, rows)
