"""The roads of the fleet: real towns around Chengalpattu in Tamil Nadu, and the highways between them.

Coordinates are those of the towns' centres, WGS 84, as encyclopaedias and gazetteers give them, good to about a
kilometre; heights are to about 10 m. A road is a straight line from place to place, so it is shorter than the true
one by its bends. Speed limits are those of goods vehicles in India (Ministry of Road Transport and Highways,
notification S.O. 1522(E) of 6 April 2018): 80 km/h on highways of four lanes, 60 km/h on other roads; in a town
traffic makes it 40 km/h.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of the earth (IUGG) [m]."""
METRES_PER_DEGREE = EARTH_RADIUS_M * np.pi / 180
"""Length of a degree of latitude on a sphere of that radius [m]."""
TOWN_KMPH = 40.0
"""Speed within a town [km/h]."""

RoadClass = Literal["national", "state"]
LIMITS_KMPH: dict[RoadClass, float] = {"national": 80.0, "state": 60.0}
"""Speed limit of a class of roads [km/h]."""


@dataclass(frozen=True, slots=True)
class Place:
    """A town, or a point on a road outside of any.

    Attributes:
        name: its name.
        latitude: north [°].
        longitude: east [°].
        height_m: above the sea [m].
        town: whether there are lights, slow traffic and customers.
    """

    name: str
    latitude: float
    longitude: float
    height_m: float
    town: bool = True


@dataclass(frozen=True, slots=True)
class Road:
    """A road between two places, driven both ways."""

    first: str
    second: str
    road_class: RoadClass


PLACES: dict[str, Place] = {
    place.name: place
    for place in (
        Place("Chengalpattu", 12.6841, 79.9836, 36),
        Place("Singaperumal Koil", 12.7703, 80.0087, 48),
        Place("Tambaram", 12.9249, 80.1000, 32),
        Place("Sriperumbudur", 12.9667, 79.9450, 37),
        Place("Tiruvallur", 13.1231, 79.9120, 72),
        Place("Walajabad", 12.7969, 79.8176, 65),
        Place("Kanchipuram", 12.8185, 79.6947, 83),
        Place("Uthiramerur", 12.6156, 79.7575, 70),
        Place("Vandavasi", 12.5000, 79.6200, 74),
        Place("Madurantakam", 12.5101, 79.8849, 40),
        Place("Acharapakkam", 12.3959, 79.8091, 45),
        Place("Tindivanam", 12.2267, 79.6504, 58),
        Place("Cheyyur road", 12.3985, 79.9217, 25, town=False),
        Place("Cheyyur", 12.3500, 80.0033, 15),
        Place("Tirukalukundram", 12.6067, 80.0625, 40),
        Place("Mamallapuram", 12.6264, 80.1927, 12),
    )
}
ROADS: tuple[Road, ...] = (
    Road("Tambaram", "Singaperumal Koil", "national"),
    Road("Singaperumal Koil", "Chengalpattu", "national"),
    Road("Chengalpattu", "Madurantakam", "national"),
    Road("Madurantakam", "Acharapakkam", "national"),
    Road("Acharapakkam", "Tindivanam", "national"),
    Road("Sriperumbudur", "Kanchipuram", "national"),
    Road("Sriperumbudur", "Tambaram", "state"),
    Road("Sriperumbudur", "Tiruvallur", "state"),
    Road("Sriperumbudur", "Singaperumal Koil", "state"),
    Road("Walajabad", "Sriperumbudur", "state"),
    Road("Walajabad", "Kanchipuram", "state"),
    Road("Walajabad", "Chengalpattu", "state"),
    Road("Kanchipuram", "Uthiramerur", "state"),
    Road("Uthiramerur", "Vandavasi", "state"),
    Road("Uthiramerur", "Madurantakam", "state"),
    Road("Vandavasi", "Tindivanam", "state"),
    Road("Vandavasi", "Acharapakkam", "state"),
    Road("Acharapakkam", "Cheyyur road", "state"),
    Road("Cheyyur road", "Cheyyur", "state"),
    Road("Cheyyur", "Tirukalukundram", "state"),
    Road("Tirukalukundram", "Chengalpattu", "state"),
    Road("Tirukalukundram", "Mamallapuram", "state"),
    Road("Mamallapuram", "Tambaram", "state"),
)
DEPOTS = ("Chengalpattu", "Sriperumbudur")
"""Where vehicles are at home."""
TOWNS: tuple[str, ...] = tuple(place.name for place in PLACES.values() if place.town)
"""Where customers are."""


def distance_m(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Great-circle distance of two points.

    The haversine formula (Sinnott, "Virtues of the haversine", Sky and Telescope 68, 1984, p. 159), which is exact on
    a sphere and stays so for small distances.

    Args:
        first: latitude and longitude [°].
        second: the same of the other point [°].

    Returns:
        Distance [m].

    Example:
        >>> round(distance_m((12.0, 80.0), (13.0, 80.0)))  # a degree of latitude: 6371008.8 · π / 180
        111195
    """
    (south, west), (north, east) = np.radians(first), np.radians(second)
    chord = np.sin((north - south) / 2) ** 2 + np.cos(south) * np.cos(north) * np.sin((east - west) / 2) ** 2
    return float(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(chord)))
