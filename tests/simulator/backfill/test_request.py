"""What a run is asked for: moments from days and intervals, and what cannot be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from simulator.backfill.request import plan_timing
from simulator.errors import SimulatorUsageError

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_leap_year_of_minutes() -> None:
    """366 days of 1,440 minutes, looked at each hour."""
    timing = plan_timing(datetime(2024, 1, 1, tzinfo=UTC), 366, 60, 3600)

    assert (timing.timeline.count, timing.wear_every) == (527_040, 60)
    assert timing.timeline.end == datetime(2025, 1, 1, tzinfo=UTC)


def test_the_start_may_be_of_any_zone() -> None:
    """Midnight in Kolkata is 18:30 UTC of the day before."""
    midnight = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=5.5)))

    assert plan_timing(midnight, 1, 60, 60).timeline.start == datetime(2025, 12, 31, 18, 30, tzinfo=UTC)


def test_wear_is_looked_at_no_more_often_than_machines_are_read() -> None:
    """A wish for each second at a reading a minute gives each minute."""
    assert plan_timing(START, 1, 60, 1).wear_every == 1


@pytest.mark.parametrize(
    ("days", "interval_s", "told"),
    [(1, 0.0005, "0.0005 s is not a whole number of milliseconds"), (0.001, 3600, "0.001 days have no reading")],
)
def test_what_cannot_be_is_told(days: float, interval_s: float, told: str) -> None:
    """With the value, and what would do."""
    with pytest.raises(SimulatorUsageError, match=told) as caught:
        plan_timing(START, days, interval_s, 3600)

    assert caught.value.remedy
