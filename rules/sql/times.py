"""Time patterns of Java, such as ``yyyy-MM-dd HH:mm:ss.SSS``.

A pattern is a row of fields: a letter says which, its count how wide. Each field is declared once, with how
it is written and, where a text can be read back, the pattern of its text. English names only: the engine's
answer must not depend on where it runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

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

# Abbreviations that Java reads and the zone database does not know.
_JAVA_ZONES: Final = {
    "Z": "UTC",
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "EDT": "America/New_York",
    "MDT": "America/Denver",
}


class PatternError(ValueError):
    """A pattern that Java would refuse, or a text that does not follow it."""


@dataclass(frozen=True, slots=True)
class Field:
    """A letter, repeated ``width`` times; the letter "'" stands for literal text."""

    letter: str
    width: int
    text: str = ""


# One letter as often as it repeats, quoted text, or anything that is neither.
_FIELD: Final = re.compile(r"([A-Za-z])\1*|'((?:[^']|'')*)'|[^A-Za-z']+")


@lru_cache(maxsize=256)
def fields_of(pattern: str) -> tuple[Field, ...]:
    """The fields of a pattern; quoted text stands for itself, a doubled quote for a quote."""
    found = []
    position = 0
    while position < len(pattern):
        match = _FIELD.match(pattern, position)
        if match is None:
            raise PatternError(f"the quote at {position} in {pattern!r} is never closed")
        found.append(_field(match))
        position = match.end()
    return tuple(found)


def _field(match: re.Match[str]) -> Field:
    letter, quoted = match.groups()
    if letter:
        return Field(letter, len(match.group()))
    if quoted is None:
        return Field("'", 0, match.group())
    return Field("'", 0, quoted.replace("''", "'") or "'")


def zone_named(name: str) -> tzinfo:
    """The time zone with an id (``America/Belize``), an offset (``+05:30``) or an abbreviation."""
    # A sign, one or two digits of hours, and minutes with or without a colon.
    offset = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", name)
    if offset:
        sign, hours, minutes = offset.groups()
        span = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(-span if sign == "-" else span)
    if name in ("UTC", "GMT", "Z"):
        return UTC
    try:
        return ZoneInfo(_JAVA_ZONES.get(name, name))
    # The zone database raises any of these: an unknown name, a path out of it, a folder.
    except (KeyError, ValueError, OSError) as error:
        raise PatternError(f"{name!r} is no time zone") from error


# ---- writing


def write_time(pattern: str, moment: datetime, zone: str) -> str:
    """A moment as a pattern shows it; the zone is the id that the caller asked for."""
    return "".join([_written(field, moment, zone) for field in fields_of(pattern)])


def _written(field: Field, moment: datetime, zone: str) -> str:
    if field.letter == "'":
        return field.text
    # The zone of a datetime cannot tell the id it was asked by.
    if field.letter in "zV":
        return zone if field.letter == "V" else _zone_name(moment, zone)
    write = _WRITERS.get(field.letter)
    if write is None:
        raise PatternError(f"{field.letter!r} is no letter of a time pattern")
    return write(moment, field.width)


def _zone_name(moment: datetime, zone: str) -> str:
    return "UTC" if moment.tzinfo is UTC else (moment.tzname() or zone)


def _padded(read: Callable[[datetime], int]) -> Callable[[datetime, int], str]:
    return lambda moment, width: f"{read(moment):0{width}d}"


def _name(name: str, width: int) -> str:
    return name if width >= 4 else name[:3]


def _year(moment: datetime, width: int) -> str:
    return f"{moment.year % 100:02d}" if width == 2 else f"{moment.year:0{width}d}"


def _month(moment: datetime, width: int) -> str:
    return _name(MONTHS[moment.month - 1], width) if width >= 3 else f"{moment.month:0{width}d}"


def _fraction(moment: datetime, width: int) -> str:
    return f"{moment.microsecond:06d}".ljust(width, "0")[:width]


def _offset(moment: datetime, width: int) -> str:
    text = moment.strftime("%z")[:5]
    return text if width == 1 else f"{text[:3]}:{text[3:]}"


def _iso_offset(moment: datetime, width: int) -> str:
    if not moment.utcoffset():
        return "Z"
    return _offset(moment, 2 if width == 3 else 1)[: 3 if width == 1 else None]


_WRITERS: Final[dict[str, Callable[[datetime, int], str]]] = {
    "G": lambda _moment, width: "Anno Domini" if width == 4 else "AD",
    "y": _year,
    "u": _year,
    "Y": _year,
    "M": _month,
    "L": _month,
    "d": _padded(lambda moment: moment.day),
    "D": _padded(lambda moment: moment.timetuple().tm_yday),
    "E": lambda moment, width: _name(DAYS[moment.weekday()], width),
    "e": _padded(lambda moment: moment.isoweekday()),
    "x": _padded(lambda moment: moment.isocalendar().year),
    "w": _padded(lambda moment: moment.isocalendar().week),
    "a": lambda moment, _width: "AM" if moment.hour < 12 else "PM",
    "H": _padded(lambda moment: moment.hour),
    "k": _padded(lambda moment: moment.hour or 24),
    "K": _padded(lambda moment: moment.hour % 12),
    "h": _padded(lambda moment: moment.hour % 12 or 12),
    "m": _padded(lambda moment: moment.minute),
    "s": _padded(lambda moment: moment.second),
    "S": _fraction,
    "Z": _offset,
    "X": _iso_offset,
}


# ---- reading

_NUMERIC: Final = "yuMLdDHhkKmsS"
_NAMES: Final = {"M": MONTHS, "L": MONTHS, "E": DAYS}
_TEXTS: Final = {
    "a": "AM|PM",
    "G": "AD|Anno Domini",
    "z": r"[A-Za-z][A-Za-z0-9_/+\-]*",
    "V": r"[A-Za-z][A-Za-z0-9_/+\-]*",
    "Z": r"[+-]\d{2}:?\d{2}",
    "X": r"Z|[+-]\d{2}(?::?\d{2})?",
    "x": r"[+-]\d{2}(?::?\d{2})?",
}


@lru_cache(maxsize=256)
def _reader(pattern: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """The regular expression of a pattern's texts, and the letter of each group in it."""
    parts, letters = [], []
    for field in fields_of(pattern):
        if field.letter == "'":
            parts.append(re.escape(field.text))
        else:
            parts.append(f"({_text_of(field)})")
            letters.append(field.letter)
    return re.compile("".join(parts), re.IGNORECASE | re.ASCII), tuple(letters)


