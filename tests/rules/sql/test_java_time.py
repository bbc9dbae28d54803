"""Patterns of ``java.time``; the moments are those that a JDK 17 reads."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sql.java_time import MAX_PATTERN, MAX_TEXT, read_time
from rules.sql.joda_time import write_time
from rules.sql.zones import TimeError


def _ms(*numbers: int) -> int:
    return int(datetime(*numbers, tzinfo=UTC).timestamp()) * 1000  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("text", "pattern", "milliseconds"),
    [
        # The three examples of the guide (iot-sql-functions, time_to_epoch).
        ("2020-04-03 09:45:18 UTC+01:00", "yyyy-MM-dd HH:mm:ss VV", 1585903518000),
        ("18 December 2015", "dd MMMM yyyy", 1450396800000),
        ("2007-12-03 10:15:30.592 America/Los_Angeles", "yyyy-MM-dd HH:mm:ss.SSS z", 1196705730592),
        ("3 Jan 20", "d MMM yy", _ms(2020, 1, 3)),
        ("20200103150405", "yyyyMMddHHmmss", _ms(2020, 1, 3, 15, 4, 5)),
        ("2020003", "yyyyDDD", _ms(2020, 1, 3)),
        ("2020-01-03T15:04:05.123456789", "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS", _ms(2020, 1, 3, 15, 4, 5) + 123),
        ("Fri, 03 Jan 2020", "EEE, dd MMM yyyy", _ms(2020, 1, 3)),
        ("2020-01-03 12:04 AM", "yyyy-MM-dd hh:mm a", _ms(2020, 1, 3, 0, 4)),
        ("2020-01-03 24:04", "yyyy-MM-dd kk:mm", _ms(2020, 1, 3, 0, 4)),
        ("2020-01-03 24:00", "yyyy-MM-dd HH:mm", _ms(2020, 1, 4)),
        ("2021-02-31", "yyyy-MM-dd", _ms(2021, 2, 28)),
        ("2020-Q2", "yyyy-QQQ", _ms(2020, 4, 1)),
        ("2020-01-03 1", "yyyy-MM-dd[ H]", _ms(2020, 1, 3, 1)),
        ("2020-01-03", "yyyy-MM-dd[ HH[:mm]]", _ms(2020, 1, 3)),
        ("0044-03-15 BC", "yyyy-MM-dd G", -63517824000000),
        ("-0043-03-15", "uuuu-MM-dd", -63517824000000),
        ("+12020-01-01", "yyyy-MM-dd", 317147356800000),
        ("2020-01-03 54245000", "yyyy-MM-dd A", _ms(2020, 1, 3, 15, 4, 5)),
        ("1:2:3", "H:m:s", 3723000),
    ],
)
def test_reading(text: str, pattern: str, milliseconds: int) -> None:
    """A text that follows its pattern tells a moment."""
    assert read_time(text, pattern) == milliseconds


@pytest.mark.parametrize(
    ("zone", "letters", "hour"),
    [
        ("Z", "X", 12),
        ("-05", "X", 17),
        ("-0530", "x", 17.5),
        ("-05:00", "XXX", 17),
        ("-0500", "Z", 17),
        ("GMT-5", "O", 17),
        ("GMT-05:00", "OOOO", 17),
        ("EST", "z", 17),
        ("Eastern Standard Time", "zzzz", 17),
        ("America/New_York", "VV", 17),
        ("-05:00", "VV", 17),
        ("Etc/GMT+5", "VV", 17),
        ("+01:00 Europe/Paris", "XXX VV", 11),
    ],
)
def test_zones(zone: str, letters: str, hour: float) -> None:
    """Noon somewhere is another hour in UTC."""
    assert read_time(f"2020-01-03 12:00 {zone}", f"yyyy-MM-dd HH:mm {letters}") == _ms(2020, 1, 3) + hour * 3600_000


@pytest.mark.parametrize(("text", "utc"), [("02:30", (7, 30)), ("01:30", (6, 30))])
def test_the_hour_that_summer_time_leaves_out(text: str, utc: tuple[int, int]) -> None:
    """On 8 March 2020 New York had no half past two: as in Java, it is half past three in summer time."""
    assert read_time(f"2020-03-08 {text} America/New_York", "yyyy-MM-dd HH:mm VV") == _ms(2020, 3, 8, *utc)


def test_the_hour_that_comes_twice() -> None:
    """On 1 November 2020 New York had two half past one: as in Java, the first of them is meant."""
    assert read_time("2020-11-01 01:30 America/New_York", "yyyy-MM-dd HH:mm VV") == _ms(2020, 11, 1, 5, 30)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("2020", "yyyy-MM"),
        ("2020-13-01", "yyyy-MM-dd"),
        ("2020-01-32", "yyyy-MM-dd"),
        ("12020-01-01", "yyyy-MM-dd"),
        ("2020-01-03 25:00", "yyyy-MM-dd HH:mm"),
        ("2020-01-03 24:01", "yyyy-MM-dd HH:mm"),
        ("2020-01-03 13:00 PM", "yyyy-MM-dd hh:mm a"),
        ("2020-01-03 13:00 AM", "yyyy-MM-dd HH:mm a"),
        ("Thu 2020-01-03", "E yyyy-MM-dd"),
        ("18 december 2015", "dd MMMM yyyy"),
        ("2020-01-03 pm", "yyyy-MM-dd a"),
        ("2019-366", "yyyy-DDD"),
        ("0000-01-01", "yyyy-MM-dd"),
        ("2020-01-03 +19:00", "yyyy-MM-dd XXX"),
        ("2020-01-03 Nowhere/City", "yyyy-MM-dd VV"),
        ("2020-01-03T00", "yyyy-MM-ddTHH"),
        ("2020", "YYYY"),
        ("2020]", "yyyy]"),
        ("x", "'x"),
        ("{", "{"),
        ("1" * (MAX_TEXT + 1), "u"),
        ("2020", "y" * (MAX_PATTERN + 1)),
        ("1234567890", "SSSSSSSSSS"),
        ("3 4", "H H"),
        ("9", "e"),
    ],
)
def test_texts_that_tell_no_time(text: str, pattern: str) -> None:
    """Wrong texts, impossible times, patterns that Java refuses and unknown zones are TimeErrors."""
    with pytest.raises(TimeError):
        read_time(text, pattern)


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_what_is_written_reads_back(milliseconds: int) -> None:
    """A full pattern, which both kinds of patterns have in common, loses nothing."""
    pattern = "yyyy-MM-dd'T'HH:mm:ss.SSS"

    assert read_time(write_time(pattern, milliseconds, "UTC"), pattern) == milliseconds


@given(st.text(max_size=30), st.text("yuMdHhmsSazZXEGDVOknAN[]' -:", max_size=30))
def test_any_pattern_reads_or_is_refused(text: str, pattern: str) -> None:
    """No pattern does anything else."""
    with contextlib.suppress(TimeError):
        assert isinstance(read_time(text, pattern), int)


def test_no_pattern_takes_long() -> None:
    """Optional parts that could each take any digit are never tried in all their ways: this ends at once."""
    with pytest.raises(TimeError):
        read_time("1" * 900 + "x", "[H][m][s][H][m][s][H][m][s][H][m][s]" * 7)
