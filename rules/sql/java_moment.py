"""From the parts of a time to its moment, as the SMART resolver of ``java.time`` goes about it."""

from __future__ import annotations

from datetime import UTC, timedelta, tzinfo
from typing import Final, TypeAlias

from rules.sql.calendar import Day, day_of
from rules.sql.zones import TimeError, java_zone

Parts: TypeAlias = dict[str, int | str]
"""What a text tells, by the letter of a time pattern; offsets and zones by their names."""

_NANOSECONDS: Final = 10**9
_DAY_NS: Final = 86_400 * _NANOSECONDS

# The largest number of each part; all but these begin with 0.
_MOST: Final = {"H": 24, "k": 24, "K": 11, "h": 12, "m": 59, "s": 59, "n": _NANOSECONDS - 1}
_FROM_ONE: Final = frozenset("kh")


def moment_of(parts: Parts) -> int:
    """The moment that the parts of a time make [ms since 1970].

    What is missing is the first of its kind, of 1970, in UTC.

    Raises:
        TimeError: there is no such time, or the parts disagree.

    Example:
        >>> moment_of({"u": 1970, "M": 1, "d": 2, "h": 1, "a": "PM"})
        133200000
    """
    nanoseconds = _time_of_day(parts)
    days, rest = divmod(nanoseconds, _DAY_NS)
    day = _checked(_day(parts), parts).later(days)
    try:
        return day.at(timedelta(microseconds=rest // 1000), _zone(parts))
    # A zone may lead out of the years that Python has.
    except OverflowError as error:
        raise TimeError("the time is beyond all calendars") from error


def _number(parts: Parts, letter: str, missing: int) -> int:
    return int(parts.get(letter, missing))


def _day(parts: Parts) -> Day:
    year = _year(parts)
    if "D" in parts:
        number = _number(parts, "D", 1)
        if not 1 <= number <= 366 or (number == 366 and _month_length(year, 2) == 28):
            raise TimeError(f"year {year} has no day {number}")
        return day_of(year, 1, 1).later(number - 1)
    quarter = _number(parts, "Q", 1)
    if not 1 <= quarter <= 4:
        raise TimeError(f"no year has a quarter {quarter}")
    return day_of(year, _number(parts, "M", quarter * 3 - 2), _number(parts, "d", 1))


def _month_length(year: int, month: int) -> int:
    return day_of(year, month, 31).date.day


def _year(parts: Parts) -> int:
    is_before = str(parts.get("G", "A")).startswith("B")
    if "y" not in parts:
        year = _number(parts, "u", 1970)
        if "G" in parts and is_before == (year > 0):
            raise TimeError(f"the year {year} is not in the era that is named")
        return year
    year = _number(parts, "y", 1)
    if year < 1:
        raise TimeError(f"no era has a year {year}")
    year = 1 - year if is_before else year
    if parts.get("u", year) != year:
        raise TimeError(f"the years {year} and {parts['u']} disagree")
    return year


def _checked(day: Day, parts: Parts) -> Day:
    """The day, unless other parts of the text say that it is another."""
    date = day.date
    told = {"E": date.isoweekday(), "M": date.month, "Q": (date.month + 2) // 3}
    # Only a whole date can be compared: the day of the week alone does not make one.
    is_whole = "D" in parts or "d" in parts
    for letter, value in told.items():
        if is_whole and letter in parts and parts[letter] != value:
            raise TimeError(f"{letter!r} is {parts[letter]}, yet the day makes it {value}")
    if "D" in parts and "d" in parts and parts["d"] != date.day:
        raise TimeError("the day of the year and that of the month disagree")
    return day


def _time_of_day(parts: Parts) -> int:
    """The time since midnight [ns]; 24:00 is the end of a day."""
    for letter, most in _MOST.items():
        least = 1 if letter in _FROM_ONE else 0
        if letter in parts and not least <= _number(parts, letter, 0) <= most:
            raise TimeError(f"{letter!r} is {least} to {most}, not {parts[letter]}")
    told = {_of_day(parts, letter, size) for letter, size in _OF_DAY.items() if letter in parts}
    if not told or not _CLOCK.isdisjoint(parts):
        told.add(_clock(parts))
    if len(told) > 1:
        raise TimeError("the times of the day disagree")
    return told.pop()


# Units of the letters that count from midnight [ns], and the letters of a clock.
_OF_DAY: Final = {"N": 1, "A": 1_000_000}
_CLOCK: Final = frozenset("HkKhmsn")


def _of_day(parts: Parts, letter: str, size: int) -> int:
    nanoseconds = _number(parts, letter, 0) * size
    if nanoseconds >= _DAY_NS:
        raise TimeError("no day has more than 24 hours")
    return nanoseconds


def _clock(parts: Parts) -> int:
    """What the hands of a clock tell [ns]."""
    seconds = _hour(parts) * 3600 + _number(parts, "m", 0) * 60 + _number(parts, "s", 0)
    total = seconds * _NANOSECONDS + _number(parts, "n", 0)
    if total > _DAY_NS:
        raise TimeError("no day has more than 24 hours")
    return total


def _hour(parts: Parts) -> int:
    hours = set()
    if "H" in parts:
        hours.add(_number(parts, "H", 0))
    if "k" in parts:
        hours.add(_number(parts, "k", 0) % 24)
    if "h" in parts or "K" in parts:
        half = 12 if parts.get("a") == "PM" else 0
        hours.update(_number(parts, letter, 0) % 12 + half for letter in "hK" if letter in parts)
    if len(hours) > 1:
        raise TimeError("the hours disagree")
    hour = hours.pop() if hours else 0
    if "a" in parts and not {"H", "k"}.isdisjoint(parts) and (hour % 24 >= 12) != (parts["a"] == "PM"):
        raise TimeError(f"hour {hour} is not in the half of the day that is named")
    return hour


def _zone(parts: Parts) -> tzinfo:
    """The offset where there is one, else the zone: an offset tells two equal times of autumn apart."""
    name = parts.get("offset") or parts.get("zone")
    return UTC if name is None else java_zone(str(name))
