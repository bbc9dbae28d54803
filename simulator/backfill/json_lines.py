"""Messages as gzip JSON lines, letter by letter as the archive rule writes them.

`SELECT *, topic(2) AS plant, topic(3) AS line, timestamp() AS received_at`: the message's own keys in its order, then
the three; numbers as AWS IoT writes them, whole ones without a point and small ones without an exponent.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

import numpy as np

from contracts.telemetry import format_timestamp
from simulator.backfill.cast import Cast
from simulator.backfill.messages import RUN, Messages
from simulator.backfill.timeline import moment
from simulator.load import STATES

COMPRESSION_LEVEL = 6
"""That of the archive stream (`rules.actions.firehose`)."""

_HEAD = '{"device_id":"%s","timestamp":"%s","run":' + str(RUN) + ',"seq":%d'
_STATE = ',"state":"%s"'
_TAIL = ',"plant":"%s","line":"%s","received_at":%d}\n'
# 15 digits give back every decimal number that a sensor delivers, and leave out the zeros that AWS IoT leaves out.
_NUMBER = "%.15g"
LEAST_PLAIN = 1e-4
"""Smaller numbers would be written with an exponent, which AWS IoT does not; few positions near a meridian are."""
_STATE_WORDS = [state.value for state in STATES]


def archive_json_lines(messages: Messages, cast: Cast) -> bytes:
    """Messages as a file of the archive; the same messages give the same bytes."""
    return gzip.compress("".join(_lines(messages, cast)).encode(), COMPRESSION_LEVEL, mtime=0)


def _lines(messages: Messages, cast: Cast) -> Iterator[str]:
    parts = [f',"{signal.value}":{_NUMBER}' for signal in cast.signals]
    tail_form = (_STATE if cast.tells_state else "") + _TAIL
    whole = _HEAD + "".join(parts) + tail_form
    rows = zip(
        messages.machine.tolist(),
        _timestamps(messages),
        messages.seq.tolist(),
        *(values.tolist() for values in messages.values),
        messages.state.tolist(),
        messages.received_ms.tolist(),
        _unusual(messages),
        strict=True,
    )
    names = [(one.device_id, one.plant, one.line) for one in cast.identities]
    for machine, timestamp, seq, *values, state, received_ms, unusual in rows:
        device_id, plant, line = names[machine]
        told = (_STATE_WORDS[state],) if cast.tells_state else ()
        tail = (*told, plant, line, received_ms)
        if unusual:
            yield _HEAD % (device_id, timestamp, seq) + _some(parts, values) + tail_form % tail
        else:
            yield whole % (device_id, timestamp, seq, *values, *tail)


def _unusual(messages: Messages) -> list[bool]:
    """Messages that lack a signal, or have a number that must not be written with an exponent."""
    silent = np.isnan(sum(messages.values))  # one NaN makes the sum NaN
    tiny = [(np.abs(values) < LEAST_PLAIN) & (values != 0.0) for values in messages.values]
    flags: list[bool] = np.logical_or.reduce([silent, *tiny]).tolist()
    return flags


def _timestamps(messages: Messages) -> list[str]:
    """The text of each message's timestamp; machines that are read together share it."""
    different, which = np.unique(messages.told_ms, return_inverse=True)
    texts = [format_timestamp(moment(one)) for one in different.tolist()]
    return [texts[number] for number in which.tolist()]


def _some(parts: Sequence[str], values: Sequence[float]) -> str:
    return "".join(
        part % value if value == 0.0 or abs(value) >= LEAST_PLAIN else part.replace(_NUMBER, _plain(value))
        for part, value in zip(parts, values, strict=True)
        if not math.isnan(value)
    )


def _plain(value: float) -> str:
    """A small number without an exponent.

    Example:
        >>> _plain(-0.00005)
        '-0.00005'
    """
    return f"{Decimal(_NUMBER % value):f}"
