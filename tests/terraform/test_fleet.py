"""The fleet's module against what `factory provision` makes; its function at work is in test_account.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from terraform_here import MODULES, Folder, account, planned

from contracts.resources import FLEET_INBOX, Resources
from factory.provision.function import MEMORY_MB, RETRIES_AT_ONCE, TIMEOUT_S, VISIBILITY_S
from factory.provision.policies import Document, fleet_function_policy, function_trust
from maintenance.fleet.settings import FleetSettings, settings_from
from maintenance.fleet.zip import ARCHITECTURE, ENTRY, RUNTIME, write_zip

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]

NAMES = Resources("plant1", "000000000000")
FLEET = """
variable "function_zip" {{ type = string }}
variable "model_url" {{ type = string }}

module "fleet" {{
  source = "{module}"

  name                = "smart-factory-plant1"
  fleet_bucket_name   = "{bucket}"
  key_arn             = "{key}"
  function_zip        = var.function_zip
  administrators      = ["deputy@fleet.example", "chief@fleet.example"]
  threshold_c         = 99.5
  deletion_protection = false
  more_environment = {{
    AWS_ENDPOINT_URL                   = "{endpoint}"
    AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME = var.model_url
  }}
}}
"""
KEY_ARN = "arn:aws:kms:us-east-1:000000000000:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"


def folder(directory: Path, local: Any, model_url: str) -> Folder:
    """The module in a root with the function's zip beside it, on a key and a bucket that are there."""
    write_zip(directory / "fleet-function.zip")
    told = {"function_zip": str(directory / "fleet-function.zip"), "model_url": model_url}
    (directory / "terraform.tfvars.json").write_text(json.dumps(told))
    text = FLEET.format(bucket=NAMES.fleet_bucket, key=KEY_ARN, module=MODULES / "fleet", endpoint=local.endpoint)
    return Folder(directory, text, local)


@pytest.fixture(scope="module")
def plan(start_local_aws: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Terraform would make in an account whose key and bucket are there."""
    directory = tmp_path_factory.mktemp("plan")
    local = account(start_local_aws, directory / "aws")
    found = folder(directory / "root", local, "http://127.0.0.1:1").plan()
    local.stop()
    return found


def rights(document: Document) -> set[tuple[str, str, str, str]]:
    """A policy in effect: every action on every resource, with its condition."""

    def each(value: str | list[str]) -> list[str]:
        return [value] if isinstance(value, str) else value

    return {
        (one["Effect"], action, resource, json.dumps(one.get("Condition"), sort_keys=True))
        for one in document["Statement"]
        for action in each(one["Action"])
        for resource in each(one["Resource"])
    }


def test_the_function_may_do_what_provisioning_lets_it_do(plan: dict[str, Any]) -> None:
    """The role's policy equals that of `factory provision` in effect, action by action and resource by resource."""
    (policy,) = planned(plan, "aws_iam_role_policy").values()
    (role,) = planned(plan, "aws_iam_role").values()

    assert (NAMES.fleet_function_role, "rights") == (role["name"], policy["name"])
    assert rights(fleet_function_policy(NAMES, KEY_ARN)) == rights(json.loads(policy["policy"]))
    assert function_trust()["Statement"] == json.loads(role["assume_role_policy"])["Statement"]


def test_the_function_is_told_what_provisioning_tells_it(plan: dict[str, Any]) -> None:
    """The same settings come out of its environment; only the queues' addresses are not known before they are there."""
    (function,) = planned(plan, "aws_lambda_function").values()
    known = function["environment"][0]["variables"]
    unknown = function["after_unknown"]["environment"][0]["variables"]

    assert {"FLEET_RETRY_QUEUE_URL", "FLEET_DEAD_LETTERS_URL"} == {name for name, so in unknown.items() if so}
    assert {"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME"} == {
        name for name in known if not name.startswith("FLEET_")
    }
    assert FleetSettings(
        table=NAMES.fleet_readings_table,
        vehicles_table=NAMES.fleet_vehicles_table,
        alerts_table=NAMES.fleet_alerts_table,
        topic_arn=NAMES.fleet_topic_arn,
        endpoint=NAMES.fleet_endpoint,
        retry_queue_url="retries",
        dead_letters_url="letters",
        administrators="chief@fleet.example,deputy@fleet.example",
        threshold_c=99.5,
    ) == settings_from(known | {"FLEET_RETRY_QUEUE_URL": "retries", "FLEET_DEAD_LETTERS_URL": "letters"})


def test_the_function_is_the_one_that_provisioning_makes(plan: dict[str, Any]) -> None:
    """Name, entry, runtime, time, memory, queue of its dead letters: as in factory/provision/function.py."""
    (function,) = planned(plan, "aws_lambda_function").values()
    (retries,) = (one for one in planned(plan, "aws_sqs_queue").values() if one["name"] == NAMES.fleet_retry_queue)
    (mapping,) = planned(plan, "aws_lambda_event_source_mapping").values()

    found = [
        function[name] for name in ("function_name", "handler", "runtime", "architectures", "timeout", "memory_size")
    ]
    assert [NAMES.fleet_function, ENTRY, RUNTIME, [ARCHITECTURE], TIMEOUT_S, MEMORY_MB] == found
    assert function["dead_letter_config"][0]["target_arn"].endswith(f":{NAMES.fleet_dead_letters}")
    assert (VISIBILITY_S, RETRIES_AT_ONCE) == (retries["visibility_timeout_seconds"], mapping["batch_size"])


def test_tables_have_the_keys_that_provisioning_gives_them(plan: dict[str, Any]) -> None:
    """Names, keys and their types; contracts/resources.py says which."""
    found = {
        table["name"]: (
            table["hash_key"],
            table["range_key"],
            {(one["name"], one["type"]) for one in table["attribute"]},
        )
        for table in planned(plan, "aws_dynamodb_table").values()
    }

    assert {
        NAMES.fleet_readings_table: ("device_id", "timestamp", {("device_id", "S"), ("timestamp", "S")}),
        NAMES.fleet_vehicles_table: ("device_id", None, {("device_id", "S")}),
        NAMES.fleet_alerts_table: ("alert", None, {("alert", "S")}),
    } == found


def test_only_the_inbox_starts_the_function(plan: dict[str, Any]) -> None:
    """The notification is of contracts' prefix, and the rule that may call the function is contracts' rule."""
    (notification,) = planned(plan, "aws_s3_bucket_notification").values()
    (told,) = notification["lambda_function"]
    callers = {one["statement_id"]: one["source_arn"] for one in planned(plan, "aws_lambda_permission").values()}

    assert ("inbox", ["s3:ObjectCreated:*"], FLEET_INBOX) == (told["id"], told["events"], told["filter_prefix"])
    assert {
        "s3": f"arn:aws:s3:::{NAMES.fleet_bucket}",
        "rule": "arn:aws:iot:us-east-1:000000000000:rule/fleet_vehicles",
    } == callers
