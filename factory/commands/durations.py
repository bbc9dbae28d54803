"""Times as options take them: 90s, 10min, 1.5h, 3d."""

from __future__ import annotations

import re

import click

_SECONDS = {"": 1.0, "s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


def time_span(text: str) -> float:
    """A time as people write it [s]: the type of an option.

    Raises:
        BadParameter: not a time, or none at all.

    Example:
        >>> time_span("90"), time_span("1.5h")
        (90.0, 5400.0)
    """
    seconds = wait(text)
    if seconds == 0:
        raise _not_a_time(text)
    return seconds


def wait(text: str) -> float:
    """The same for a time that may be none at all: until something begins, or has come up [s].

    Raises:
        BadParameter: not a time.

    Example:
        >>> wait("0"), wait("2min")
        (0.0, 120.0)
    """
    match = re.fullmatch(r"(\d+\.?\d*)\s*(s|min|h|d|)", text.strip())
    if match is None:
        raise _not_a_time(text)
    return float(match[1]) * _SECONDS[match[2]]


def _not_a_time(text: str) -> click.BadParameter:
    return click.BadParameter(f"{text!r} is not a time; write 90s, 10min, 8h or 3d.")
