"""Times inside statements; patterns are tested with their own modules."""

from __future__ import annotations

import pytest

from rules.sql import UNDEFINED
from rules.sql.functions.clock import parse_time, time_to_epoch


@pytest.mark.parametrize(
    ("pattern", "milliseconds", "zone"),
    [("q", 0, "UTC"), ("yyyy", 10**40, "UTC"), ("yyyy", 0, "Nowhere"), ("'", 0, "UTC"), ("", 0, "UTC")],
)
def test_times_that_cannot_be_written(pattern: str, milliseconds: int, zone: str) -> None:
    """Unknown letters, unknown zones and moments past 64 bits are Undefined."""
    assert parse_time(pattern, milliseconds, zone) is UNDEFINED


def test_times_before_1970_are_negative() -> None:
    """A day before the epoch is 86,400,000 milliseconds below zero."""
    assert time_to_epoch("1969-12-31", "yyyy-MM-dd") == -86_400_000
    assert parse_time("yyyy-MM-dd", -86_400_000) == "1969-12-31"


@pytest.mark.parametrize(("text", "pattern"), [("x", "yyyy"), ("9999-12-31 -19:00", "yyyy-MM-dd XXX"), ("", "q")])
def test_texts_that_tell_no_time(text: str, pattern: str) -> None:
    """They are Undefined."""
    assert time_to_epoch(text, pattern) is UNDEFINED
