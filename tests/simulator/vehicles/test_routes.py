"""Edges and the quickest ways over them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from simulator.vehicles.roads import PLACES, TOWNS, distance_m
from simulator.vehicles.routes import edges, route, travel_s


def test_pieces_of_an_edge_are_the_whole_edge() -> None:
    """Lengths add up, and the last piece ends at the edge's end."""
    for (start, end), edge in edges().items():
        here, there = PLACES[start], PLACES[end]
        assert edge.lengths_m.sum() == pytest.approx(edge.length_m)
        assert edge.lengths_m.min() > 500
        last = edge.lengths_m[-1]
        assert edge.latitudes[0] == here.latitude
        assert edge.latitudes[-1] + edge.north_per_m * last == pytest.approx(there.latitude, abs=1e-9)
        assert edge.longitudes[-1] + edge.east_per_m * last == pytest.approx(there.longitude, abs=1e-9)


def test_a_metre_along_an_edge_is_a_metre_on_earth() -> None:
    """Positions go with the way: a piece is as long on the ground as it says, to 0.1 %."""
    for edge in edges().values():
        points = list(zip(edge.latitudes, edge.longitudes, strict=True))
        on_ground = [distance_m(one, other) for one, other in itertools.pairwise(points)]
        assert np.allclose(on_ground, edge.lengths_m[:-1], rtol=1e-3)


def test_towns_are_slow_and_highways_fast() -> None:
    """40 km/h within a town; outside 80 on a national highway, 60 on another."""
    edge = edges()["Chengalpattu", "Madurantakam"]

    assert set((3.6 * edge.limits_m_s[edge.in_town]).round(6)) == {40.0}
    assert set((3.6 * edge.limits_m_s[~edge.in_town]).round(6)) == {80.0}
    assert {round(3.6 * one) for one in edges()["Cheyyur road", "Cheyyur"].limits_m_s} == {60, 40}


def test_a_place_outside_of_towns_has_no_town_around_it() -> None:
    """Traffic is slow at one end of that road only."""
    assert edges()["Cheyyur road", "Cheyyur"].in_town.tolist()[:1] == [False]
    assert edges()["Cheyyur road", "Cheyyur"].in_town.tolist()[-2:] == [True, True]


def test_no_way_is_quicker_than_the_quickest() -> None:
    """Ways are connected, and by any third town they take at least as long (what shortest paths have to fulfil)."""
    for start, end in itertools.permutations(TOWNS, 2):
        way = route(start, end)
        assert (way[0].start, way[-1].end) == (start, end)
        assert all(one.end == other.start for one, other in itertools.pairwise(way))
        assert all(travel_s(start, end) <= travel_s(start, by) + travel_s(by, end) + 1e-6 for by in TOWNS)
