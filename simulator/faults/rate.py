"""Rates as people write them: `2/min`, `0.5/min`, `30/h`, `2/day`."""

from __future__ import annotations

import math
import re

from simulator.errors import FaultError

PER_MINUTE = {
    **dict.fromkeys(("s", "sec", "second"), 60.0),
    **dict.fromkeys(("min", "minute"), 1.0),
    **dict.fromkeys(("h", "hour"), 1 / 60),
    **dict.fromkeys(("d", "day"), 1 / 1440),
}
"""How often a unit of time fits into a minute."""

# A number, perhaps signed and with an exponent; a slash; a unit of time.
_RATE = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*/\s*([a-z]+)\s*")


def parse_rate(text: str) -> float:
    """A rate per minute from its text.

    Args:
        text: a number, a slash and a unit of time.

    Returns:
        Rate [1/min].

    Raises:
        FaultError: not a rate.

    Example:
        >>> parse_rate("2/min"), parse_rate("30/h"), parse_rate("-0.1 / s"), parse_rate("720/day")
        (2.0, 0.5, -6.0, 0.5)
    """
    match = _RATE.fullmatch(text)
    if match is None or match[2] not in PER_MINUTE or not math.isfinite(float(match[1])):
        raise FaultError(f"{text!r} is not a rate.", remedy="Write a number per s, min, h or day, as in 2/min or 30/h.")
    return float(match[1]) * PER_MINUTE[match[2]]
