"""Java's time patterns; expected texts are worked out by hand from what each letter means."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sql.times import PatternError, read_time, write_time, zone_named

# Friday, 3 January 2020, 15:04:05.678 in New York, which is five hours behind UTC in winter.
MOMENT = datetime(2020, 1, 3, 20, 4, 5, 678000, tzinfo=UTC)
NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("yyyy-MM-dd'T'HH:mm:ss.SSSZZ", "2020-01-03T15:04:05.678-05:00"),
        ("yy", "20"),
        ("d MMM y", "3 Jan 2020"),
        ("EEEE, MMMM d", "Friday, January 3"),
        ("EEE", "Fri"),
        ("h:mm a", "3:04 PM"),
        ("KK kk", "03 15"),
        ("DDD", "003"),
        ("xxxx-'W'ww-e", "2020-W01-5"),
        ("G", "AD"),
        ("z Z", "EST -0500"),
        ("X XX XXX", "-05 -0500 -05:00"),
        ("SSSSSS S", "678000 6"),
        ("'o''clock'", "o'clock"),
        ("''", "'"),
        ("VV", NEW_YORK),
    ],
)
def test_writing(pattern: str, text: str) -> None:
    """Each letter shows its part of the moment, in the zone that was asked for."""
    assert write_time(pattern, MOMENT.astimezone(zone_named(NEW_YORK)), NEW_YORK) == text


@pytest.mark.parametrize(
    ("text", "pattern", "moment"),
    [
        ("2020-01-03", "yyyy-MM-dd", datetime(2020, 1, 3, tzinfo=UTC)),
        ("3 jan 20", "d MMM yy", datetime(2020, 1, 3, tzinfo=UTC)),
        ("03:04 PM", "hh:mm a", datetime(1970, 1, 1, 15, 4, tzinfo=UTC)),
        ("12:04 am", "hh:mm a", datetime(1970, 1, 1, 0, 4, tzinfo=UTC)),
        ("24:00", "kk:mm", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2020-003", "yyyy-DDD", datetime(2020, 1, 3, tzinfo=UTC)),
        ("2020-01-03 15:04 -05:00", "yyyy-MM-dd HH:mm XXX", datetime(2020, 1, 3, 20, 4, tzinfo=UTC)),
        ("2020-01-03 15:04 EST", "yyyy-MM-dd HH:mm z", datetime(2020, 1, 3, 20, 4, tzinfo=UTC)),
        ("2020-07-03 15:04 PDT", "yyyy-MM-dd HH:mm z", datetime(2020, 7, 3, 22, 4, tzinfo=UTC)),
        ("2020-01-03T00:00:00Z", "yyyy-MM-dd'T'HH:mm:ssX", datetime(2020, 1, 3, tzinfo=UTC)),
    ],
)
def test_reading(text: str, pattern: str, moment: datetime) -> None:
    """What the text leaves out is the start of 1970 in UTC."""
    assert read_time(text, pattern) == moment


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("2020", "yyyy-MM"),
        ("2020-13", "yyyy-MM"),
        ("2020-02-30", "yyyy-MM-dd"),
        ("x", "q"),
        ("x", "'x"),
        ("Nowhere/City", "z"),
    ],
)
def test_texts_that_tell_no_time(text: str, pattern: str) -> None:
    """Wrong texts, impossible days, unknown letters and unknown zones are ValueErrors."""
    with pytest.raises(ValueError, match=r".+"):
        read_time(text, pattern)


@given(st.datetimes(datetime(1000, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC)))
def test_what_is_written_reads_back(moment: datetime) -> None:
    """A full pattern loses nothing but the microseconds it does not show."""
    pattern = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS z"

    assert read_time(write_time(pattern, moment, "UTC"), pattern) == moment


@given(st.text(max_size=20), st.text("yMdHhmsSazZXEG' -:", max_size=20))
def test_any_pattern_reads_or_is_refused(text: str, pattern: str) -> None:
    """No pattern does anything else."""
    with contextlib.suppress(ValueError, OverflowError):
        assert read_time(text, pattern).tzinfo is not None


@pytest.mark.parametrize(("name", "hours"), [("+05:30", 5.5), ("UTC-3", -3), ("GMT", 0), ("Asia/Tokyo", 9)])
def test_zones(name: str, hours: float) -> None:
    """Offsets, abbreviations and ids all name zones."""
    assert MOMENT.astimezone(zone_named(name)).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["", "Nowhere", "../etc/passwd", "America", "+99:00", "x\0y"])
def test_no_zones(name: str) -> None:
    """Whatever is no zone is refused, folders and paths included."""
    with pytest.raises((PatternError, ValueError)):
        zone_named(name)
