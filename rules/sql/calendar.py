"""The calendar of Java: the Gregorian rules for all years, also those that Python's ``datetime`` does not have.

The calendar repeats after 400 years, days of the week included. A time that is out of reach is moved by whole
cycles, worked with there, and its year moved back.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from rules.sql.zones import TimeError

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_CYCLE_YEARS: Final = 400
_CYCLE_DAYS: Final = 146_097
_CYCLE_MS: Final = _CYCLE_DAYS * 86_400_000

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
# A cycle away from either end of datetime, so that no zone leads out of it.
_FIRST_MS: Final = (datetime(400, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND
_LAST_MS: Final = (datetime(9600, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND
_LONG: Final = 1 << 63


class LocalTime(NamedTuple):
    """What the clocks of a zone show at one moment.

    Args:
        clock: the time in its zone, moved by whole cycles where datetime does not reach.
        moved: how many years the clock has to go forward.
    """

    clock: datetime
    moved: int

    @property
    def year(self) -> int:
        """The year, in which 0 is 1 BC and -1 is 2 BC."""
        return self.clock.year + self.moved

    @property
    def week_year(self) -> int:
        """The year that the ISO week belongs to."""
        return self.clock.isocalendar().year + self.moved


def local_time(milliseconds: int, zone: tzinfo) -> LocalTime:
    """What a zone's clocks show.

    Args:
        milliseconds: the moment [ms since 1970].
        zone: the zone.

    Raises:
        TimeError: the moment is beyond the 64 bits that Java has for it.

    Example:
        >>> local_time(10**15, UTC).year
        33658
    """
    if not -_LONG <= milliseconds < _LONG:
        raise TimeError(f"{milliseconds} ms are beyond the 64 bits of Java's time")
    cycles = 0
    if milliseconds < _FIRST_MS:
        cycles = (milliseconds - _FIRST_MS) // _CYCLE_MS
    elif milliseconds >= _LAST_MS:
        cycles = (milliseconds - _LAST_MS) // _CYCLE_MS + 1
    moment = _EPOCH + timedelta(milliseconds=milliseconds - cycles * _CYCLE_MS)
    return LocalTime(moment.astimezone(zone), cycles * _CYCLE_YEARS)


class Day(NamedTuple):
    """A day of any year.

    Args:
        date: the day, moved by whole cycles where ``date`` does not reach.
        cycles: how many cycles of 400 years it has to go forward.
    """

    date: date
    cycles: int

    def later(self, days: int) -> Day:
        """The day so many days later, or earlier."""
        return Day(self.date + timedelta(days=days), self.cycles)

    def at(self, time: timedelta, zone: tzinfo) -> int:
        """The moment at a time of this day [ms since 1970].

        As in Java, a time that summer time leaves out is moved behind the gap, and of two the earlier is taken.

        Args:
            time: since midnight.
            zone: whose clocks show it.
        """
        clock = datetime(self.date.year, self.date.month, self.date.day, tzinfo=zone) + time
        return (clock - _EPOCH) // _MILLISECOND + self.cycles * _CYCLE_MS


def day_of(year: int, month: int, day: int) -> Day:
    """A day by its numbers; a day that its month does not have is the month's last, as in Java.

    Raises:
        TimeError: no month has such a day, or no year such a month.

    Example:
        >>> day_of(2021, 2, 31).date
        datetime.date(2021, 2, 28)
    """
    if not (1 <= month <= 12 and 1 <= day <= 31 and abs(year) <= 999_999_999):
        raise TimeError(f"there is no day {year}-{month}-{day}")
    cycles = 0 if _CYCLE_YEARS <= year < 24 * _CYCLE_YEARS else year // _CYCLE_YEARS - 5
    shown = year - cycles * _CYCLE_YEARS
    following = date(shown + month // 12, month % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return Day(date(shown, month, min(day, last)), cycles)
