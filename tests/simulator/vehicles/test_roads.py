"""Places, roads and distances."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.vehicles.roads import DEPOTS, PLACES, ROADS, TOWNS, distance_m

POINTS = st.tuples(st.floats(-80, 80), st.floats(-179, 179))


def test_distance_is_that_of_the_textbook() -> None:
    """Paris to London, 48.8566 N 2.3522 E to 51.5074 N 0.1278 W: 343.6 km by the spherical law of cosines."""
    assert distance_m((48.8566, 2.3522), (51.5074, -0.1278)) == pytest.approx(343_560, abs=100)


@given(POINTS, POINTS, POINTS)
def test_distance_is_a_metric(one: tuple[float, float], two: tuple[float, float], three: tuple[float, float]) -> None:
    """The same both ways, nothing to itself, and no detour is shorter."""
    assert distance_m(one, two) == pytest.approx(distance_m(two, one))
    assert distance_m(one, one) == 0
    assert distance_m(one, three) <= distance_m(one, two) + distance_m(two, three) + 1e-3


def test_the_position_of_the_fleets_example_is_on_the_roads() -> None:
    """12.398542 N, 79.921675 E, which the fleet's own documents show, is a place of the network, to ten metres."""
    place = PLACES["Cheyyur road"]

    assert distance_m((12.398542, 79.921675), (place.latitude, place.longitude)) < 10


def test_roads_connect_places_that_there_are() -> None:
    """Every end of a road is a place, every place has a road, no road is there twice."""
    ends = [frozenset((road.first, road.second)) for road in ROADS]

    assert set().union(*ends) == set(PLACES)
    assert len(set(ends)) == len(ends)
    assert set(DEPOTS) <= set(TOWNS)


def test_roads_are_of_a_length_that_can_be() -> None:
    """Neighbouring towns lie between 5 and 60 km apart, and no road climbs by more than 1 %."""
    for road in ROADS:
        one, other = PLACES[road.first], PLACES[road.second]
        length_m = distance_m((one.latitude, one.longitude), (other.latitude, other.longitude))
        assert 5_000 < length_m < 60_000, road
        assert abs(other.height_m - one.height_m) / length_m < 0.01, road
