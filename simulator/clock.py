"""Time as the plant sees it: real or virtual, behind one interface.

Whoever steps a plant waits on a clock; with a `VirtualClock` the same code runs a month in seconds, as simpy's
environments do.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What tells the time and lets it pass."""

    def now(self) -> datetime:
        """The moment, UTC."""
        ...

    def wait_until(self, moment: datetime) -> bool:
        """Let time pass up to a moment; false if the clock was stopped before."""
        ...


class RealClock:
    """The time of day.

    Args:
        stopped: setting this event ends every wait.
    """

    def __init__(self, stopped: threading.Event | None = None) -> None:
        self._stopped = stopped or threading.Event()

    def now(self) -> datetime:
        """The moment, UTC."""
        return datetime.now(UTC)

    def wait_until(self, moment: datetime) -> bool:
        """Sleep up to a moment; false if the clock was stopped before."""
        while (left_s := (moment - self.now()).total_seconds()) > 0:
            if self._stopped.wait(left_s):
                return False
        return not self._stopped.is_set()


class VirtualClock:
    """A time that passes as fast as the work is done.

    Args:
        start: the moment at which it begins.
        end: it stops here; None: never.

    Example:
        >>> clock = VirtualClock(datetime(2026, 1, 1, tzinfo=UTC))
        >>> clock.wait_until(datetime(2026, 2, 1, tzinfo=UTC)), clock.now().isoformat()
        (True, '2026-02-01T00:00:00+00:00')
    """

    def __init__(self, start: datetime, end: datetime | None = None) -> None:
        self._now, self._end = start.astimezone(UTC), end

    def now(self) -> datetime:
        """The moment, UTC."""
        return self._now

    def wait_until(self, moment: datetime) -> bool:
        """Be at a moment, or at the end."""
        goal = moment if self._end is None else min(moment, self._end)
        self._now = max(self._now, goal.astimezone(UTC))
        return self._end is None or moment <= self._end


class PlantClock:
    """A plant's time: k-fold from its epoch on, the same for all processes that play a part of it.

    Plant time = epoch + speed * (real time - epoch).

    Args:
        epoch: the moment at which both times are the same.
        speed: plant time by real time [1].
        real: the time of day.

    Example:
        >>> epoch = datetime(2026, 1, 1, tzinfo=UTC)
        >>> clock = PlantClock(epoch, speed=60.0, real=VirtualClock(epoch + timedelta(seconds=90)))
        >>> clock.now().isoformat()
        '2026-01-01T01:30:00+00:00'
    """

    def __init__(self, epoch: datetime, speed: float = 1.0, real: Clock | None = None) -> None:
        if speed <= 0:
            raise ValueError(f"speed={speed} is no speed at which time goes on")
        self.epoch, self.speed = epoch.astimezone(UTC), speed
        self._real = real or RealClock()

    def now(self) -> datetime:
        """The moment of the plant, UTC."""
        return self.epoch + self.speed * (self._real.now() - self.epoch)

    def wait_until(self, moment: datetime) -> bool:
        """Sleep up to a moment of the plant; false if the real clock was stopped before."""
        return self._real.wait_until(self.epoch + (moment - self.epoch) / self.speed)


def ticks(clock: Clock, interval_s: float) -> Iterator[datetime]:
    """Moments an interval apart, each when it has come.

    A consumer that is late gets the moments it missed left out, not all at once: a plant that hung for a minute goes
    on from now. The distance between two moments is always a whole number of intervals.

    Args:
        clock: what to wait on; the moments end when it is stopped.
        interval_s: time between two moments [s].

    Example:
        >>> start = datetime(2026, 1, 1, tzinfo=UTC)
        >>> clock = VirtualClock(start, end=start + timedelta(seconds=2))
        >>> [moment.second for moment in ticks(clock, 1.0)]
        [0, 1, 2]
    """
    start, number = clock.now(), 0
    while clock.wait_until(moment := start + timedelta(seconds=number * interval_s)):
        yield moment
        passed = int((clock.now() - start).total_seconds() // interval_s)
        number = max(number + 1, passed)
