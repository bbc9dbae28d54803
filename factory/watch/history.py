"""What machines told over the last minutes, in slots of equal length."""

from __future__ import annotations

import math
from array import array
from datetime import datetime

from factory.watch.snapshot import MachineSeen, Snapshot

SLOTS = 120
"""Slots kept of each signal: more than a terminal has room for."""
STALE_INTERVALS = 3.0
"""After so many of its own intervals without a reading a machine is silent [1]."""
LEAST_STALE_S = 5.0
"""Nobody is silent before this [s]."""


class History:
    """Signals of all machines over the last minutes.

    Readings are written into slots of equal length by the time at which they were seen, so that memory is bounded
    however often somebody looks, and a machine that falls silent gets a gap.

    Args:
        span_s: how far back it goes [s].
    """

    def __init__(self, span_s: float) -> None:
        self.slot_s = span_s / SLOTS
        self._first: int | None = None
        self._now = 0
        self._trends: dict[tuple[str, str], _Ring] = {}
        self._beats: dict[str, _Beat] = {}

    def add(self, snapshot: Snapshot) -> None:
        """Take up what was told."""
        seen_s = snapshot.taken_at.timestamp()
        before, self._now = self._now, int(seen_s // self.slot_s)
        if self._first is None:
            self._first = before = self._now
        for machine in snapshot.machines:
            beat = self._beats.setdefault(machine.device_id, _Beat())
            beat.note(machine.timestamp, seen_s)
            if not beat.stale(seen_s):
                self._write(machine, before)

    def _write(self, machine: MachineSeen, before: int) -> None:
        for signal, value in machine.readings.items():
            key = (machine.device_id, signal)
            ring = self._trends.get(key)
            if ring is None:
                ring = self._trends[key] = _Ring(self._now)
            ring.write(before, self._now, value)

    @property
    def span_s(self) -> float:
        """How far back it goes by now [s]."""
        return self._slots * self.slot_s

    @property
    def _slots(self) -> int:
        return 0 if self._first is None else min(SLOTS, self._now - self._first + 1)

    def trend(self, device_id: str, signal: str, width: int) -> list[float | None]:
        """The course of a signal, the present last.

        Args:
            device_id: the machine.
            signal: key of the signal.
            width: values wanted at most.

        Returns:
            The last value of each stretch of time; None where there was no reading.
        """
        ring, slots = self._trends.get((device_id, signal)), self._slots
        if width <= 0 or not slots:
            return []
        stride = math.ceil(slots / width)
        ends = range(self._now - (math.ceil(slots / stride) - 1) * stride, self._now + 1, stride)
        return [None if ring is None else ring.last_of(end - stride + 1, end) for end in ends]


class _Ring:
    """The last values of a signal, one a slot; NaN where there was none."""

    __slots__ = ("_newest", "_values")

    def __init__(self, slot: int) -> None:
        self._values = array("f", [math.nan]) * SLOTS
        self._newest = slot

    def write(self, before: int, slot: int, value: float) -> None:
        """Write a slot; those since the look before have the same value, for nobody looked in between."""
        for missed in range(max(self._newest + 1, slot - SLOTS + 1), slot):
            self._values[missed % SLOTS] = value if missed > before else math.nan
        self._newest = slot
        self._values[slot % SLOTS] = value

    def last_of(self, first: int, last: int) -> float | None:
        """The last value in these slots."""
        for slot in range(min(last, self._newest), max(first, self._newest - SLOTS + 1) - 1, -1):
            value = self._values[slot % SLOTS]
            if not math.isnan(value):
                return value
        return None


class _Beat:
    """How often a machine tells something."""

    __slots__ = ("_interval_s", "_seen_s", "_timestamp")

    def __init__(self) -> None:
        self._timestamp: datetime | None = None
        self._seen_s = -math.inf
        self._interval_s = 0.0

    def note(self, timestamp: datetime | None, seen_s: float) -> None:
        if timestamp is not None and timestamp != self._timestamp:
            if self._timestamp is not None:
                self._interval_s = seen_s - self._seen_s
            self._timestamp, self._seen_s = timestamp, seen_s

    def stale(self, now_s: float) -> bool:
        return now_s - self._seen_s > max(LEAST_STALE_S, STALE_INTERVALS * self._interval_s)
