"""What models of the plant are trained towards: answers from the truth, for machines at the ends of hours.

A feature of hour h is known at its end, so its answer is the truth at h + 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from maintenance.features.arrays import Floats, Integers, Names
from maintenance.plant_models.source import Fault, WearHistory

NO_FAULT = "none"
_FAILURE_DIGITS = 4
"""Moments of a failure that differ by less than these digits of an hour are the same: a third of a second."""
SETTLED_H = 2.0
"""A fault counts from so long after its beginning on [h]: before, nobody could know its kind from hourly windows."""


def time_to_failure_h(wear: WearHistory, hours: Sequence[int], machines: int) -> Floats:
    """Hours until the next component of a machine fails, shape (hours, machines); NaN if none did in the history.

    However often the truth tells of wear, and at whatever minutes: each of its rows names the moment of a failure.
    """
    moments = np.asarray(hours, dtype=np.float64) + 1.0
    left = np.full((len(moments), machines), np.nan)
    known = wear.of(np.isfinite(wear.time_to_failure_h))
    for machine in range(machines):
        mine = known.of(known.machine == machine)
        ends = np.append(np.unique(np.round(mine.hour + mine.time_to_failure_h, _FAILURE_DIGITS)), np.nan)
        left[:, machine] = ends[np.searchsorted(ends[:-1], moments)] - moments
    return left


def fails_within(left_h: Floats, hours: Sequence[int], end_h: float, horizon_h: float) -> Floats:
    """Whether a component fails within a horizon, shape (hours, machines): 1 or 0; NaN where nobody can know.

    Nobody can where the horizon reaches beyond the end of the history, also of those that fail before it: with them,
    and without those that go on, the last days would have positive rows alone.

    Args:
        left_h: what `time_to_failure_h` gave.
        hours: the hours.
        end_h: when the history ends [h since 1970].
        horizon_h: how far ahead [h].

    Example:
        >>> left = np.array([[200.0, np.nan], [100.0, np.nan]])
        >>> fails_within(left, [0, 100], end_h=301.0, horizon_h=168.0)  # seen for 300 h and 200 h
        array([[0., 0.],
               [1., 0.]])
        >>> fails_within(left[1:], [100], end_h=200.0, horizon_h=168.0)
        array([[nan, nan]])
    """
    seen_h = end_h - (np.asarray(hours, dtype=np.float64) + 1.0)
    fails = np.where(np.isfinite(left_h), (left_h <= horizon_h).astype(np.float64), 0.0)
    return np.where((seen_h < horizon_h)[:, None], np.nan, fails)


@dataclass(frozen=True, slots=True)
class Life:
    """A component from its renewal to its failure, both within the history.

    Attributes:
        machine: place of the machine.
        begin_h: when it was new [h since 1970].
        length_h: how long it lasted [h].
    """

    machine: int
    begin_h: float
    length_h: float


def whole_lives(wear: WearHistory, component: str) -> tuple[Life, ...]:
    """The lives of a component that the history has seen from the beginning to the end."""
    chosen = wear.of((wear.component == component) & (wear.cycle >= 1) & np.isfinite(wear.time_to_failure_h))
    first: dict[tuple[int, int], Life] = {}
    # Rows are sorted by time within a machine, so the first of a cycle is its beginning.
    for machine, cycle, hour, left in zip(
        chosen.machine.tolist(), chosen.cycle.tolist(), chosen.hour.tolist(), chosen.time_to_failure_h.tolist(),
        strict=True,
    ):  # fmt: skip
        first.setdefault((machine, cycle), Life(machine, hour, left))
    return tuple(life for life in first.values() if life.length_h > 0)


def fault_kinds(faults: Sequence[Fault], hours: Sequence[int], machines: int) -> tuple[Names, Integers]:
    """Which fault a machine has, shape (hours, machines) each.

    Only faults that show in signals count, sensors' and machines'. Hours with more than one, and those just after a
    beginning or around an end, have no answer: the empty word.

    Returns:
        The kinds, `none` where there is none; and which fault it is, -1 where there is none.
    """
    at = np.asarray(hours, dtype=np.float64)
    begun, touched = np.zeros((len(at), machines), dtype=np.int64), np.zeros((len(at), machines), dtype=np.int64)
    which = np.full((len(at), machines), -1, dtype=np.int64)
    for number, fault in enumerate(faults):
        if fault.family not in ("sensor", "process"):
            continue
        whole = (at >= fault.begin_h + SETTLED_H) & (at + 1.0 <= fault.end_h)
        begun[whole, fault.machine] += 1
        which[whole, fault.machine] = number
        touched[(at + 1.0 > fault.begin_h) & (at < fault.end_h + SETTLED_H), fault.machine] += 1
    names = np.array([*(fault.kind for fault in faults), NO_FAULT])
    clear = (touched == 0) | ((touched == 1) & (begun == 1))
    kinds = np.where(clear, names[which], "")
    return kinds, np.where(clear, which, -1)
