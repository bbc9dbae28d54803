"""When a plant works: weekly patterns of shifts, in the plant's own time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from simulator.arrays import Flags, Floats
from simulator.plant_spec import Shifts

DAY_S = 86_400.0
WEEK_S = 7 * DAY_S

PATTERNS: dict[Shifts, tuple[tuple[float, float], ...]] = {
    "continuous": ((0.0, WEEK_S),),
    "three_shift": ((6 * 3600.0, 5 * DAY_S + 6 * 3600.0),),
    "two_shift": tuple((day * DAY_S + 6 * 3600.0, day * DAY_S + 22 * 3600.0) for day in range(5)),
    "day_shift": tuple((day * DAY_S + 7 * 3600.0, day * DAY_S + 15.5 * 3600.0) for day in range(5)),
}
"""Working times of a week: seconds from Monday 00:00, local time."""

STAGGER_S = 600.0
"""Machines are switched on and off within this time after the whistle, each at its own [s]."""


def second_of_week(moments_s: Floats, zone: ZoneInfo) -> Floats:
    """Seconds since Monday 00:00 by the clock on the wall.

    Args:
        moments_s: Unix times [s], shape (T,).
        zone: where the wall is.

    Returns:
        Seconds, from 0 to a week [s], shape (T,).

    Example:
        >>> friday = datetime(2026, 1, 2, 6, 0, tzinfo=ZoneInfo("UTC")).timestamp()
        >>> float(second_of_week(np.array([friday]), ZoneInfo("UTC"))[0] / 3600)  # four days and six hours
        102.0
    """
    local = [datetime.fromtimestamp(moment, zone) for moment in moments_s.tolist()]
    seconds = [
        one.weekday() * DAY_S + one.hour * 3600 + one.minute * 60 + one.second + one.microsecond / 1e6 for one in local
    ]
    return np.array(seconds, dtype=np.float64)


def switched_on(shifts: Shifts, zone: ZoneInfo, moments_s: Floats, late: Floats) -> Flags | None:
    """Which machines are on.

    Args:
        shifts: the pattern of a week.
        zone: the plant's time zone.
        moments_s: Unix times [s], shape (T,).
        late: where each machine lies in the time within which machines are switched, from 0 to 1, shape (N,).

    Returns:
        Shape (T, N); None if all are on always.

    Example:
        >>> friday = datetime(2026, 1, 2, 6, 5, tzinfo=ZoneInfo("UTC")).timestamp()
        >>> switched_on("two_shift", ZoneInfo("UTC"), np.array([friday]), np.array([0.0, 0.9])).tolist()
        [[True, False]]
    """
    if shifts == "continuous":
        return None
    since = (second_of_week(moments_s, zone)[:, None] - late * STAGGER_S) % WEEK_S
    on = np.zeros(since.shape, dtype=np.bool_)
    for begin, end in PATTERNS[shifts]:
        on |= (since >= begin) & (since < end)
    return on
