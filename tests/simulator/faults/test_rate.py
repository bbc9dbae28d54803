"""Rates as people write them."""

from __future__ import annotations

import pytest

from simulator.errors import FaultError
from simulator.faults import parse_rate


@pytest.mark.parametrize(
    ("text", "per_minute"),
    [
        ("2/min", 2),
        ("0.5/min", 0.5),
        ("30/h", 0.5),
        ("0.1/s", 6),
        ("-2 / min", -2),
        ("+.5/hour", 0.5 / 60),
        ("1e1/min", 10),
        ("144/day", 0.1),
    ],
)
def test_rate_per_minute(text: str, per_minute: float) -> None:
    """A rate per second, minute or hour becomes one per minute."""
    assert parse_rate(text) == pytest.approx(per_minute)


@pytest.mark.parametrize(
    "text", ["", "2", "/min", "2/", "2/week", "two/min", "2/min/h", "nan/min", "inf/h", "1e999/min", "2/MIN"]
)
def test_what_is_no_rate(text: str) -> None:
    """What is no rate is refused, with the text and how to write one."""
    with pytest.raises(FaultError, match=r"is not a rate\. Write a number per s, min, h or day") as caught:
        parse_rate(text)

    assert repr(text) in str(caught.value)
