"""The resolver of times; the rules are those of ``java.time.format.ResolverStyle.SMART``."""

from __future__ import annotations

import pytest

from rules.sql.java_moment import Parts, moment_of
from rules.sql.zones import TimeError

HOUR = 3_600_000


@pytest.mark.parametrize(
    ("parts", "milliseconds"),
    [
        ({}, 0),
        ({"M": 2}, 31 * 24 * HOUR),
        ({"D": 2, "H": 1}, 25 * HOUR),
        ({"K": 11, "a": "PM"}, 23 * HOUR),
        ({"N": 10**9}, 1000),
        ({"N": 10**9, "s": 1}, 1000),
        ({"u": 1970, "offset": "-01:00"}, HOUR),
        ({"offset": "-01:00", "zone": "UTC"}, HOUR),
    ],
)
def test_moments(parts: Parts, milliseconds: int) -> None:
    """What is missing is the first of 1970, in UTC; an offset is more than a zone."""
    assert moment_of(parts) == milliseconds


@pytest.mark.parametrize(
    "parts",
    [
        {"h": 0},
        {"K": 12},
        {"m": 60},
        {"Q": 5},
        {"y": 0},
        {"u": 1, "y": 2},
        {"u": 5, "G": "BC"},
        {"H": 24, "m": 1},
        {"A": 10**8},
        {"A": 1000, "s": 2},
        {"H": 3, "h": 4},
        {"D": 3, "d": 4},
        {"D": 367},
        {"u": 999_999_999, "D": 1, "offset": "+99"},
    ],
)
def test_parts_that_make_no_moment(parts: Parts) -> None:
    """Numbers outside of their range, and parts that disagree."""
    with pytest.raises(TimeError):
        moment_of(parts)
