"""A run so far in a row of numbers: where each sensor stands, where it stood, and how it moves.

One function for training and test: of each flight it knows that flight and those before, never what came later.
"""

from __future__ import annotations

import numpy as np

from maintenance.evaluation.cmapss.data import Floats

MEANS_OVER = (5, 15, 40)
"""Flights over which means are taken, besides the whole run."""
SLOPES_OVER = (30, 80)
"""Flights over which slopes are taken, besides the whole run."""
DIRECTIONS = 3
"""Along how many principal directions sensors are taken together: wear moves many at once, noise each by itself."""
_SLOPE_CAUTION = 200.0
"""Pulls slopes over few flights towards zero [flights²]: it is added to the spread of the flights' numbers."""


def principal_directions(sensors: Floats) -> Floats:
    """Directions in which sensors vary most together, shape [sensors, directions].

    Args:
        sensors: normalised, of all training flights, shape [flights, sensors].

    Example:
        >>> principal_directions(np.array([[1.0, 1.0], [-1.0, -1.0], [2.0, 2.0]]))[:, 0].round(3).tolist()
        [0.707, 0.707]
    """
    centred = sensors - sensors.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    strongest: Floats = directions[:, ::-1][:, :DIRECTIONS]
    # The sign of an eigenvector is arbitrary; the same one everywhere keeps results the same.
    return strongest * np.where(strongest.sum(axis=0) < 0, -1.0, 1.0)


def run_features(sensors: Floats) -> Floats:
    """Features at each flight of a run, from its sensors up to that flight.

    Args:
        sensors: normalised, and taken together, shape [flights, sensors].

    Returns:
        Shape [flights, features]: means, slopes [1/flight], and the number of flights so far.

    Example:
        >>> run_features(np.arange(100.0)[:, None])[-1].round(2).tolist()
        [97.0, 92.0, 79.5, 49.5, 0.92, 1.0, 1.0, 100.0]
    """
    flights = len(sensors)
    means = [trailing_mean(sensors, over) for over in (*MEANS_OVER, flights)]
    slopes = [trailing_slope(sensors, over) for over in (*SLOPES_OVER, flights)]
    return np.hstack([*means, *slopes, np.arange(1.0, flights + 1)[:, None]])


def trailing_mean(values: Floats, over: int) -> Floats:
    """Mean of each column over the last rows, or over as many as there are.

    Example:
        >>> trailing_mean(np.array([[1.0], [3.0], [5.0]]), 2).ravel().tolist()
        [1.0, 2.0, 4.0]
    """
    ends = np.arange(1, len(values) + 1)
    begins = np.maximum(ends - over, 0)
    return _between(_running(values), begins, ends) / (ends - begins)[:, None]


def trailing_slope(values: Floats, over: int) -> Floats:
    """Least-squares slope of each column over the last rows, pulled towards zero where they are few [1/row]."""
    ends = np.arange(1, len(values) + 1)
    begins = np.maximum(ends - over, 0)
    count = (ends - begins)[:, None].astype(np.float64)
    row = np.arange(len(values), dtype=np.float64)[:, None]
    sum_row = _between(_running(row), begins, ends)
    spread = _between(_running(row * row), begins, ends) - sum_row**2 / count
    together = (
        _between(_running(row * values), begins, ends) - sum_row * _between(_running(values), begins, ends) / count
    )
    return together / (spread + _SLOPE_CAUTION)


def _running(values: Floats) -> Floats:
    """Sums of all rows before each, and of all."""
    return np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])


def _between(running: Floats, begins: np.ndarray, ends: np.ndarray) -> Floats:
    difference: Floats = running[ends] - running[begins]
    return difference
