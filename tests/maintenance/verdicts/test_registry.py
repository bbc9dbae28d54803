"""The machines of a plant, as the registry knows them."""

from __future__ import annotations

import boto3
import pytest
from botocore.config import Config

from maintenance.errors import VerdictError
from maintenance.verdicts.registry import Machine, MachineRegistry


def thing(name: str, plant: str, line: str, model: str) -> None:
    """Enrol a thing."""
    attributes = {"plant": plant, "line": line, "model": model}
    boto3.client("iot").create_thing(thingName=name, attributePayload={"attributes": attributes})


@pytest.mark.usefixtures("mocked_account")
def test_machines_of_the_plant_whose_model_is_known() -> None:
    """Vehicles, the engine, other plants and models of which nothing was learnt are left out."""
    for name, plant, line, model in (
        ("M002", "plant1", "line2", "conveyor"),
        ("M001", "plant1", "line1", "cnc_mill"),
        ("M001b", "plant2", "line1", "cnc_mill"),
        ("V00001", "plant1", "fleet", "van"),
        ("rules-engine", "plant1", "programs", "rules-engine"),
    ):
        thing(name, plant, line, model)
    found = MachineRegistry(boto3.client("iot"), "plant1", ["cnc_mill", "conveyor"]).machines()

    assert list(found.items()) == [("M001", Machine("line1", "cnc_mill")), ("M002", Machine("line2", "conveyor"))]


@pytest.mark.usefixtures("mocked_account")
def test_more_machines_than_a_page() -> None:
    """Are all found."""
    for number in range(260):
        thing(f"M{number:03d}", "plant1", "line1", "cnc_mill")

    assert len(MachineRegistry(boto3.client("iot"), "plant1", ["cnc_mill"]).machines()) == 260


def test_a_registry_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Is a failure in one sentence, which is tried again."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    config = Config(connect_timeout=1, retries={"total_max_attempts": 1})
    client = boto3.client("iot", "us-east-1", endpoint_url="http://127.0.0.1:9", config=config)

    with pytest.raises(VerdictError, match="registry of things does not answer"):
        MachineRegistry(client, "plant1", ["cnc_mill"]).machines()
