"""The air outdoors: a course of the year, of the day, and weather.

A pure function of seed, plant and time, as the air of the hall is (`simulator.hall`).
"""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats
from simulator.plant_spec import ClimateName
from simulator.randomness import Randomness

UTC_OFFSET_S = 19_800.0
"""India Standard Time, UTC+5:30, the whole year [s]."""
MEAN_C = 28.5
"""Mean of a year around Chennai (India Meteorological Department, normals: 24 to 33 °C over the months) [°C]."""
YEARLY_SWING_K = 4.0
"""Amplitude of the course of the year [K]."""
WARMEST_DAY = 150.0
"""Day of the year at which it is warmest: end of May [d]."""
DAILY_SWING_K = 4.5
"""Amplitude of the course of the day [K]."""
WARMEST_HOUR = 14.5
"""Hour of the day, local, at which it is warmest [h]."""
SHIFT_K: dict[ClimateName, float] = {"temperate": 0.0, "hot": 6.0, "cold": -20.0}
"""What a climate adds to that of the place [K]."""
WEATHER = ((9.1, 0.5), (71.0, 1.0), (260.0, 1.5))
"""Period [h] and amplitude [K] of slower and faster changes, with a phase from the seed."""


class OpenAir:
    """Air temperature around the vehicles of a plant.

    Args:
        seed: seed of the plant.
        plant: name of the plant.
        climate: as the place has it (`temperate`), or warmer or colder.

    Example:
        >>> air = OpenAir(1, "plant1")
        >>> noon_in_may = 1_779_871_800.0  # 2026-05-27T08:50Z, 14:20 local: 28.5 + 4 + 4.5 and 3 of weather at most
        >>> bool(34 < air.temperature_c(noon_in_may) < 40)
        True
    """

    def __init__(self, seed: int, plant: str, climate: ClimateName = "temperate") -> None:
        names = [f"{plant}/outdoors/{number}" for number in range(len(WEATHER))]
        self._phases = 2 * np.pi * Randomness(seed, names).uniform("outdoors", 0)
        self._periods_s = np.array([period_h * 3600 for period_h, _ in WEATHER])
        self._amplitudes_k = np.array([amplitude for _, amplitude in WEATHER])
        self._mean_c = MEAN_C + SHIFT_K[climate]

    def temperature_c(self, moment_s: float) -> float:
        """Air temperature at a moment.

        Args:
            moment_s: Unix time [s].

        Returns:
            Temperature [°C].
        """
        local_h = (moment_s + UTC_OFFSET_S) / 3600
        year = YEARLY_SWING_K * np.cos(2 * np.pi * (local_h / 24 - WARMEST_DAY) / 365.2425)
        day = DAILY_SWING_K * np.cos(2 * np.pi * (local_h - WARMEST_HOUR) / 24)
        slow: Floats = self._amplitudes_k * np.sin(2 * np.pi * moment_s / self._periods_s + self._phases)
        return float(self._mean_c + year + day + slow.sum())
