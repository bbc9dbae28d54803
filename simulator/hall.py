"""The air of the hall: one temperature for all machines of a plant.

A pure function of seed, plant and time, so that every process that plays a part of the plant breathes the same air.
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats
from simulator.randomness import Randomness

MEAN_C = 22.0
"""Mean over a year [°C]: a heated hall."""
DAILY_SWING_K = 2.0
"""Amplitude of the course of a day [K]."""
WARMEST_HOUR = 15.0
"""Hour of the day, UTC, at which it is warmest [h]."""
WEATHER = ((7.3, 0.3), (53.0, 0.8), (190.0, 1.2))
"""Period [h] and amplitude [K] of slower and faster changes, with a phase from the seed."""


class HallAir:
    """Air temperature of a plant's hall.

    Args:
        seed: seed of the plant.
        plant: name of the plant.

    Example:
        >>> air = HallAir(1, "plant1")
        >>> bool(abs(air.temperature_c(0.0) - MEAN_C) < 4.3)
        True
    """

    def __init__(self, seed: int, plant: str) -> None:
        names = [f"{plant}/weather/{number}" for number in range(len(WEATHER))]
        self._phases = 2 * np.pi * Randomness(seed, names).uniform("hall", 0)
        self._periods_s = np.array([period_h * 3600 for period_h, _ in WEATHER])
        self._amplitudes_k = np.array([amplitude for _, amplitude in WEATHER])

    def temperature_c(self, moment_s: float) -> float:
        """Air temperature at a moment.

        Args:
            moment_s: Unix time [s].

        Returns:
            Temperature [°C]; changes by less than a kelvin an hour.
        """
        day = DAILY_SWING_K * np.cos(2 * np.pi * (moment_s / 3600 - WARMEST_HOUR) / 24)
        slow: Floats = self._amplitudes_k * np.sin(2 * np.pi * moment_s / self._periods_s + self._phases)
        return float(MEAN_C + day + slow.sum())
