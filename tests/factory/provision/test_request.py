"""What may be asked for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.identity import Identity, PlantConfiguration
from contracts.nameplates import NAMEPLATES
from contracts.vehicles import VEHICLES
from factory.provision import ProvisionRequest, ProvisionUsageError, parse_device
from factory.provision.request import machine, vehicle
from factory.provision.scenarios import merged, replayed


@given(st.integers(1, 100_000))
def test_a_machines_line_model_and_shard_follow_from_its_number(number: int) -> None:
    """Ten a line, the models in turn."""
    one = machine(number, "plant1")
    assert int(one.device_id[1:]) == number
    assert int(one.line[4:]) == (number + 9) // 10
    assert one.model == list(NAMEPLATES)[(number - 1) % len(NAMEPLATES)]


@settings(deadline=None)
@given(st.integers(0, 3000), st.integers(0, 3000))
def test_a_machine_never_moves_to_another_shard(few: int, many: int) -> None:
    """Or its sequence numbers might be used twice."""

    def homes(count: int) -> dict[str, str]:
        shards = ProvisionRequest(machines=count).shards()
        return {one.device_id: shard for shard, members in shards.items() for one in members}

    smaller, larger = sorted((few, many))
    assert homes(smaller).items() <= homes(larger).items()


@given(st.integers(1, 100_000))
def test_a_vehicles_model_follows_from_its_number(number: int) -> None:
    """All on the fleet's line, vans and trucks in turn."""
    one = vehicle(number, "plant1")
    assert (int(one.device_id[3:]), one.line) == (number, "fleet")
    assert one.model == list(VEHICLES)[(number - 1) % 2]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1200), st.integers(0, 1200), st.integers(0, 1200))
def test_vehicles_have_shards_of_their_own_and_never_move(machines: int, few: int, many: int) -> None:
    """However many machines and other vehicles there are; no shard has both."""

    def homes(vehicles: int) -> dict[str, str]:
        shards = ProvisionRequest(machines=machines, vehicles=vehicles).shards()
        return {one.device_id: shard for shard, members in shards.items() for one in members}

    smaller, larger = sorted((few, many))
    found = homes(larger)
    assert homes(smaller).items() <= found.items()
    kinds = {(shard, name.startswith("VHC")) for name, shard in found.items()}
    assert len(kinds) == len({shard for shard, _ in kinds})


@pytest.mark.parametrize(("asked", "fits"), [({"machines": 9000}, True), ({"machines": 9001}, False)])
def test_machines_never_come_into_the_vehicles_shards(asked: dict[str, int], fits: bool) -> None:
    """With one machine a shard 9,000 have a number; vehicles have the thousand above."""
    request = ProvisionRequest(shard_size=1, vehicles=1000, **asked)
    if fits:
        assert len(request.shards()) == 10_000
    else:
        with pytest.raises(ProvisionUsageError, match="--shard-size"):
            request.shards()
    with pytest.raises(ProvisionUsageError, match="too many shards"):
        ProvisionRequest(shard_size=1, vehicles=1001).shards()


def test_a_vehicle_named_by_hand_is_in_the_first_shard_of_vehicles() -> None:
    """As a device is in the first of machines."""
    device = parse_device("T900:fleet:truck", "plant1")
    assert device == Identity(device_id="T900", plant="plant1", line="fleet", model="truck")
    shards = ProvisionRequest(machines=1, devices=(device,)).shards()
    assert [(name, [one.device_id for one in members]) for name, members in shards.items()] == [
        ("shard-0000", ["M001"]),
        ("shard-9000", ["T900"]),
    ]


@pytest.mark.parametrize("text", ["T900:line1:truck", "X900:fleet:cnc_mill", "R900:fleet:replay"])
def test_a_device_on_a_line_of_the_other_kind_is_refused(text: str) -> None:
    """Its messages would be quarantined: by the line the rules tell vehicles from machines."""
    with pytest.raises(ProvisionUsageError, match=text[:4]):
        ProvisionRequest(devices=(parse_device(text, "plant1"),)).shards()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "R001",
        "R001:line1",
        "R 1:line1:replay",
        "R001:l/1:replay",
        "R001:line1:lathe",
        "M001:line1:replay",
        "VHC001:fleet:van",
    ],
)
def test_a_device_of_another_form_is_refused(text: str) -> None:
    """With the text that was given."""
    with pytest.raises(ProvisionUsageError, match="--device") as caught:
        parse_device(text, "plant1")
    assert repr(text) in str(caught.value)


def test_a_device_named_twice_is_refused() -> None:
    """Two identities for one machine cannot be meant."""
    device = parse_device("R001:line1:replay", "plant1")
    with pytest.raises(ProvisionUsageError, match="R001 is named twice"):
        ProvisionRequest(devices=(device, device)).shards()


@pytest.mark.parametrize(
    "asked",
    [
        {"plant": "Plant_1"},
        {"plant": "p" * 26},
        {"machines": -1},
        {"endpoint_url": "localhost"},
        {"region": "mars"},
        {"interval_s": 0},
    ],
)
def test_what_cannot_be_meant_is_refused(asked: dict[str, object]) -> None:
    """Before AWS is asked anything."""
    with pytest.raises(ValidationError):
        ProvisionRequest(**asked)


def test_the_plant_signs_locally_and_aws_on_aws() -> None:
    """Unless told otherwise."""
    assert ProvisionRequest(endpoint_url="http://127.0.0.1:4566").signer == "plant"
    assert ProvisionRequest().signer == "aws"
    assert ProvisionRequest(issuer="plant").signer == "plant"


def test_what_is_not_asked_for_stays() -> None:
    """Over what was, over the defaults."""
    before = PlantConfiguration(plant="plant1", seed=4, interval_s=2.0)
    assert ProvisionRequest(interval_s=3.0).configuration(before) == before.model_copy(update={"interval_s": 3.0})
    assert ProvisionRequest().configuration(None) == PlantConfiguration()


def test_a_scenario_names_the_machines_that_it_replays() -> None:
    """One for each replay; a device that was named by hand is not added again."""
    replay = "{device_id: R001, line: line1, file: /r.csv, signals: {temp: {column: value}}}"
    assert replayed(f"name: r\nreplays: [{replay}]", "plant1") == (parse_device("R001:line1:replay", "plant1"),)
    named = (parse_device("R001:line2:replay", "plant1"),)
    assert merged(named, (parse_device("R001:line1:replay", "plant1"),)) == named
