"""When vehicles drive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from simulator.plant_spec import Shifts
from simulator.randomness import Randomness
from simulator.vehicles.timetable import Timetable

INDIA = timezone(timedelta(hours=5, minutes=30))
MONDAY = datetime(2026, 5, 18, tzinfo=INDIA)


def week(shifts: Shifts, vehicles: int = 40) -> list[datetime]:
    """Local times at which the vehicles leave in a week from Monday on."""
    timetable = Timetable(shifts, Randomness(1, [str(number) for number in range(vehicles)]))
    found = []
    for row in range(vehicles):
        moment_s = MONDAY.timestamp()
        while (departure := timetable.next_duty(row, moment_s)[1]) < MONDAY.timestamp() + 7 * 86_400:
            found.append(datetime.fromtimestamp(departure, INDIA))
            moment_s = departure + 1
    return found


@pytest.mark.parametrize(
    ("shifts", "hours", "days"),
    [
        ("continuous", {6, 14, 22}, 7),
        ("three_shift", {6, 14, 22}, 6),
        ("two_shift", {6, 14}, 6),
        ("day_shift", {8}, 6),
    ],
)
def test_vehicles_leave_within_the_first_hour_of_their_shifts(shifts: Shifts, hours: set[int], days: int) -> None:
    """In local time; on Sundays only where work never rests."""
    departures = week(shifts)

    assert {moment.hour for moment in departures} == hours
    assert {moment.weekday() for moment in departures} == set(range(days))


def test_three_of_four_shifts_are_driven() -> None:
    """40 vehicles · 21 shifts · 0.75 = 630, with a standard deviation of √(840 · 0.75 · 0.25) = 12.5."""
    assert abs(len(week("continuous")) - 630) < 5 * 12.5


def test_the_last_duty_is_that_which_is_under_way() -> None:
    """A minute after a departure it is the one that has just begun; eight hours later it is none."""
    timetable = Timetable("day_shift", Randomness(1, ["a"]))
    duty, starts_s = timetable.next_duty(0, MONDAY.timestamp())

    assert timetable.last_duty(0, starts_s + 60) == (duty, starts_s)
    assert timetable.last_duty(0, starts_s + 8 * 3600 + 1) is None
    assert timetable.last_duty(0, starts_s) is None


def test_duties_belong_to_the_vehicle() -> None:
    """Whoever else there is: the row does not matter, the name does."""
    both, alone = (Timetable("continuous", Randomness(1, names)) for names in (["a", "b"], ["b"]))
    moment_s = datetime(2026, 1, 1, tzinfo=UTC).timestamp() + 3600.0 * np.arange(40)

    assert [both.next_duty(1, one) for one in moment_s] == [alone.next_duty(0, one) for one in moment_s]
