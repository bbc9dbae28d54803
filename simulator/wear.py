"""Wear of the bearings: grows with every turn under load, until they are renewed."""

from __future__ import annotations

from simulator.arrays import Floats
from simulator.physics import wear_rate
from simulator.randomness import Randomness

REFERENCE_S = 1_767_225_600.0
"""2026-01-01T00:00:00Z: the moment for which the seed says how worn each machine is."""
USUAL_RATE = 0.35
"""Wear rate of an average year by that at rated load and speed [1]: machines age while the program does not run."""


def wear_at(moment_s: float, rating_life_h: Floats, randomness: Randomness) -> Floats:
    """How worn each machine is when a plant is first seen.

    Machines are of all ages: at the reference moment wear is uniform between new and due for renewal. From there on
    it goes with the calendar, so that a plant started a month later is a month older.

    Args:
        moment_s: Unix time [s].
        rating_life_h: rating life at rated load and speed [h].
        randomness: randomness of the machines.

    Returns:
        Used share of life, from 0 to below 1 [1].
    """
    hours = (moment_s - REFERENCE_S) / 3600.0
    used: Floats = (randomness.uniform("wear/age", 0) + hours * USUAL_RATE / rating_life_h) % 1.0
    return used


def wear_step(wear: Floats, speed: Floats, torque: Floats, elapsed_s: float, rating_life_h: Floats) -> Floats:
    """Wear after one time step.

    A bearing at the end of its rating life is renewed, which takes no time here: maintenance by the book.

    Args:
        wear: used share of life before the step [1].
        speed: speed by rated speed [1].
        torque: torque by rated torque, which stands for the bearing's load [1].
        elapsed_s: length of the step [s].
        rating_life_h: rating life at rated load and speed [h].

    Returns:
        Used share of life after it [1].

    Example:
        >>> import numpy as np
        >>> half, rated = np.array([0.5]), np.array([1.0])
        >>> print(wear_step(half, rated, rated, 3600.0 * 100, np.array([1000.0])))
        [0.6]
    """
    used: Floats = (wear + wear_rate(speed, torque, rating_life_h) * elapsed_s / 3600.0) % 1.0
    return used
