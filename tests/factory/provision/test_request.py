"""What may be asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.identity import PlantConfiguration
from contracts.nameplates import NAMEPLATES
from factory.provision import ProvisionRequest, ProvisionUsageError, parse_device
from factory.provision.request import machine
from factory.provision.scenarios import merged, replayed


@given(st.integers(1, 100_000))
def test_a_machines_line_model_and_shard_follow_from_its_number(number: int) -> None:
    """Ten a line, the models in turn."""
    one = machine(number, "plant1")
    assert int(one.device_id[1:]) == number
    assert int(one.line[4:]) == (number + 9) // 10
    assert one.model == list(NAMEPLATES)[(number - 1) % len(NAMEPLATES)]


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_a_machine_never_moves_to_another_shard(few: int, many: int) -> None:
    """Or its sequence numbers might be used twice."""

    def homes(count: int) -> dict[str, str]:
        shards = ProvisionRequest(machines=count).shards()
        return {one.device_id: shard for shard, members in shards.items() for one in members}

    smaller, larger = sorted((few, many))
    assert homes(smaller).items() <= homes(larger).items()


@pytest.mark.parametrize(
    "text",
    ["", "R001", "R001:line1", "R 1:line1:replay", "R001:l/1:replay", "R001:line1:lathe", "M001:line1:replay"],
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
