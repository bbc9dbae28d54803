"""What is taken away with a plant is that plant's alone."""

from __future__ import annotations

import json
from pathlib import Path

import boto3

from factory.deploy.folder import OWN_FILE, Folder
from factory.deploy.plant import Plant
from factory.deploy.removal import TaskDefinitions
from factory.deploy.terraform import Consent, Terraform
from factory.deploy.walk import State


def test_revisions_of_another_plant_stay(tmp_path: Path, mocked_account: None) -> None:
    """One whose name begins like ours keeps its task definitions; a second look finds ours gone."""
    (tmp_path / "main.tf").write_text('variable "plant" {\n  type = string\n}\n')
    (tmp_path / OWN_FILE).write_text(json.dumps({"plant": "plant1"}))
    consent = Consent(yes=True, may_lose=False, ask=lambda _: False, show=lambda _: None)
    plant = Plant(
        repository=tmp_path, folder=Folder(tmp_path), terraform=Terraform(tmp_path, tmp_path, {}, consent),
        session=boto3.Session(region_name="us-east-1"), account="123456789012", caller="", environment={},
        scratch=tmp_path, tag="",
    )  # fmt: skip
    ecs = boto3.client("ecs", region_name="us-east-1")
    for family in ("plant1-grafana", "plant1-grafana", "plant1-b-grafana", "plant10-grafana"):
        ecs.register_task_definition(family=f"smart-factory-{family}", containerDefinitions=[])
    step = TaskDefinitions(plant)

    assert step.look().told == "deregister 2 revisions"
    assert step.do() == "deregistered 2 revisions"
    assert step.look().state is State.THERE
    left = ecs.list_task_definitions(status="ACTIVE")["taskDefinitionArns"]
    assert sorted(arn.rpartition("/")[2] for arn in left) == [
        "smart-factory-plant1-b-grafana:1",
        "smart-factory-plant10-grafana:1",
    ]
