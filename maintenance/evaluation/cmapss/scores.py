"""How far predictions of remaining life are off."""

from __future__ import annotations

import numpy as np

from maintenance.evaluation.cmapss.data import Floats


def rmse(predicted: Floats, true: Floats) -> float:
    """Root of the mean squared error, in the unit of both.

    Example:
        >>> rmse(np.array([1.0, 2.0]), np.array([4.0, 6.0])) == 12.5**0.5
        True
    """
    return float(np.sqrt(np.mean((predicted - true) ** 2)))


def nasa_score(predicted: Floats, true: Floats) -> float:
    """Asymmetric score of the PHM 2008 challenge; too late costs more than too early, 0 is best.

    Saxena et al. 2008, equation 13: the sum of exp(-d/13) - 1 where d < 0, exp(d/10) - 1 else, d predicted less true.

    Example:
        >>> round(nasa_score(np.array([10.0, 0.0]), np.array([0.0, 13.0])), 5) == round(2 * (np.e - 1), 5)
        True
    """
    late = predicted - true
    return float(np.sum(np.where(late < 0, np.expm1(-late / 13.0), np.expm1(late / 10.0))))
