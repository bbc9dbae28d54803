"""Reads times by patterns of ``java.time``, such as ``yyyy-MM-dd HH:mm:ss VV``.

The table of letters is that of ``java.time.format.DateTimeFormatter`` (JDK 11, which the guide names). As there,
letters count by their number, texts are compared with their case, and a text has to follow the pattern to its
end. A pattern becomes one regular expression, of which no part is ever tried twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rules.sql.calendar import DAYS, MONTHS
from rules.sql.java_moment import Parts, moment_of
from rules.sql.zones import LONG_NAMES, TimeError

MAX_PATTERN: Final = 256
MAX_TEXT: Final = 1000
"""Characters of a pattern and of a time; a message can bring either along."""


@dataclass(frozen=True, slots=True)
class Field:
    """A letter, repeated ``width`` times, or with the letter "'" a literal text, or a bracket."""

    letter: str
    width: int
    text: str = ""


# One letter as often as it repeats, quoted text, a bracket, or anything else that is not reserved.
_FIELD: Final = re.compile(r"([A-Za-z])\1*|'((?:[^']|'')*)'|([\[\]])|[^A-Za-z'\[\]{}#]+")


def read_time(text: str, pattern: str) -> int:
    """The moment that a text tells [ms since 1970].

    What the text leaves out is the first of its kind, of 1970, in UTC.

    Args:
        text: the time as text.
        pattern: how it is written.

    Raises:
        TimeError: Java would refuse the pattern, the text does not follow it, or there is no such time.

    Example:
        >>> read_time("2020-04-03 09:45:18 UTC+01:00", "yyyy-MM-dd HH:mm:ss VV")
        1585903518000
    """
    expression, fields = _reader(pattern)
    match = expression.fullmatch(text) if len(text) <= MAX_TEXT else None
    if match is None:
        raise TimeError(f"{text!r} does not follow {pattern!r}")
    found: Parts = {}
    for field, part in zip(fields, match.groups(), strict=True):
        if part is not None:
            name, value = _value(field, part)
            # Two parts that say different things about one matter, as an hour of 3 and one of 4.
            if found.setdefault(name, value) != value:
                raise TimeError(f"{text!r} tells {name!r} in two ways")
    return moment_of(found)


@lru_cache(maxsize=256)
def _reader(pattern: str) -> tuple[re.Pattern[str], tuple[Field, ...]]:
    """The regular expression of a pattern's texts, and the field of each group in it."""
    if len(pattern) > MAX_PATTERN:
        raise TimeError(f"a time pattern of {len(pattern)} characters is longer than {MAX_PATTERN}")
    fields = list(_fields(pattern))
    parts, depth = [], 0
    for place, field in enumerate(fields):
        depth += {"[": 1, "]": -1}.get(field.letter, 0)
        if depth < 0:
            raise TimeError(f"a ']' closes nothing in {pattern!r}")
        parts.append(_expression(field, _digits_behind(fields, place)))
    # A bracket that nobody closes is closed by the end.
    parts.append(_CLOSED * depth)
    return re.compile("".join(parts), re.DOTALL), tuple([field for field in fields if field.letter not in "'[]"])


_OPENED: Final = "(?>(?:"
_CLOSED: Final = ")?)"


def _fields(pattern: str) -> Iterator[Field]:
    position = 0
    while position < len(pattern):
        match = _FIELD.match(pattern, position)
        if match is None:
            raise TimeError(f"{pattern[position]!r} cannot stand at {position} in {pattern!r}")
        position = match.end()
        letter, quoted, bracket = match.groups()
        if letter:
            yield Field(letter, len(match.group()))
        elif bracket:
            yield Field(bracket, 1)
        else:
            yield Field("'", 0, match.group() if quoted is None else quoted.replace("''", "'") or "'")


def _digits_behind(fields: list[Field], place: int) -> int:
    """How many digits follow a field at once, in fields of fixed width: none of them belongs to it."""
    digits = 0
    for field in fields[place + 1 :]:
        if (field.letter, field.width) != ("D", 3) and field.letter != "S" and not _is_two_digits(field):
            break
        digits += field.width
    return digits


def _is_two_digits(field: Field) -> bool:
    return field.width == 2 and field.letter in "yudHhKkmsMLQq"


def _expression(field: Field, behind: int) -> str:
    if field.letter == "'":
        return re.escape(field.text)
    if field.letter in "[]":
        return _OPENED if field.letter == "[" else _CLOSED
    kind = _KINDS.get(field.letter)
    expression = kind(field.width, behind) if kind else None
    if expression is None:
        raise TimeError(f"{field.letter * field.width!r} is no part of a time pattern")
    # Once a part has been read it stays as it is: Java never tries it another way.
    return f"((?>{expression}))"


Kind = Callable[[int, int], str | None]


def _digits(least: int, most: int, behind: int) -> str:
    """A row of digits that leaves those behind it alone."""
    # As in Java: what is fixed behind is taken off first.
    return rf"[0-9]{{{least},{most}}}" + (rf"(?=[0-9]{{{behind}}})" if behind else "")


def _number(width: int, behind: int) -> str | None:
    if width > 2:
        return None
    return "[0-9]{2}" if width == 2 else _digits(1, 19, behind)


