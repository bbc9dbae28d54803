"""Scores with intervals that respect that rows of one machine are not independent.

Intervals are percentiles of a bootstrap over machines (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993,
ch. 13; resampling whole clusters: Davison and Hinkley, "Bootstrap Methods and their Application", 1997, sec. 3.8).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from maintenance.features.arrays import Floats, Integers, unknown_allowed

RESAMPLES = 200
"""Resamples of a bootstrap; the ends of a 95 % interval are the 5th lowest and highest."""


NOTHING_TO_JUDGE = "In what was kept apart, or in the time that is left of it, there is nothing to judge the model by."
LONGER = "Use a longer history, or one with more machines."


class Score(NamedTuple):
    """A score with its interval of 95 %."""

    value: float
    low: float
    high: float


@unknown_allowed()
def by_machine_bootstrap(
    statistic: Callable[[Integers], float], groups: np.ndarray[Any, np.dtype[Any]], seed: int = 0
) -> Score:
    """A statistic with an interval from resampling machines.

    Args:
        statistic: takes indices of rows.
        groups: machine of each row.
        seed: of the resampling.

    Returns:
        The score; NaN if there are no rows.

    Example:
        >>> values, machine = np.array([1.0, 1.0, 3.0, 3.0]), np.array(["a", "a", "b", "b"])
        >>> by_machine_bootstrap(lambda rows: float(values[rows].mean()), machine)
        Score(value=2.0, low=1.0, high=3.0)
    """
    if not len(groups):
        return Score(np.nan, np.nan, np.nan)
    _, index = np.unique(groups, return_inverse=True)
    order = np.argsort(index, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(index[order])) + 1)
    random = np.random.default_rng(seed)
    found = []
    for _ in range(RESAMPLES):
        drawn = random.integers(len(members), size=len(members))
        found.append(statistic(np.concatenate([members[one] for one in drawn])))
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return Score(statistic(np.arange(len(index))), float(low), float(high))


def average_precision(truth: Floats, score: Floats) -> float:
    """Area under precision over recall; NaN where there is no positive row.

    Σ (Rₙ - Rₙ₋₁)·Pₙ over falling thresholds; rows of the same score are one step.

    Example:
        Ranks 1 and 3 are right: (1 + 2/3) / 2.

        >>> round(average_precision(np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.8, 0.7, 0.1])), 4)
        0.8333
    """
    positives = truth.sum()
    if not positives:
        return float("nan")
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(truth[order])
    last = np.append(np.diff(score[order]) != 0, True)
    hits, counts = hits[last], np.arange(1, len(order) + 1)[last]
    return float((np.diff(hits, prepend=0.0) * hits / counts).sum() / positives)


def macro_f1(truth: np.ndarray[Any, np.dtype[Any]], told: np.ndarray[Any, np.dtype[Any]]) -> float:
    """Mean over the classes of the truth of 2·TP / (2·TP + FP + FN).

    Example:
        Of class a: one right, one missed, none false: 2/3. Of class b: one right, one false: 2/3.

        >>> round(macro_f1(np.array(["a", "a", "b"]), np.array(["a", "b", "b"])), 4)
        0.6667
    """
    found = []
    for one in np.unique(truth):
        right = ((truth == one) & (told == one)).sum()
        wrong = ((truth == one) != (told == one)).sum()
        found.append(2 * right / (2 * right + wrong))
    return float(np.mean(found))


def expected_calibration_error(truth: Floats, probability: Floats, bins: int = 10) -> float:
    """Mean distance of probability and share of positives, over bins of equal width, weighted by their rows.

    Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", ICML 2017, eq. 3.

    Example:
        >>> expected_calibration_error(np.array([1.0, 0.0]), np.array([0.5, 0.5]))
        0.0
    """
    place = np.minimum((probability * bins).astype(np.int64), bins - 1)
    gaps = np.bincount(place, weights=truth - probability, minlength=bins)
    return float(np.abs(gaps).sum() / len(truth))
