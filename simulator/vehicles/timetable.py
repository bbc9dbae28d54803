"""When vehicles drive: the hours of their shifts, in the fleet's local time.

A duty is one drive from the depot to customers and back, within a shift. Duties are numbered by day and shift, so any
of them is known without going through those before it.
"""

from __future__ import annotations

import numpy as np

from simulator.plant_spec import Shifts
from simulator.randomness import Randomness
from simulator.vehicles.weather import UTC_OFFSET_S

DAY_S = 86_400.0
SHIFT_STARTS_H: dict[Shifts, tuple[float, ...]] = {
    "continuous": (6.0, 14.0, 22.0),
    "three_shift": (6.0, 14.0, 22.0),
    "two_shift": (6.0, 14.0),
    "day_shift": (8.0,),
}
"""Local hours at which duties begin, at the earliest [h]."""
DEPARTURES_H = 1.0
"""Time within which the vehicles of a shift leave [h]."""
DRIVEN_SHARE = 0.75
"""Share of its shifts in which a vehicle is needed [1]."""
LONGEST_DUTY_S = 8 * 3600.0
"""No duty is planned for longer [s]."""
SUNDAY = 3
"""Days since 1970-01-01 modulo 7: that day was a Thursday."""


class Timetable:
    """Duties of vehicles.

    Args:
        shifts: how the fleet works; without Sundays, unless `continuous`.
        randomness: randomness of the vehicles.
    """

    def __init__(self, shifts: Shifts, randomness: Randomness) -> None:
        self._starts_h = SHIFT_STARTS_H[shifts]
        self._on_sundays = shifts == "continuous"
        self._each = [randomness.take(np.array([row])) for row in range(len(randomness))]

    def starts_s(self, row: int, duty: int) -> float | None:
        """When a duty begins, Unix time [s]; none if the vehicle is not needed then."""
        day, shift = divmod(duty, len(self._starts_h))
        if day % 7 == SUNDAY and not self._on_sundays:
            return None
        mine = self._each[row]
        if mine.uniform("duty/needed", duty)[0] >= DRIVEN_SHARE:
            return None
        late_h = DEPARTURES_H * mine.uniform("duty/departure", duty)[0]
        return float(day * DAY_S - UTC_OFFSET_S + (self._starts_h[shift] + late_h) * 3600)

    def next_duty(self, row: int, moment_s: float) -> tuple[int, float]:
        """The first duty that begins at a moment or after it, and when it begins [s]."""
        duty = self._around(moment_s)
        while (starts_s := self.starts_s(row, duty)) is None or starts_s < moment_s:
            duty += 1
        return duty, starts_s

    def last_duty(self, row: int, moment_s: float) -> tuple[int, float] | None:
        """The last duty that began before a moment, if it could be under way still."""
        duty = self._around(moment_s) + len(self._starts_h)
        while duty >= self._around(moment_s - LONGEST_DUTY_S):
            starts_s = self.starts_s(row, duty)
            if starts_s is not None and moment_s - LONGEST_DUTY_S < starts_s < moment_s:
                return duty, starts_s
            duty -= 1
        return None

    def _around(self, moment_s: float) -> int:
        """The first duty of the local day."""
        return int((moment_s + UTC_OFFSET_S) // DAY_S) * len(self._starts_h) - len(self._starts_h)
