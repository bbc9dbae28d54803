"""Parts of a plant: everybody once, by number alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contracts.vehicles import VEHICLES
from factory.provision.request import machine, vehicle
from simulator.backfill.parts import LARGEST, named_parts, parts


@given(st.integers(1, 30_000))
def test_everybody_is_in_one_part(count: int) -> None:
    """In order, in parts whose sizes differ by one at most and that are never too large."""
    made = parts(range(count))
    sizes = [len(part) for part in made]

    assert [member for part in made for member in part] == list(range(count))
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= LARGEST


@given(st.integers(0, 700), st.integers(0, 700))
def test_machines_and_vehicles_share_no_part(machines: int, vehicles: int) -> None:
    """Everybody is in one part, under a name that says of which kind all in it are."""
    everybody = [
        *(machine(number, "plant1") for number in range(1, machines + 1)),
        *(vehicle(number, "plant1") for number in range(1, vehicles + 1)),
    ]
    made = named_parts(everybody)

    assert [member for _, members in made for member in members] == everybody
    assert len({name for name, _ in made}) == len(made)
    for name, members in made:
        assert {one.model in VEHICLES for one in members} == {name.startswith("fleet-")}
