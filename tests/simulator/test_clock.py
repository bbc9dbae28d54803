"""The plant's time is the time of day, or a multiple of it since an epoch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import PlantClock

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_a_plants_day_passes_in_a_quarter_of_an_hour() -> None:
    """At 96 times the speed 900 s are 86,400 s; two processes that look at the same moment see the same time."""
    clocks = [PlantClock(START, speed=96.0, real=lambda: START + timedelta(seconds=900)) for _ in range(2)]

    assert [clock.now() for clock in clocks] == [START + timedelta(days=1)] * 2


def test_without_a_clock_it_is_this_machines() -> None:
    """The time lies between two looks at the machine's own clock."""
    before = datetime.now(UTC)
    now = PlantClock(START).now()

    assert before <= now <= datetime.now(UTC)


@pytest.mark.parametrize("speed", [0.0, -1.0])
def test_time_does_not_stand_still_or_go_back(speed: float) -> None:
    """Such a speed is refused at once."""
    with pytest.raises(ValueError, match=f"speed={speed}"):
        PlantClock(START, speed)


@given(st.timedeltas(timedelta(0), timedelta(days=400)), st.timedeltas(timedelta(0), timedelta(days=1)))
def test_at_single_speed_it_is_the_time_of_day(since: timedelta, more: timedelta) -> None:
    """Whenever the epoch was; and a later moment is later for the plant as well."""
    moments = iter((START + since, START + since + more))
    clock = PlantClock(START, real=lambda: next(moments))
    before = clock.now()

    assert before == START + since
    assert clock.now() - before == more
