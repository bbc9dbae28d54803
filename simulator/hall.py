"""The air of the hall: one temperature for all machines of a plant.

A pure function of seed, plant and time, so that every process that plays a part of the plant breathes the same air.
"""

from __future__ import annotations

from datetime import UTC, tzinfo

import numpy as np

from simulator.arrays import Floats
from simulator.climate import OutdoorAir
from simulator.plant_spec import ClimateName

HEATED_TO_C = 19.0
"""The heating holds the hall at this when it is cold outside [°C]: light work, as workplace rules ask for."""
GAIN_K = 5.0
"""Machines and people warm a ventilated hall by so much over the air outside [K]."""
SOFTNESS_K = 2.0
"""Width of the passage from heating to ventilation [K]: the heating is controlled in zones, not by one switch."""
DAMPING = 0.5
"""Share of a day's swing that comes through the walls [1]; nights and days are evened out by the building's mass."""


def hall_temperature(outdoor_c: Floats) -> Floats:
    """Air temperature of a heated, ventilated hall.

    Below the heating's setpoint the hall is held, above it goes with the air outside; a soft maximum joins the two::

        θ = θ_h + w · ln(1 + exp((θ_out + g - θ_h) / w))

    Args:
        outdoor_c: θ_out, air temperature outside, evened out by the building [°C].

    Returns:
        Air temperature of the hall [°C].

    Example:
        >>> print(hall_temperature(np.array([-10.0, 5.0, 25.0])).round(1))
        [19. 19. 30.]
    """
    excess: Floats = np.logaddexp(0.0, (outdoor_c + GAIN_K - HEATED_TO_C) / SOFTNESS_K)
    return HEATED_TO_C + SOFTNESS_K * excess


class HallAir:
    """Air temperature of a plant's hall.

    Args:
        seed: seed of the plant.
        plant: name of the plant.
        climate: the weather outside.
        zone: time zone of the plant, by which it is warm in the afternoon.

    Example:
        >>> air = HallAir(1, "plant1", "temperate")
        >>> january = air.temperature_c(np.array([1_768_867_200.0]))
        >>> bool(18.9 < january[0] < 21.0)
        True
    """

    def __init__(self, seed: int, plant: str, climate: ClimateName, zone: tzinfo = UTC) -> None:
        self._outdoor = OutdoorAir(seed, plant, climate, zone)

    def temperature_c(self, moments_s: Floats) -> Floats:
        """Air temperature at some moments.

        Args:
            moments_s: Unix times [s], shape (T,).

        Returns:
            Temperatures [°C], shape (T,); they change by less than a kelvin an hour.
        """
        now = self._outdoor.temperature_c(moments_s)
        half_a_day_ago = self._outdoor.temperature_c(moments_s - 43_200)
        evened = (1.0 + DAMPING) / 2 * now + (1.0 - DAMPING) / 2 * half_a_day_ago
        return hall_temperature(evened)
