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
    match = re.fullmatch(r"(\d+\.?\d*)\s*(s|min|h|d|)", text.strip())
    seconds = float(match[1]) * _SECONDS[match[2]] if match else 0.0
    if seconds == 0:
        raise click.BadParameter(f"{text!r} is not a time; write 90s, 10min, 8h or 3d.")
    return seconds
