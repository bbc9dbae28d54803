"""What our detector of one signal gets in the Numenta Anomaly Benchmark, beside a plain one and silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from maintenance.detectors.level import LevelDetector
from maintenance.evaluation.nab.scorer import PROFILES, NabScore, nab_score
from maintenance.evaluation.nab.series import FILES, Series, read_series

DAY_S = 86400.0
ROLLING_Z_THRESHOLD = 3.0
"""Of the baseline: three standard deviations, the rule of thumb."""


@dataclass(frozen=True, slots=True)
class NabResult:
    """Scores of a detector on a series.

    Attributes:
        series: name of its file.
        detector: what it is called.
        scores: by the profile's name.
        alarms: how many there were, also in the probation.
    """

    series: str
    detector: str
    scores: dict[str, NabScore]
    alarms: int


def evaluate_nab(directory: Path) -> Iterator[NabResult]:
    """All detectors on the two temperatures, one result after the other.

    Args:
        directory: where the files are, flat or as in the benchmark's repository.

    Raises:
        DataError: a file is missing or malformed.
    """
    for name in FILES:
        series = read_series(directory, name)
        for detector, judge in DETECTORS.items():
            alarms = judge(series)
            scores = {profile.name: nab_score(alarms, series.windows, profile) for profile in PROFILES}
            yield NabResult(name, detector, scores, int(alarms.sum()))


def level_alarms(series: Series) -> NDArray[np.bool_]:
    """Alarms of our detector with its fixed settings, in one causal pass."""
    detector = LevelDetector()
    judged = (
        detector.score_one(float(time_s), float(value))
        for time_s, value in zip(series.time_s, series.values, strict=True)
    )
    return np.fromiter((verdict.alarm for verdict in judged), dtype=bool, count=len(series.values))


def rolling_z_alarms(series: Series, days: float = 1.0, threshold: float = ROLLING_Z_THRESHOLD) -> NDArray[np.bool_]:
    """Alarms where a reading is far from the mean of the readings before it; one a day.

    Args:
        series: judged causally.
        days: length of the window before a reading [d].
        threshold: what is far [standard deviations].

    Returns:
        None in the first window, for want of readings before: none at all in a series that is not longer.
    """
    if len(series.time_s) < 2 or series.time_s[-1] - series.time_s[0] <= days * DAY_S:
        return no_alarms(series)
    interval_s = float(np.median(np.diff(series.time_s)))
    window, day = round(days * DAY_S / interval_s), round(DAY_S / interval_s)
    before = sliding_window_view(series.values, window)[:-1]
    spread = before.std(axis=1)
    z = np.abs(series.values[window:] - before.mean(axis=1)) / np.where(spread > 0, spread, np.inf)
    return one_in(np.concatenate([np.zeros(window, dtype=bool), z > threshold]), day)


def one_in(alarms: NDArray[np.bool_], rows: int) -> NDArray[np.bool_]:
    """The alarms without those within so many rows of one that was let through.

    Example:
        >>> one_in(np.array([True, True, False, True, True]), 3).tolist()
        [True, False, False, True, False]
    """
    kept = np.zeros_like(alarms)
    free_from = 0
    for row in np.flatnonzero(alarms).tolist():
        if row >= free_from:
            kept[row] = True
            free_from = row + rows
    return kept


def no_alarms(series: Series) -> NDArray[np.bool_]:
    """The alarms of a detector that never speaks."""
    return np.zeros(len(series.values), dtype=bool)


DETECTORS: dict[str, Callable[[Series], NDArray[np.bool_]]] = {
    "level": level_alarms,
    "rolling z-score, 1 day": rolling_z_alarms,
    "null": no_alarms,
}
"""Ours first, then the plain ones."""
