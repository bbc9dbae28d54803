"""Time as the plant sees it: at its own speed, the same for all processes that play a part of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime


def time_of_day() -> datetime:
    """The moment by the clock of the machine, UTC."""
    return datetime.now(UTC)


class PlantClock:
    """A plant's time: k-fold from its epoch on.

    Plant time = epoch + speed * (real time - epoch).

    Args:
        epoch: the moment at which both times are the same.
        speed: plant time by real time [1].
        real: tells the time of day.

    Raises:
        ValueError: at this speed time stands still or goes back.

    Example:
        >>> from datetime import timedelta
        >>> epoch = datetime(2026, 1, 1, tzinfo=UTC)
        >>> clock = PlantClock(epoch, speed=60.0, real=lambda: epoch + timedelta(seconds=90))
        >>> clock.now().isoformat()
        '2026-01-01T01:30:00+00:00'
    """

    def __init__(self, epoch: datetime, speed: float = 1.0, real: Callable[[], datetime] = time_of_day) -> None:
        if speed <= 0:
            raise ValueError(f"speed={speed} is no speed at which time goes on")
        self.epoch, self.speed = epoch.astimezone(UTC), speed
        self._real = real

    def now(self) -> datetime:
        """The moment of the plant, UTC."""
        return self.epoch + self.speed * (self._real() - self.epoch)
