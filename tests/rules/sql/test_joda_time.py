"""Patterns of Joda-Time; the texts are those that Joda-Time 2.12.7 prints on a JDK 17 with English names."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sql.joda_time import MAX_PATTERN, write_time
from rules.sql.zones import TimeError

# Friday, 3 January 2020, 20:04:05.678 UTC: 15:04 in New York.
MOMENT = 1578081845678
NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("yyyy-MM-dd'T'HH:mm:ss.SSSZZ", "2020-01-03T15:04:05.678-05:00"),
        ("yy xx YY", "20 20 20"),
        ("d MMM y", "3 Jan 2020"),
        ("EEEE, MMMM d", "Friday, January 3"),
        ("E EEE", "Fri Fri"),
        ("h:mm a", "3:04 PM"),
        ("KK kk", "03 15"),
        ("DDD", "003"),
        ("xxxx-'W'ww-e", "2020-W01-5"),
        ("G C YYYYY", "AD 20 02020"),
        ("z Z ZZ ZZZ", "EST -0500 -05:00 America/New_York"),
        ("zzzz", "Eastern Standard Time"),
        ("SSSSSS S", "678000 6"),
        ("'o''clock'", "o'clock"),
        ("'' '''' 'open", "' '' open"),
        ("[]{}#é", "[]{}#é"),
    ],
)
def test_letters(pattern: str, text: str) -> None:
    """Each letter shows its part of the moment, in the zone that was asked for."""
    assert write_time(pattern, MOMENT, NEW_YORK) == text


@pytest.mark.parametrize(
    ("pattern", "milliseconds", "text"),
    [
        ("yyyy Y YYYY C G yy x", -(10**14), "-1199 1200 1200 11 BC 99 -1199"),
        ("yyyy y C G", 10**15, "33658 33658 336 AD"),
        ("y", 2**63 - 1, "292278994"),
        ("yyyy-MM-dd HH:mm:ss.SSS", -1, "1969-12-31 23:59:59.999"),
        ("k K h H", 0, "24 0 12 0"),
    ],
)
def test_years_beyond_those_of_python(pattern: str, milliseconds: int, text: str) -> None:
    """Any 64-bit number of milliseconds has a date, before our era as well."""
    assert write_time(pattern, milliseconds, "UTC") == text


def test_offsets_of_before_there_were_zones() -> None:
    """New York's clocks were 4:56:02 behind; Java drops the seconds and takes today's abbreviation."""
    assert write_time("Z ZZ z", -(10**13), NEW_YORK) == "-0456 -04:56 EST"


@pytest.mark.parametrize("pattern", ["", "'", "T", "u", "X", "L", "V", "yyyy-MM-ddTHH", "y" * (MAX_PATTERN + 1)])
def test_patterns_that_joda_refuses(pattern: str) -> None:
    """Letters of ``java.time`` and unquoted text are none of Joda-Time's."""
    with pytest.raises(TimeError):
        write_time(pattern, 0, "UTC")


@pytest.mark.parametrize("milliseconds", [2**63, -(2**63) - 1, 10**40])
def test_moments_beyond_64_bits(milliseconds: int) -> None:
    """Java has no such moment."""
    with pytest.raises(TimeError, match="64 bits"):
        write_time("y", milliseconds, "UTC")


@given(st.text("GCYxweEyDMdaKhHkmsSzZ'-: T", max_size=12), st.integers(-(2**64), 2**64))
def test_any_pattern_writes_or_is_refused(pattern: str, milliseconds: int) -> None:
    """No pattern does anything else, at no moment."""
    with contextlib.suppress(TimeError):
        assert isinstance(write_time(pattern, milliseconds, "Europe/Berlin"), str)
