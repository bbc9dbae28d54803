"""Functions that write and read times.

``parse_time`` takes the patterns of Joda-Time, ``time_to_epoch`` those of ``java.time``: the guide names both,
and the same letter can mean two things. What is no time, pattern or zone gives Undefined.
"""

from __future__ import annotations

from rules.sql.conversions import to_text, to_whole
from rules.sql.functions.registry import function
from rules.sql.java_time import read_time
from rules.sql.joda_time import write_time
from rules.sql.values import UNDEFINED, Value
from rules.sql.zones import TimeError


@function("parse_time", takes=(to_text, to_whole, to_text), optional=1)
def parse_time(pattern: str, milliseconds: int, zone: str = "UTC") -> Value:
    """A time [ms since 1970] as text.

    Example:
        >>> parse_time("yyyy-MM-dd HH:mm:ss.SSS", 1481825251155)
        '2016-12-15 18:07:31.155'
    """
    try:
        return write_time(pattern, milliseconds, zone)
    except TimeError:
        return UNDEFINED


@function("time_to_epoch", takes=(to_text, to_text))
def time_to_epoch(text: str, pattern: str) -> Value:
    """The time that a text tells [ms since 1970]; in UTC unless the text names a zone.

    Example:
        >>> time_to_epoch("18 December 2015", "dd MMMM yyyy")
        1450396800000
    """
    try:
        return read_time(text, pattern)
    except TimeError:
        return UNDEFINED
