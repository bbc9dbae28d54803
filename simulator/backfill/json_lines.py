"""Messages as gzip JSON lines, letter by letter as the archive rule writes them.

`SELECT *, topic(2) AS plant, topic(3) AS line, timestamp() AS received_at`: the message's own keys in its order, then
the three; numbers as AWS IoT writes them, whole ones without a point.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterator, Sequence

import numpy as np

from contracts.telemetry import Signal, format_timestamp
from simulator.backfill.cast import Cast
from simulator.backfill.messages import RUN, Messages
from simulator.backfill.timeline import moment
from simulator.load import STATES

COMPRESSION_LEVEL = 6
"""That of the archive stream (`rules.actions.firehose`)."""

_HEAD = '{"device_id":"%s","timestamp":"%s","run":' + str(RUN) + ',"seq":%d'
# 15 digits give back every decimal number that a sensor delivers, and leave out the zeros that AWS IoT leaves out.
_PARTS = tuple(f',"{signal.value}":%.15g' for signal in Signal)
_TAIL = ',"state":"%s","plant":"%s","line":"%s","received_at":%d}\n'
_WHOLE = _HEAD + "".join(_PARTS) + _TAIL
_STATE_WORDS = [state.value for state in STATES]


def archive_json_lines(messages: Messages, cast: Cast) -> bytes:
    """Messages as a file of the archive; the same messages give the same bytes."""
    return gzip.compress("".join(_lines(messages, cast)).encode(), COMPRESSION_LEVEL, mtime=0)


def _lines(messages: Messages, cast: Cast) -> Iterator[str]:
    signals = [getattr(messages, signal.value) for signal in Signal]
    silent = np.isnan(sum(signals)).tolist()  # one NaN makes the sum NaN
    rows = zip(
        messages.machine.tolist(),
        _timestamps(messages),
        messages.seq.tolist(),
        *(values.tolist() for values in signals),
        messages.state.tolist(),
        messages.received_ms.tolist(),
        silent,
        strict=True,
    )
    names = [(one.device_id, one.plant, one.line) for one in cast.identities]
    for machine, timestamp, seq, *values, state, received_ms, gap in rows:
        device_id, plant, line = names[machine]
        tail = (_STATE_WORDS[state], plant, line, received_ms)
        if gap:
            yield _HEAD % (device_id, timestamp, seq) + _told(values) + _TAIL % tail
        else:
            yield _WHOLE % (device_id, timestamp, seq, *values, *tail)


def _timestamps(messages: Messages) -> list[str]:
    """The text of each message's timestamp; machines that are read together share it."""
    different, which = np.unique(messages.told_ms, return_inverse=True)
    texts = [format_timestamp(moment(one)) for one in different.tolist()]
    return [texts[number] for number in which.tolist()]


def _told(values: Sequence[float]) -> str:
    return "".join(part % value for part, value in zip(_PARTS, values, strict=True) if not math.isnan(value))