def _text_of(field: Field) -> str:
    if field.letter in _NAMES and (field.width >= 3 or field.letter == "E"):
        return "|".join(_name(name, field.width) for name in _NAMES[field.letter])
    if field.letter in _NUMERIC:
        if field.letter in "yu" and field.width != 2:
            return r"\d{4}"
        return rf"\d{{{field.width}}}" if field.width > 1 else r"\d{1,2}"
    if field.letter not in _TEXTS:
        raise PatternError(f"{field.letter!r} is no letter that a time can be read by")
    return _TEXTS[field.letter]


def read_time(text: str, pattern: str) -> datetime:
    """The moment that a text tells; what the pattern leaves out is the start of 1970, in UTC.

    Raises:
        ValueError: the text does not follow the pattern, or there is no such day.
    """
    expression, letters = _reader(pattern)
    match = expression.fullmatch(text)
    if match is None:
        raise PatternError(f"{text!r} does not follow {pattern!r}")
    parts = dict(zip(letters, match.groups(), strict=True))
    moment = datetime(_year_of(parts), _month_of(parts), int(parts.get("d", "1")), tzinfo=_zone_of(parts))
    if "D" in parts:
        moment = moment.replace(month=1, day=1) + timedelta(days=int(parts["D"]) - 1)
    return moment.replace(
        hour=_hour_of(parts),
        minute=int(parts.get("m", "0")),
        second=int(parts.get("s", "0")),
        microsecond=int(parts.get("S", "0").ljust(6, "0")[:6]),
    )


def _year_of(parts: dict[str, str]) -> int:
    year = parts.get("y") or parts.get("u") or "1970"
    return 2000 + int(year) if len(year) == 2 else int(year)


def _month_of(parts: dict[str, str]) -> int:
    month = parts.get("M") or parts.get("L") or "1"
    if month.isdigit():
        return int(month)
    return next(number for number, name in enumerate(MONTHS, 1) if name.lower().startswith(month.lower()[:3]))


def _hour_of(parts: dict[str, str]) -> int:
    if "H" in parts or "k" in parts:
        return int(parts.get("H") or parts["k"]) % 24 if "k" in parts else int(parts["H"])
    half = 12 if parts.get("a", "").upper() == "PM" else 0
    return int(parts.get("h") or parts.get("K") or "0") % 12 + half


def _zone_of(parts: dict[str, str]) -> tzinfo:
    name = next((parts[letter] for letter in "zVZXx" if letter in parts), "UTC")
    return zone_named(name)
