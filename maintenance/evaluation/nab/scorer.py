"""What the Numenta Anomaly Benchmark gives a detector for its alarms on one series.

An alarm within the window around a labelled anomaly earns the more the earlier it comes, and only the first counts; a
window without one costs; an alarm outside costs, less so shortly after a window. Alarms in the first part of a series,
the probation, count for nothing. Lavin and Ahmad, "Evaluating real-time anomaly detection algorithms - the Numenta
anomaly benchmark", ICMLA 2015, doi 10.1109/ICMLA.2015.141; where the benchmark's program differs from the paper (the
position in a window, three widths after it), the program is followed, as published scores come from it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Window = tuple[int, int]
"""First and last row of a window, from 0, both included."""

PROBATION_SHARE = 0.15
"""Share of a series in which a detector may learn [1]."""
LONGEST_PROBATION = 750
"""Rows of probation in a long series."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What an application gains and loses.

    Attributes:
        name: as in the benchmark.
        true_positive: gain of a window found at its very beginning.
        false_negative: loss of a window not found.
        false_positive: loss of an alarm outside all windows.
    """

    name: str
    true_positive: float
    false_negative: float
    false_positive: float


PROFILES = (
    Profile("standard", 1.0, 1.0, 0.11),
    Profile("reward_low_FP_rate", 1.0, 1.0, 0.22),
    Profile("reward_low_FN_rate", 1.0, 2.0, 0.11),
)
"""The three of the benchmark (its config/profiles.json)."""


@dataclass(frozen=True, slots=True)
class NabScore:
    """What a detector got on a series.

    Attributes:
        raw: the score itself.
        normalised: the same from 0 (a detector that never speaks) to 100 (each window at its beginning, no false
            alarm); None without windows.
        windows: how many there are.
        found: in how many there was an alarm.
        false_alarms: alarms outside all windows.
    """

    raw: float
    normalised: float | None
    windows: int
    found: int
    false_alarms: int


def scaled_sigmoid(position: float) -> float:
    """Worth of an alarm at a position in or after a window, before weights.

    Args:
        position: -1 at the window's left edge, 0 at its right edge, above 0 after it [window widths].

    Example:
        Values that the benchmark documents:

        >>> [round(scaled_sigmoid(position), 5) for position in (-1.0, -0.5, 0.0, 1.0, 3.0)]
        [0.98661, 0.84828, 0.0, -0.98661, -1.0]
    """
    return -1.0 if position >= 3.0 else 2.0 / (1.0 + math.exp(5.0 * position)) - 1.0


def probation_rows(rows: int) -> int:
    """How many rows at the beginning of a series are not scored.

    Example:
        >>> probation_rows(4032), probation_rows(22695)
        (604, 750)
    """
    return min(math.floor(PROBATION_SHARE * rows), LONGEST_PROBATION)


def nab_score(alarms: NDArray[np.bool_], windows: Sequence[Window], profile: Profile = PROFILES[0]) -> NabScore:
    """Score of a detector's alarms on one series.

    Args:
        alarms: whether each row is an alarm, shape [rows].
        windows: around the labelled anomalies, in order, without overlap.
        profile: what counts how much.

    Example:
        Nobody speaks; then one alarm at the left edge of the window.

        >>> alarms = np.zeros(1000, dtype=bool)
        >>> nab_score(alarms, [(500, 599)]).raw
        -1.0
        >>> alarms[500] = True
        >>> round(nab_score(alarms, [(500, 599)]).raw, 5)
        1.0
    """
    rows = [row for row in np.flatnonzero(alarms).tolist() if row >= probation_rows(len(alarms))]
    # A window that ends in the probation cannot be found, and is none.
    scored = [window for window in windows if window[1] >= probation_rows(len(alarms))]
    gains = [_gain(rows, window, profile) for window in scored]
    outside = [row for row in rows if not any(left <= row <= right for left, right in windows)]
    loss = sum(profile.false_positive * scaled_sigmoid(_past_last_window(row, windows)) for row in outside)
    raw = sum(gains) + loss
    null, perfect = -profile.false_negative * len(scored), profile.true_positive * len(scored)
    return NabScore(
        raw=raw,
        normalised=100.0 * (raw - null) / (perfect - null) if scored else None,
        windows=len(scored),
        found=sum(any(left <= row <= right for row in rows) for left, right in scored),
        false_alarms=len(outside),
    )


def _gain(rows: Sequence[int], window: Window, profile: Profile) -> float:
    """What a window brings: by its first alarm, or the loss of missing it."""
    left, right = window
    inside = [row for row in rows if left <= row <= right]
    if not inside:
        return -profile.false_negative
    position = -(right - inside[0] + 1) / (right - left + 1)
    return profile.true_positive * scaled_sigmoid(position) / scaled_sigmoid(-1.0)


def _past_last_window(row: int, windows: Sequence[Window]) -> float:
    """How far a row lies behind the last window before it [window widths]; 3 where there is none."""
    before = [window for window in windows if window[1] < row]
    if not before:
        return 3.0
    left, right = before[-1]
    return (row - right) / max(right - left, 1)
