"""The weather outside of a hall: a course of the year, of the day, and slower and faster changes.

A pure function of seed, place and time, so that every process that plays a part of a plant has the same weather.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np

from simulator.arrays import Floats
from simulator.plant_spec import ClimateName
from simulator.randomness import Randomness

YEAR_S = 365.2425 * 86_400
WARMEST_HOUR = 15.0
"""Hour of the day at which it is warmest, in the standard time of the place [h]."""
WEATHER = ((7.3, 0.3), (53.0, 0.8), (190.0, 1.2))
"""Period [h] and amplitude [K] of slower and faster changes, with a phase from the seed."""


@dataclass(frozen=True, slots=True)
class Climate:
    """Normals of a place.

    Attributes:
        mean_c: mean of a year [°C].
        yearly_k: half of the way from the coldest to the warmest time of the year [K].
        daily_k: half of the way from night to day [K].
        warmest_day: day of the year on which it is warmest; by default that of the northern mid-latitudes, a month
            after the solstice [d].
    """

    mean_c: float
    yearly_k: float
    daily_k: float
    warmest_day: float = 200.0


# Rounded from the published normals of the national weather services.
CLIMATES: dict[ClimateName, Climate] = {
    "temperate": Climate(mean_c=10.0, yearly_k=9.0, daily_k=4.0),  # central Europe: January 1 °C, July 19 °C
    # The first harmonic of Chennai's months, warmest before the monsoon: January 25 °C, May and June 32 °C.
    "hot": Climate(mean_c=28.5, yearly_k=4.0, daily_k=4.5, warmest_day=175.0),
    "cold": Climate(mean_c=3.0, yearly_k=13.0, daily_k=4.0),  # Scandinavia inland: January -10 °C, July 16 °C
}


class OutdoorAir:
    """Air temperature outside.

    Args:
        seed: seed of the plant.
        place: name of the plant or depot; each has a weather of its own.
        climate: which normals.
        zone: where the sun is seen from; summer time does not move it.

    Example:
        >>> july, january = 1_784_548_800.0, 1_768_867_200.0
        >>> warm, cold = OutdoorAir(1, "plant1", "temperate").temperature_c(np.array([july, january]))
        >>> bool(warm - cold > 10)
        True
    """

    def __init__(self, seed: int, place: str, climate: ClimateName, zone: tzinfo = UTC) -> None:
        self._climate = CLIMATES[climate]
        self._ahead_s = _standard_offset_s(zone)
        names = [f"{place}/weather/{number}" for number in range(len(WEATHER))]
        self._phases = 2 * np.pi * Randomness(seed, names).uniform("hall", 0)
        self._periods_s = np.array([period_h * 3600 for period_h, _ in WEATHER])
        self._amplitudes_k = np.array([amplitude for _, amplitude in WEATHER])

    def temperature_c(self, moments_s: Floats) -> Floats:
        """Air temperature at some moments.

        Args:
            moments_s: Unix times [s], shape (T,).

        Returns:
            Temperatures [°C], shape (T,).
        """
        climate = self._climate
        year = climate.yearly_k * np.cos(2 * np.pi * (moments_s / YEAR_S - climate.warmest_day / 365.2425))
        day = climate.daily_k * np.cos(2 * np.pi * ((moments_s + self._ahead_s) / 3600 - WARMEST_HOUR) / 24)
        waves: Floats = self._amplitudes_k * np.sin(2 * np.pi * moments_s[:, None] / self._periods_s + self._phases)
        air: Floats = climate.mean_c + year + day + waves.sum(axis=1)
        return air


def _standard_offset_s(zone: tzinfo) -> float:
    """What a zone's standard time is ahead of UTC [s].

    Example:
        >>> from zoneinfo import ZoneInfo
        >>> [_standard_offset_s(ZoneInfo(name)) / 3600 for name in ("Europe/Berlin", "Asia/Kolkata")]
        [1.0, 5.5]
    """
    # Summer time is ahead of standard time, on whichever half of the globe.
    offsets = (datetime(2026, month, 1, tzinfo=zone).utcoffset() for month in (1, 7))
    return min(offset or timedelta() for offset in offsets).total_seconds()
