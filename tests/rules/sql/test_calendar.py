"""The calendar for all years; expected dates are those of the proleptic Gregorian rules."""

from __future__ import annotations

from datetime import UTC, date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sql.calendar import day_of, local_time
from rules.sql.zones import TimeError


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_day_leads_back_to_its_moment(milliseconds: int) -> None:
    """Taken apart and put together again, a moment is the same."""
    shown = local_time(milliseconds, UTC)
    day = day_of(shown.year, shown.clock.month, shown.clock.day)
    since_midnight = timedelta(hours=shown.clock.hour, minutes=shown.clock.minute, seconds=shown.clock.second)

    assert day.at(since_midnight, UTC) + shown.clock.microsecond // 1000 == milliseconds


@pytest.mark.parametrize(("month", "last"), [(1, 31), (2, 29), (4, 30), (12, 31)])
def test_a_day_that_a_month_lacks_is_its_last(month: int, last: int) -> None:
    """Java's SMART resolver does so; 2020 is a leap year."""
    assert day_of(2020, month, 31).date == date(2020, month, last)


@pytest.mark.parametrize("numbers", [(2020, 13, 1), (2020, 0, 1), (2020, 1, 0), (2020, 1, 32), (10**9, 1, 1)])
def test_days_that_no_calendar_has(numbers: tuple[int, int, int]) -> None:
    """Months end with 12, days with 31 and Java's years with 999,999,999."""
    with pytest.raises(TimeError):
        day_of(*numbers)
