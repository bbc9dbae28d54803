"""Scores of a classifier for many weightings of the same rows at once, which is what a bootstrap asks for.

A score takes labels of shape (N,), what was told of each row (N,), and weights (R, N); it gives (R,) numbers. A row
that counts twice weighs 2. For one weighting scikit-learn gives the same, and a test compares them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Score = Callable[[Flags, Floats, Floats], Floats]

BINS = 10


def average_precision(due: Flags, told: Floats, weights: Floats) -> Floats:
    """Sum over the steps of recall of the step times the precision there; 0 where nobody is due.

    Example:
        >>> told, once = np.array([0.9, 0.8, 0.7]), np.ones((1, 3))
        >>> bool(average_precision(np.array([True, False, True]), told, once)[0] == (1 + 2 / 3) / 2)
        True
    """
    order = np.argsort(-told, kind="stable")
    sorted_told = told[order]
    # Rows of the same score are one step: nobody can tell which of them comes first.
    ends = np.flatnonzero(np.append(sorted_told[1:] != sorted_told[:-1], True))
    ordered = weights[:, order]
    called = np.cumsum(ordered, axis=1)[:, ends]
    hits = np.cumsum(np.multiply(ordered, due[order], out=ordered), axis=1)[:, ends]
    precision = hits / np.maximum(called, 1e-300)
    steps = np.diff(hits, axis=1, prepend=0.0)
    total: Floats = (steps * precision).sum(axis=1) / np.maximum(hits[:, -1], 1e-300)
    return total


def precision_at(threshold: float) -> Score:
    """Share of those called POSITIVE that are due; 0 where none is called."""

    def score(due: Flags, told: Floats, weights: Floats) -> Floats:
        return _share(due, told >= threshold, weights)

    return score


def recall_at(threshold: float) -> Score:
    """Share of those due that are called POSITIVE; 0 where none is due."""

    def score(due: Flags, told: Floats, weights: Floats) -> Floats:
        return _share(told >= threshold, due, weights)

    return score


def brier_score(due: Flags, told: Floats, weights: Floats) -> Floats:
    """Mean square of the difference between probability and what was so (Brier, Mon. Weather Rev. 78, 1950)."""
    mean: Floats = weights @ (told - due) ** 2 / weights.sum(axis=1)
    return mean


def calibration_error(due: Flags, told: Floats, weights: Floats) -> Floats:
    """Mean difference between what is said and what is so, in ten bins of as many rows each [1].

    After Naeini et al., "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.

    Example:
        >>> right_every_other_time, sure = np.array([True, False] * 10), np.full(20, 0.9)
        >>> print(calibration_error(right_every_other_time, sure, np.ones((1, 20))).round(6))
        [0.4]
    """
    off = np.zeros(len(weights))
    for rows in np.array_split(np.argsort(told, kind="stable"), BINS):
        off += np.abs(weights[:, rows] @ (told[rows] - due[rows]))
    error: Floats = off / weights.sum(axis=1)
    return error


def _share(wanted: Flags, among: Flags, weights: Floats) -> Floats:
    share: Floats = weights @ (wanted & among) / np.maximum(weights @ among, 1e-300)
    return share
