"""Time, real and virtual."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.clock import PlantClock, RealClock, VirtualClock, ticks

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_virtual_time_passes_at_once() -> None:
    """A year of virtual time is waited for without waiting."""
    clock = VirtualClock(START)

    assert clock.wait_until(START + timedelta(days=365))
    assert clock.now() == START + timedelta(days=365)


def test_virtual_time_never_goes_back() -> None:
    """Waiting for a moment that has passed changes nothing."""
    clock = VirtualClock(START)
    clock.wait_until(START - timedelta(days=1))

    assert clock.now() == START


def test_virtual_clock_stops_at_its_end() -> None:
    """Waiting beyond the end goes to the end and says that there is no more."""
    clock = VirtualClock(START, end=START + timedelta(seconds=5))

    assert not clock.wait_until(START + timedelta(seconds=6))
    assert clock.now() == START + timedelta(seconds=5)


def test_ticks_are_an_interval_apart() -> None:
    """Moments come at whole intervals, up to the end and with it."""
    clock = VirtualClock(START, end=START + timedelta(seconds=3))

    assert [(moment - START).total_seconds() for moment in ticks(clock, 1.5)] == [0, 1.5, 3]


def test_late_consumer_misses_ticks() -> None:
    """Who took three and a half intervals over one moment goes on with the last that has passed."""
    clock = VirtualClock(START, end=START + timedelta(seconds=6))
    seen = []
    for moment in ticks(clock, 1.0):
        seen.append((moment - START).total_seconds())
        if len(seen) == 1:
            clock.wait_until(START + timedelta(seconds=3.5))

    assert seen == [0, 3, 4, 5, 6]


def test_real_clock_waits_and_can_be_stopped() -> None:
    """The real clock is not before the moment it waited for; a stopped one waits for nothing."""
    stopped = threading.Event()
    clock = RealClock(stopped)
    moment = clock.now() + timedelta(milliseconds=20)

    assert clock.wait_until(moment)
    assert clock.now() >= moment
    stopped.set()
    assert not clock.wait_until(clock.now() + timedelta(days=1))


def test_a_plants_day_passes_in_a_quarter_of_an_hour() -> None:
    """At 96 times the speed 900 s are 86,400 s; two processes that look at the same moment see the same time."""
    clocks = [PlantClock(START, speed=96.0, real=VirtualClock(START + timedelta(seconds=900))) for _ in range(2)]

    assert [clock.now() for clock in clocks] == [START + timedelta(days=1)] * 2


def test_waiting_for_the_plants_evening_takes_as_much_less() -> None:
    """The real clock is waited on: twelve hours at 3600 times the speed are twelve seconds."""
    real = VirtualClock(START)
    clock = PlantClock(START, speed=3600.0, real=real)

    assert clock.wait_until(START + timedelta(hours=12))
    assert real.now() == START + timedelta(seconds=12)
    assert clock.now() == START + timedelta(hours=12)


def test_a_stopped_real_clock_ends_the_wait() -> None:
    """Who waits hears that the moment was not reached."""
    clock = PlantClock(START, speed=2.0, real=VirtualClock(START, end=START + timedelta(seconds=5)))

    assert not clock.wait_until(START + timedelta(seconds=12))


@pytest.mark.parametrize("speed", [0.0, -1.0])
def test_time_does_not_stand_still_or_go_back(speed: float) -> None:
    """Such a speed is refused at once."""
    with pytest.raises(ValueError, match=f"speed={speed}"):
        PlantClock(START, speed)


@given(st.timedeltas(timedelta(0), timedelta(days=400)), st.timedeltas(timedelta(0), timedelta(days=1)))
def test_at_single_speed_it_is_the_time_of_day(since: timedelta, more: timedelta) -> None:
    """Whenever the epoch was; and a later moment is later for the plant as well."""
    real = VirtualClock(START + since)
    clock = PlantClock(START, real=real)
    before = clock.now()
    real.wait_until(START + since + more)

    assert before == START + since
    assert clock.now() - before == more
