"""What the examples of Terraform plan, whole: planned once a test run, for all files of tests and all their processes.

The plan is the one of `terraform test` with a provider that calls nobody, in the form of `terraform show -json`: no
account is needed, and what AWS would only tell when applying, such as ARNs, is told by `terraform/tests/mocks`, so that
documents which name them are known. Keys and secrets get ARNs of their own here, since policies tell them apart.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from terraform_here import initialise, terraform
from terraform_plans import ACCOUNT, REGION, TERRAFORM

from contracts.resources import Resources
from maintenance.fleet.zip import write_zip

EXAMPLES = ("minimal", "production")
NAMES = Resources("plant1", ACCOUNT, REGION)
IMAGES = ("simulator", "init", "maintenance", "prometheus", "alertmanager", "grafana", "local-aws")
_REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/smart-factory"
_VALUES = {
    "region": REGION,
    "administrators": [f"arn:aws:iam::{ACCOUNT}:role/admin"],
    "allowed_cidrs": ["198.51.100.0/24"],
    "domain_name": "factory.example.com",
    "zone_id": "Z0123456789ABCDEFGHIJ",
    "mails": ["operator@example.com"],
    "images": {image: f"{_REGISTRY}/{image}:abc" for image in IMAGES},
    "models_published": True,
}
_MORE_VALUES: dict[str, dict[str, Any]] = {
    "minimal": {},
    "production": {
        "model_image": f"{_REGISTRY}/maintenance:abc-sagemaker",
        "model_data_url": f"s3://{NAMES.models_bucket}/fleet/v1/model.tar.gz",
    },
}
KEYS = {
    use: f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{use}"
    for use in ("fleet", "identities", "lake", "logs", "models", "secrets", "truth")
}
"""ARN of each key, by its use."""
_TOLD = {
    **{f'module.factory.module.keys.aws_kms_key.this["{use}"]': arn for use, arn in KEYS.items()},
    **{
        f'module.factory.module.keys.aws_secretsmanager_secret.this["{use}"]': (
            f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:smart-factory/plant1/{name}-AbCdEf"
        )
        for use, name in (("smtp", "smtp"), ("grafana_admin", "grafana-admin"))
    },
    "module.factory.module.observability.aws_sns_topic.alarms": f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms",
}
_TEST = """
mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

run "planned" {
  command = plan
}
"""
_OVERRIDE = """
override_resource {{
  target          = {target}
  override_during = plan
  values          = {{ arn = "{arn}" }}
}}
"""


def example(name: str, temporary: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The `resource_changes` of an example's plan; the test is skipped, with the reason, where none can be made.

    Args:
        name: of its folder under `terraform/examples`.
        temporary: the fixture `tmp_path_factory`.
    """
    base = temporary.getbasetemp()
    # Each process of pytest-xdist has a directory below the run's.
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "examples"
    place.mkdir(exist_ok=True)
    told = place / "planned.json"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(json.dumps(_planned_or_why_not(place)))
    plans = json.loads(told.read_text())
    if isinstance(plans, str):
        pytest.skip(plans)
    changes: list[dict[str, Any]] = plans[name]
    return changes


def managed(changes: list[dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    """What the resources of a type will be, by their address."""
    return {
        one["address"]: one["change"]["after"] for one in changes if one["type"] == kind and one["mode"] == "managed"
    }


def _planned_or_why_not(place: Path) -> dict[str, list[dict[str, Any]]] | str:
    root = TERRAFORM.parent
    shutil.copytree(TERRAFORM, place / "terraform", ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    for path in root.iterdir():
        if path.name not in ("terraform", "build"):
            (place / path.name).symlink_to(path)
    (place / "build").mkdir()
    write_zip(place / "build/fleet-function.zip")
    try:
        with ThreadPoolExecutor() as pool:
            plans = pool.map(lambda name: _plan(place / "terraform/examples" / name), EXAMPLES)
            return dict(zip(EXAMPLES, plans, strict=True))
    except pytest.skip.Exception as skipped:
        return str(skipped)


def _plan(folder: Path) -> list[dict[str, Any]]:
    (folder / "tests").mkdir(exist_ok=True)
    (folder / "terraform.tfvars.json").write_text(json.dumps(_VALUES | _MORE_VALUES[folder.name]))
    overrides = "".join(_OVERRIDE.format(target=target, arn=arn) for target, arn in _TOLD.items())
    (folder / "tests/planned.tftest.hcl").write_text(_TEST + overrides)
    environment = os.environ | {"TF_IN_AUTOMATION": "1"}
    initialise(folder, environment)
    done = terraform(folder, environment, "test", "-json", "-verbose", "-filter=tests/planned.tftest.hcl")
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    plans = [message["test_plan"] for message in messages if message["type"] == "test_plan"]
    assert len(plans) == 1, [message["@message"] for message in messages if message["@level"] == "error"]
    changes: list[dict[str, Any]] = plans[0]["resource_changes"]
    return changes
