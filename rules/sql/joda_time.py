"""Writes times by patterns of Joda-Time, such as ``yyyy-MM-dd HH:mm:ss.SSS``.

A letter says which part of the time stands there, and how often it is repeated how it is written: the table of
Joda-Time's ``DateTimeFormat``. English names only: an answer must not depend on where it is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Final

from rules.sql.calendar import DAYS, MONTHS, LocalTime, local_time
from rules.sql.zones import TimeError, joda_id, joda_zone, long_name, offset_text, short_name

MAX_PATTERN: Final = 1000
"""Characters of a pattern; a message can bring one along."""

Part = Callable[[LocalTime, str], str]

# One letter as often as it repeats, a doubled quote for a quote, quoted text, or anything that is none of these.
_FIELD: Final = re.compile(r"([A-Za-z])\1*|'(')|'((?:[^']|'')*)(?:'|\Z)|[^A-Za-z']+")


def write_time(pattern: str, milliseconds: int, zone: str) -> str:
    """A moment as a pattern shows it.

    Args:
        pattern: the pattern.
        milliseconds: the moment [ms since 1970].
        zone: the id of a time zone.

    Raises:
        TimeError: the pattern or the zone does not exist, or the moment is beyond 64 bits.

    Example:
        >>> write_time("yyyy.MM.dd G 'at' HH:mm:ss z", 100_000_000, "America/Belize")
        '1970.01.01 AD at 21:46:40 CST'
    """
    time = local_time(milliseconds, joda_zone(zone))
    return "".join([part(time, zone) for part in _parts(pattern)])


@lru_cache(maxsize=256)
def _parts(pattern: str) -> tuple[Part, ...]:
    if not 0 < len(pattern) <= MAX_PATTERN:
        raise TimeError(f"a time pattern has 1 to {MAX_PATTERN} characters, not {len(pattern)}")
    # A lone quote opens a text that nothing follows: Joda-Time has nothing to write then.
    if pattern == "'":
        raise TimeError("a quote alone is no time pattern")
    return tuple([_part(match) for match in _FIELD.finditer(pattern)])


def _part(match: re.Match[str]) -> Part:
    letter, quote, quoted = match.groups()
    if letter is None:
        text = quote or (match.group() if quoted is None else quoted.replace("''", "'"))
        return lambda _time, _zone: text
    make = _LETTERS.get(letter)
    if make is None:
        raise TimeError(f"{letter!r} is no letter of a time pattern")
    return make(len(match.group()))


def _number(read: Callable[[LocalTime], int]) -> Callable[[int], Part]:
    return lambda width: lambda time, _zone: _padded(read(time), width)


def _padded(number: int, width: int) -> str:
    return f"{'-' if number < 0 else ''}{abs(number):0{width}d}"


def _year(read: Callable[[LocalTime], int]) -> Callable[[int], Part]:
    """A year, of which two letters show two digits."""

    def make(width: int) -> Part:
        if width == 2:
            return lambda time, _zone: f"{abs(read(time)) % 100:02d}"
        return lambda time, _zone: _padded(read(time), width)

    return make


def _year_of_era(time: LocalTime) -> int:
    return time.year if time.year > 0 else 1 - time.year


def _year_of_era_part(width: int) -> Part:
    # Two letters of either year mean the same.
    return _year(lambda time: time.year if width == 2 else _year_of_era(time))(width)


def _month(width: int) -> Part:
    if width < 3:
        return lambda time, _zone: _padded(time.clock.month, width)
    return lambda time, _zone: _shortened(MONTHS[time.clock.month - 1], width)


def _day_name(width: int) -> Part:
    return lambda time, _zone: _shortened(DAYS[time.clock.weekday()], width)


def _shortened(name: str, width: int) -> str:
    return name if width >= 4 else name[:3]


def _fraction(width: int) -> Part:
    # Joda-Time has no more than 15 digits of a second; all behind the third are zeros.
    return lambda time, _zone: f"{time.clock.microsecond // 1000:03d}".ljust(min(width, 15), "0")[:width]


def _zone_name(width: int) -> Part:
    return lambda time, zone: (long_name if width >= 4 else short_name)(time.clock, zone)


def _offset(width: int) -> Part:
    if width >= 3:
        return lambda time, zone: joda_id(time.clock, zone)
    return lambda time, _zone: offset_text(time.clock, colon=width == 2)


def _half(clock: datetime) -> str:
    return "AM" if clock.hour < 12 else "PM"


_LETTERS: Final[dict[str, Callable[[int], Part]]] = {
    "G": lambda _width: lambda time, _zone: "AD" if time.year > 0 else "BC",
    # Of ISO years, which have no gap between the eras.
    "C": _number(lambda time: abs(time.year) // 100),
    "Y": _year_of_era_part,
    "x": _year(lambda time: time.week_year),
    "w": _number(lambda time: time.clock.isocalendar().week),
    "e": _number(lambda time: time.clock.isoweekday()),
    "E": _day_name,
    "y": _year(lambda time: time.year),
    "D": _number(lambda time: time.clock.timetuple().tm_yday),
    "M": _month,
    "d": _number(lambda time: time.clock.day),
    "a": lambda _width: lambda time, _zone: _half(time.clock),
    "K": _number(lambda time: time.clock.hour % 12),
    "h": _number(lambda time: time.clock.hour % 12 or 12),
    "H": _number(lambda time: time.clock.hour),
    "k": _number(lambda time: time.clock.hour or 24),
    "m": _number(lambda time: time.clock.minute),
    "s": _number(lambda time: time.clock.second),
    "S": _fraction,
    "z": _zone_name,
    "Z": _offset,
}