def _year(width: int, behind: int) -> str:
    if width == 2:
        return "[0-9]{2}"
    if width < 4:
        return "-?" + _digits(width, 19, behind)
    if behind:
        return rf"-?[0-9]{{{width}}}(?=[0-9]{{{behind}}})"
    # More digits than the pattern has need their sign.
    return rf"-[0-9]{{{width},19}}|[+][0-9]{{{width + 1},19}}|[0-9]{{{width}}}(?![0-9])"


def _long_number(width: int, behind: int) -> str:
    return _digits(width, 19, behind)


def _day_of_year(width: int, behind: int) -> str | None:
    if width > 3:
        return None
    return _digits(1, 19, behind) if width == 1 else _digits(width, 3, behind)


def _fraction(width: int, _behind: int) -> str | None:
    return rf"[0-9]{{{width}}}" if width <= 9 else None


def _texts(names: tuple[str, ...], *, least: int) -> Kind:
    """Names in full with four letters, the first three characters of them with three."""

    def kind(width: int, behind: int) -> str | None:
        if width < least:
            return _number(width, behind)
        if width > 4:
            return None
        return "|".join(names if width == 4 else [name[:3] for name in names])

    return kind


def _quarter(width: int, behind: int) -> str | None:
    if width < 3:
        return _number(width, behind)
    return {3: "Q[1-4]", 4: "1st quarter|2nd quarter|3rd quarter|4th quarter"}.get(width)


def _era(width: int, _behind: int) -> str | None:
    return {4: "Anno Domini|Before Christ", 5: "A|B"}.get(width, "AD|BC" if width < 4 else None)


def _half(width: int, _behind: int) -> str | None:
    return "AM|PM" if width == 1 else None


_OFFSETS: Final = {
    1: "[+-][0-9]{2}(?:[0-9]{2})?",
    2: "[+-][0-9]{4}",
    3: "[+-][0-9]{2}:[0-9]{2}",
    4: "[+-][0-9]{4}(?:[0-9]{2})?",
    5: "[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?",
}
_LOCAL_OFFSET: Final = "GMT(?:[+-][0-9]{1,2}(?::[0-9]{2}(?::[0-9]{2})?)?)?"

_LONG_LOCAL_OFFSET: Final = "GMT(?:[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?"


def _offset(width: int, _behind: int) -> str | None:
    return _OFFSETS.get(width)


def _offset_or_z(width: int, _behind: int) -> str | None:
    return f"Z|{_OFFSETS[width]}" if width in _OFFSETS else None


def _rfc_offset(width: int, _behind: int) -> str | None:
    return {4: _LONG_LOCAL_OFFSET, 5: f"Z|{_OFFSETS[5]}"}.get(width, _OFFSETS[2] if width < 4 else None)


def _local_offset(width: int, _behind: int) -> str | None:
    return {1: _LOCAL_OFFSET, 4: _LONG_LOCAL_OFFSET}.get(width)


# An id such as Etc/GMT+5 has an offset in its name; the colon belongs to what follows UTC.
_OFFSET: Final = "[+-][0-9]{2}(?::[0-9]{2}(?::[0-9]{2})?)?"
_ZONE_ID: Final = rf"(?:UTC|GMT|UT){_OFFSET}|[A-Za-z][A-Za-z0-9~/._+\-]*"


def _zone_id(width: int, _behind: int) -> str | None:
    return f"{_ZONE_ID}|{_OFFSET}" if width == 2 else None


def _zone_name(width: int, _behind: int) -> str | None:
    return "|".join([*LONG_NAMES, _ZONE_ID]) if width <= 4 else None


_KINDS: Final[dict[str, Kind]] = {
    "G": _era,
    "y": _year,
    "u": _year,
    "Q": _quarter,
    "q": _quarter,
    "M": _texts(MONTHS, least=3),
    "L": _texts(MONTHS, least=3),
    "d": _number,
    "D": _day_of_year,
    "E": _texts(DAYS, least=1),
    "e": _texts(DAYS, least=3),
    "a": _half,
    "H": _number,
    "k": _number,
    "K": _number,
    "h": _number,
    "m": _number,
    "s": _number,
    "S": _fraction,
    "n": _long_number,
    "A": _long_number,
    "N": _long_number,
    "V": _zone_id,
    "z": _zone_name,
    "v": _zone_name,
    "O": _local_offset,
    "X": _offset_or_z,
    "x": _offset,
    "Z": _rfc_offset,
}


def _value(field: Field, part: str) -> tuple[str, int | str]:
    """What a part of the text tells: the matter, and its value."""
    letter = _SAME.get(field.letter, field.letter)
    # Two letters mean a year of this century.
    if letter in "yu" and field.width == 2:
        return "u", 2000 + int(part)
    if letter == "S":
        return "n", int(part.ljust(9, "0"))
    if letter in "XxZOzVv":
        return ("zone" if letter in "zVv" else "offset"), part
    if letter in "MEe" and part.isalpha():
        return ("M" if letter == "M" else "E"), _place(part, MONTHS if letter == "M" else DAYS)
    if letter == "e":
        # Numbers begin with Sunday in the United States, whose language this is.
        if not 1 <= int(part) <= 7:
            raise TimeError(f"no week has a day {part}")
        return "E", (int(part) + 5) % 7 + 1
    if letter == "Q":
        return "Q", int(re.sub("[^1-4]", "", part) or part)
    return letter, part if letter in "aG" else int(part)


_SAME: Final = {"L": "M", "q": "Q"}


def _place(part: str, names: tuple[str, ...]) -> int:
    return next(place for place, name in enumerate(names, 1) if name.startswith(part))
