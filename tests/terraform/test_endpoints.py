"""Tasks in private subnets without NAT reach all that they call: each has its endpoint, and the page says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from factory.terraform_files import read_folder

TERRAFORM = Path(__file__).parents[2] / "terraform"
TASKS = [TERRAFORM / "modules" / folder / "main.tf" for folder in ("services", "service")]
ENDPOINTS = {
    "aps:": {"aps-workspaces"},
    "cloudwatch:": {"monitoring"},
    "dynamodb:": {"dynamodb"},
    "ecr:": {"ecr.api", "ecr.dkr", "s3"},  # layers lie in a bucket of AWS's own
    "elasticfilesystem:": set[str](),  # mounted by an address in the same subnet
    "iot:ListThings": {"iot.api"},
    "iot:Publish": {"iot.data"},
    "kms:": {"kms"},
    "logs:": {"logs"},
    "s3:": {"s3"},
    "secretsmanager:": {"secretsmanager"},
}
"""By what a right begins with, AWS's words for the endpoints behind it (PrivateLink guide, "AWS services that integrate
with AWS PrivateLink"; IoT developer guide, "Using AWS IoT Core with interface VPC endpoints")."""
NOT_OF_TASKS = ("aws:", "ecs:", "iam:", "sts:")
"""Keys of conditions, rights of EventBridge Scheduler, which is in no subnet of ours, and trust."""
WITHOUT_A_RIGHT = {"iot.data", "email-smtp"}
"""MQTT has the certificate, mail the account: neither asks IAM."""
SPARE = {"sts"}
"""Nobody calls it yet; the page says so."""


def called() -> set[str]:
    """Rights that the policies of tasks allow."""
    text = "\n".join(path.read_text("utf-8") for path in TASKS)
    rights = set(re.findall(r'"([a-z0-9]+:[A-Z][A-Za-z]+)"', text))
    assert len(rights) > 20
    return {right for right in rights if not right.startswith(NOT_OF_TASKS)}


def default_endpoints() -> set[str]:
    """Of the plant: interfaces, the one of IoT's data, and both gateways."""
    (network,) = [
        block
        for block in read_folder(TERRAFORM / "modules" / "factory").all("variable")
        if block.labels == ("network",)
    ]
    interfaces = re.search(r"interface_endpoints += optional\(set\(string\), \[([^]]*)\]\)", network.text)
    assert interfaces is not None
    assert re.search(r"iot_endpoint += optional\(bool, true\)", network.text)
    return {*re.findall(r'"([^"]+)"', interfaces[1]), "iot.data", "s3", "dynamodb"}


def needed() -> set[str]:
    """Endpoints behind all that tasks call."""
    found = set(WITHOUT_A_RIGHT)
    for right in called():
        behind = [words for beginning, words in ENDPOINTS.items() if right.startswith(beginning)]
        assert behind, f"{right}: which endpoint leads there? Add it to ENDPOINTS, the page of network and the default."
        found |= behind[0]
    return found


def test_the_plant_has_each_endpoint_that_its_tasks_call() -> None:
    """And none more but what is spare: each costs by the hour and zone."""
    assert default_endpoints() == needed() | SPARE


def test_production_has_them_too() -> None:
    """It says nothing of the network, and so has the plant's default; minimal has addresses of its own."""
    production, minimal = (
        (TERRAFORM / "examples" / name / "main.tf").read_text("utf-8") for name in ("production", "minimal")
    )

    assert not re.search(r"^ *network += ", production, re.MULTILINE)
    assert re.search(r"tasks_in_public_subnets += true", minimal)


@pytest.mark.parametrize("word", sorted(needed() | SPARE))
def test_the_page_says_who_calls_it(word: str) -> None:
    """A row of a task for each, and the spare one by name."""
    page = (TERRAFORM / "modules" / "network" / "README.md").read_text("utf-8")
    table = page.partition("## What each task calls")[2].partition("<!--")[0]

    assert f"`{word}`" in table
