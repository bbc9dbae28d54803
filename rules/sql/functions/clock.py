"""Functions that write and read times.

``parse_time`` takes the patterns of Joda-Time, ``time_to_epoch`` those of ``java.time``; the letters that
both share mean the same. A pattern with an unknown letter gives Undefined.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from rules.sql.conversions import to_text, to_whole
from rules.sql.functions.registry import function
from rules.sql.times import PatternError, read_time, write_time, zone_named
from rules.sql.values import UNDEFINED, Value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@function("parse_time", takes=(to_text, to_whole, to_text), optional=1)
def parse_time(pattern: str, milliseconds: int, zone: str = "UTC") -> Value:
    """A time [ms since 1970] as text.

    Example:
        >>> parse_time("yyyy-MM-dd HH:mm:ss.SSS", 1481825251155)
        '2016-12-15 18:07:31.155'
    """
    try:
        moment = _EPOCH + timedelta(milliseconds=milliseconds)
        return write_time(pattern, moment.astimezone(zone_named(zone)), zone)
    except (PatternError, OverflowError, ValueError):
        return UNDEFINED


@function("time_to_epoch", takes=(to_text, to_text))
def time_to_epoch(text: str, pattern: str) -> Value:
    """The time that a text tells [ms since 1970]; in UTC unless the text names a zone.

    Example:
        >>> time_to_epoch("18 December 2015", "dd MMMM yyyy")
        1450396800000
    """
    try:
        return (read_time(text, pattern) - _EPOCH) // timedelta(milliseconds=1)
    except (PatternError, OverflowError, ValueError):
        return UNDEFINED
