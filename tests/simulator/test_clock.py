"""Time, real and virtual."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from simulator.clock import RealClock, VirtualClock, ticks

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
