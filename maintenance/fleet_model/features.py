"""What of one reading the fleet's model sees: the engine's temperature, the speed, and how high the sun stands.

A worn cooling system shows as a coolant that is hotter than it would be at that speed in that air. Nobody tells the
temperature of the air; the hour of the day says the most of it that a sentence can. Fuel, latitude and odometer were
tried and told a tree nothing but which vehicle it was (docs/decisions/0014-models.md).
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from maintenance.models.card import Feature
from maintenance.sentences import SIGNAL_RANGES

Floats = NDArray[np.float64]

_UNITS = {
    "speed_kmph": "km/h",
    "fuel_level_percent": "%",
    "engine_temp_c": "°C",
    "gps_latitude": "°",
    "gps_longitude": "°",
    "odometer_km": "km",
}
_NEEDED = ("engine_temp_c", "speed_kmph", "gps_longitude")

READING_FIELDS = (
    Feature(name="timestamp", unit="s", meaning="when the sensors were read, ISO 8601 with its zone"),
    *(
        Feature(name=name, unit=_UNITS[name], minimum=low, maximum=high, needed=name in _NEEDED)
        for name, (low, high) in SIGNAL_RANGES.items()
    ),
)
"""Fields of a reading, in the order of the columns that `features` takes; others, such as `status`, are not read."""

FEATURES = (
    Feature(name="engine_temp_c", unit="°C", meaning="coolant temperature", minimum=-60, maximum=300),
    Feature(name="speed_kmph", unit="km/h", meaning="speed over ground", minimum=0, maximum=300),
    Feature(name="solar_hour_h", unit="h", meaning="hour of the day by the sun, from clock and longitude"),
)
"""What the model sees, in the order of its columns."""


def features(columns: Floats) -> Floats:
    """What the model sees of some readings.

    Args:
        columns: fields of readings as in `READING_FIELDS`, time as Unix time [s], shape (N, 7).

    Returns:
        Columns as in `FEATURES`, shape (N, 3).

    Example:
        >>> noon = datetime.fromisoformat("2026-03-20T06:40:00Z").timestamp()  # 12:00 by the sun at 80° east
        >>> features(np.array([[noon, 73.0, 98.0, 124.0, 12.4, 80.0, 10365.0]])).tolist()
        [[124.0, 73.0, 12.0]]
    """
    told = dict(zip((field.name for field in READING_FIELDS), columns.T, strict=True))
    hour = solar_hour_h(told["timestamp"], told["gps_longitude"])
    seen: Floats = np.column_stack([told["engine_temp_c"], told["speed_kmph"], hour])
    return seen


def solar_hour_h(unix_s: Floats, longitude: Floats) -> Floats:
    """Mean solar time: the hour of the day for which no zone has to be known.

    The sun takes an hour for 15° (Meeus, "Astronomical Algorithms", 2nd ed. 1998, ch. 13); the equation of time, at
    most a quarter of an hour, is left out.

    Args:
        unix_s: Unix time [s].
        longitude: east of Greenwich [°].

    Returns:
        Hours, 0 up to 24 [h].
    """
    hour = np.mod(unix_s / 3600.0 + longitude / 15.0, 24.0)
    # The remainder of a negative number close to 0 is rounded up to the whole day.
    within: Floats = np.where(hour < 24.0, hour, 0.0)
    return within


def unix_s(value: object) -> float:
    """Unix time of a moment as a reading tells it [s].

    Args:
        value: an ISO 8601 text with its zone, or a moment.

    Raises:
        ValueError: it is neither.

    Example:
        >>> unix_s("2026-01-02T03:04:05.678Z")
        1767323045.678
    """
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value if isinstance(value, str) else "")
    if moment.tzinfo is None:
        raise ValueError("it has no zone")
    return moment.timestamp()
