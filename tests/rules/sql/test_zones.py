"""Time zones by ids and names; the names are those of Joda-Time 2.12.7 on a JDK 17."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rules.sql.zones import TimeError, java_zone, joda_id, joda_zone, long_name, short_name

WINTER = datetime(2020, 1, 3, tzinfo=UTC)
SUMMER = datetime(2020, 7, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "hours"),
    [("+05:30", 5.5), ("UTC-03:00", -3), ("GMT", 0), ("Asia/Tokyo", 9), ("-0800", -8), ("EST", -5), ("UT", 0)],
)
def test_joda_zones(name: str, hours: float) -> None:
    """Ids and offsets name zones."""
    assert WINTER.astimezone(joda_zone(name)).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["", "PST", "GMT+1", "+5", "+24:00", "utc+1", "../etc/passwd", "America", "x\0y"])
def test_no_joda_zones(name: str) -> None:
    """Abbreviations that no id has, folders and paths are refused."""
    with pytest.raises(TimeError):
        joda_zone(name)


@pytest.mark.parametrize(
    ("name", "hours"), [("PST", -8), ("UTC+01:00", 1), ("GMT+8", 8), ("Z", 0), ("Japan Standard Time", 9)]
)
def test_java_zones(name: str, hours: float) -> None:
    """``java.time`` takes abbreviations and names too."""
    assert WINTER.astimezone(java_zone(name)).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("name", ["", "+19:00", "+18:01", "Nowhere", "+01:60", "UTC+"])
def test_no_java_zones(name: str) -> None:
    """No zone is more than 18 hours away from UTC."""
    with pytest.raises(TimeError):
        java_zone(name)


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("America/Belize", "CST", "CST"),
        ("Europe/Berlin", "CET", "CEST"),
        ("America/Sao_Paulo", "BRT", "BRT"),
        ("Asia/Dubai", "GST", "GST"),
        ("UTC", "UTC", "UTC"),
        ("+05:30", "+05:30", "+05:30"),
        ("Etc/GMT+5", "-05:00", "-05:00"),
    ],
)
def test_short_names(zone: str, winter: str, summer: str) -> None:
    """A zone without an abbreviation shows its offset."""
    names = [short_name(moment.astimezone(joda_zone(zone)), zone) for moment in (WINTER, SUMMER)]

    assert names == [winter, summer]


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("America/Belize", "Central Standard Time"),
        ("Asia/Shanghai", "China Standard Time"),
        ("Europe/Berlin", "Central European Summer Time"),
        ("Europe/Dublin", "Irish Standard Time"),
        ("UTC", "Coordinated Universal Time"),
        ("+05:30", "+05:30"),
    ],
)
def test_long_names(zone: str, name: str) -> None:
    """The same letters mean different zones in different parts of the world."""
    assert long_name(SUMMER.astimezone(joda_zone(zone)), zone) == name


@pytest.mark.parametrize(("zone", "shown"), [("+0530", "+05:30"), ("Z", "UTC"), ("UTC+01:00", "+01:00")])
def test_ids(zone: str, shown: str) -> None:
    """Joda-Time has one way to write each id."""
    assert joda_id(WINTER.astimezone(joda_zone(zone)), zone) == shown
