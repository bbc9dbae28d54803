"""When a plant works."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from simulator.shifts import DAY_S, PATTERNS, WEEK_S, second_of_week, switched_on

PUNCTUAL = np.zeros(1)


def on(shifts: str, moment: datetime, zone: str = "UTC") -> bool:
    """Whether a punctual machine is on at a moment."""
    found = switched_on(shifts, ZoneInfo(zone), np.array([moment.timestamp()]), PUNCTUAL)  # type: ignore[arg-type]
    return found is None or bool(found[0, 0])


@pytest.mark.parametrize(
    ("shifts", "hours"),
    [("continuous", 168), ("three_shift", 120), ("two_shift", 80), ("day_shift", 42.5)],  # of a week
)
def test_hours_of_a_week(shifts: str, hours: float) -> None:
    """Each pattern has the hours of its name."""
    assert sum(end - begin for begin, end in PATTERNS[shifts]) / 3600 == hours  # type: ignore[index]
    assert all(0 <= begin < end <= WEEK_S for begin, end in PATTERNS[shifts])  # type: ignore[index]


@pytest.mark.parametrize(
    ("moment", "two", "three"),
    [
        (datetime(2026, 1, 5, 5, 59, tzinfo=UTC), False, False),  # Monday before the first shift
        (datetime(2026, 1, 5, 6, 0, tzinfo=UTC), True, True),
        (datetime(2026, 1, 6, 23, 0, tzinfo=UTC), False, True),  # Tuesday night
        (datetime(2026, 1, 10, 5, 0, tzinfo=UTC), False, True),  # the night shift of Friday ends on Saturday
        (datetime(2026, 1, 10, 6, 0, tzinfo=UTC), False, False),
    ],
)
def test_whistles(moment: datetime, two: bool, three: bool) -> None:
    """Shifts begin and end on the minute."""
    assert (on("two_shift", moment), on("three_shift", moment)) == (two, three)


def test_shifts_follow_the_clock_on_the_wall() -> None:
    """In Berlin the day begins at 06:00 of the clock: 05:00 UTC in winter and 04:00 UTC in summer."""
    assert on("two_shift", datetime(2026, 1, 5, 5, 0, tzinfo=UTC), "Europe/Berlin")
    assert not on("two_shift", datetime(2026, 1, 5, 4, 59, tzinfo=UTC), "Europe/Berlin")
    assert on("two_shift", datetime(2026, 7, 6, 4, 0, tzinfo=UTC), "Europe/Berlin")


def test_machines_are_switched_one_after_another() -> None:
    """Within ten minutes of the whistle, all come on and later all go off, each after its own delay."""
    late = np.array([0.0, 0.5, 0.999])
    moments_s = datetime(2026, 1, 5, 6, 0, tzinfo=UTC).timestamp() + np.array([0.0, 299, 301, 600, 57_600, 58_201])
    switched = switched_on("two_shift", ZoneInfo("UTC"), moments_s, late)

    assert switched is not None
    assert switched.sum(axis=1).tolist() == [1, 1, 2, 3, 2, 0]


def test_week_begins_on_monday() -> None:
    """Sunday before midnight is the last second of a week."""
    sunday = datetime(2026, 1, 4, 23, 59, 59, tzinfo=UTC).timestamp()

    assert second_of_week(np.array([sunday, sunday + 1]), ZoneInfo("UTC")).tolist() == [7 * DAY_S - 1, 0]
