"""Ways over the roads: edges cut into pieces that are driven at one speed, and the quickest way between two places."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cache
from itertools import count

import numpy as np

from simulator.arrays import Flags, Floats
from simulator.vehicles.roads import LIMITS_KMPH, PLACES, ROADS, TOWN_KMPH, Road, distance_m

TOWN_PIECE_M = 600.0
"""Length of a piece within a town; a town reaches two of them from its centre [m]."""
OPEN_PIECE_M = 1200.0
"""Length of a piece outside, about [m]."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A road in one direction, in pieces.

    Attributes:
        start: where it begins.
        end: where it leads to.
        length_m: its length [m].
        seconds: time at the limits [s].
        lengths_m: of the pieces [m].
        limits_m_s: speed that each piece allows [m/s].
        in_town: whether each piece lies in a town.
        latitudes: at which each piece begins [°].
        longitudes: likewise [°].
        north_per_m: change of latitude along the road [°/m].
        east_per_m: change of longitude along the road [°/m].
        grade: slope, uphill is positive [1].
    """

    start: str
    end: str
    length_m: float
    seconds: float
    lengths_m: Floats
    limits_m_s: Floats
    in_town: Flags
    latitudes: Floats
    longitudes: Floats
    north_per_m: float
    east_per_m: float
    grade: float


def _edge(start: str, end: str, road: Road) -> Edge:
    one, other = PLACES[start], PLACES[end]
    length = distance_m((one.latitude, one.longitude), (other.latitude, other.longitude))
    before, after = 2 * one.town, 2 * other.town
    open_m = length - (before + after) * TOWN_PIECE_M
    pieces = max(1, round(open_m / OPEN_PIECE_M))
    parts = [(before, TOWN_PIECE_M), (pieces, open_m / pieces), (after, TOWN_PIECE_M)]
    lengths: Floats = np.concatenate([np.full(number, each_m) for number, each_m in parts])
    in_town = np.repeat([True, False, True], [before, pieces, after])
    limits = np.where(in_town, TOWN_KMPH, LIMITS_KMPH[road.road_class]) / 3.6
    begins = np.concatenate([[0.0], np.cumsum(lengths)[:-1]])
    north, east = (other.latitude - one.latitude) / length, (other.longitude - one.longitude) / length
    return Edge(
        start=start,
        end=end,
        length_m=length,
        seconds=float((lengths / limits).sum()),
        lengths_m=lengths,
        limits_m_s=limits,
        in_town=in_town,
        latitudes=one.latitude + north * begins,
        longitudes=one.longitude + east * begins,
        north_per_m=north,
        east_per_m=east,
        grade=(other.height_m - one.height_m) / length,
    )


@cache
def edges() -> dict[tuple[str, str], Edge]:
    """Every road in both directions, by where it begins and ends."""
    ways = [(road.first, road.second, road) for road in ROADS] + [(road.second, road.first, road) for road in ROADS]
    return {(start, end): _edge(start, end, road) for start, end, road in ways}


@cache
def route(start: str, end: str) -> tuple[Edge, ...]:
    """The quickest way between two places, at the limits (Dijkstra, Numerische Mathematik 1, 1959, p. 269).

    Example:
        >>> [edge.end for edge in route("Chengalpattu", "Tindivanam")]
        ['Madurantakam', 'Acharapakkam', 'Tindivanam']
    """
    reached: dict[str, tuple[Edge, ...]] = {}
    order = count()  # decides between equal times, as edges have no order
    queue: list[tuple[float, int, str, tuple[Edge, ...]]] = [(0.0, next(order), start, ())]
    while end not in reached:
        seconds, _, place, way = heapq.heappop(queue)
        if place in reached:
            continue
        reached[place] = way
        for edge in _leaving(place):
            if edge.end not in reached:
                heapq.heappush(queue, (seconds + edge.seconds, next(order), edge.end, (*way, edge)))
    return reached[end]


@cache
def travel_s(start: str, end: str) -> float:
    """Time of the quickest way at the limits, without traffic and halts [s]."""
    return sum(edge.seconds for edge in route(start, end))


def _leaving(place: str) -> list[Edge]:
    return [edge for edge in edges().values() if edge.start == place]
