"""Terraform as it is on this machine: how tests start it, and a root of a test's own that it plans.

Which registry or mirror it takes the provider from is the CLI configuration's business (`TF_CLI_CONFIG_FILE`). Where it
cannot initialise, the test is skipped and says why.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from factory.local_aws.credentials import ROOT_FILE

MODULES = Path(__file__).parents[2] / "terraform" / "modules"
_PATIENCE_S = 300
REQUIRED = """
terraform {
  required_version = ">= 1.11"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}
"""
PROVIDER = f"""{REQUIRED}
# A local AWS has its buckets below a path, and knows the key that the environment names.
provider "aws" {{
  region                      = "us-east-1"
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
}}
"""


def terraform(directory: Path, environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Terraform in a directory; five minutes are more than any of these calls takes."""
    return subprocess.run(
        ["terraform", *arguments],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )


def initialise(directory: Path, environment: Mapping[str, str]) -> None:
    """`terraform init`; where that does not work, the test is skipped and says why."""
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not installed")
    done = terraform(directory, environment, "init", "-input=false", "-no-color")
    if done.returncode:
        why = next((line.strip(" │╷") for line in done.stderr.splitlines() if "rror" in line), "it did not say why")
        pytest.skip(f"terraform cannot initialise: {why}")


def environment_of(local: Any, key: tuple[str, str] | None = None) -> dict[str, str]:
    """Of programs that take a local AWS for the account, with somebody's access key or as its root."""
    root = local.session().get_credentials()
    key_id, secret = key or (root.access_key, root.secret_key)
    return {
        **os.environ,
        "AWS_ENDPOINT_URL": local.endpoint,
        "AWS_ACCESS_KEY_ID": key_id,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": "us-east-1",
        "TF_IN_AUTOMATION": "1",
    }


def account(start_local_aws: Callable[..., Any], directory: Path, **environment: str) -> Any:
    """An empty local AWS whose root has the key that tools for emulators take for granted, `test`.

    Args:
        start_local_aws: the fixture of that name.
        directory: where its state shall lie.
        environment: more of it.
    """
    directory.mkdir(parents=True)
    (directory / ROOT_FILE).write_text(json.dumps({"access_key_id": "test", "secret_access_key": "test"}))
    return start_local_aws(directory, **environment)


def demand_whole_account(directory: Path, local: Any) -> None:
    """Skip the test where the provider asks the local AWS for services that it has not, such as EC2 for the zones.

    Args:
        directory: of a root that asks for the zones.
        local: the local AWS that stands for the account.
    """
    environment = environment_of(local)
    directory.mkdir(parents=True)
    (directory / "main.tf").write_text(f'{PROVIDER}\ndata "aws_availability_zones" "all" {{}}\n')
    initialise(directory, environment)
    done = terraform(directory, environment, "plan", "-input=false", "-no-color")
    if done.returncode and not _has_zones(local):
        pytest.skip("this provider asks the local AWS for the zones, and EC2 is none of its services")
    assert done.returncode == 0, done.stderr


def _has_zones(local: Any) -> bool:
    once = Config(retries={"total_max_attempts": 1})
    ec2 = local.session().client("ec2", endpoint_url=local.endpoint, config=once)
    try:
        return bool(ec2.describe_availability_zones()["AvailabilityZones"])
    except (BotoCoreError, ClientError):
        return False


class Folder:
    """A root of Terraform in a directory of its own.

    Args:
        directory: where it lies.
        text: the configuration, beside the provider's.
        local: the local AWS that stands for the account.
    """

    def __init__(self, directory: Path, text: str, local: Any) -> None:
        self.directory = directory
        self._environment = environment_of(local)
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "main.tf").write_text(PROVIDER + text)
        initialise(directory, self._environment)

    def plan(self) -> dict[str, Any]:
        """The plan, as `terraform show -json` tells it."""
        self.do("plan", "-input=false", "-no-color", "-out=plan.bin")
        shown: dict[str, Any] = json.loads(self.do("show", "-json", "plan.bin"))
        return shown

    def do(self, *arguments: str) -> str:
        """Run Terraform and expect success; what it printed."""
        done = terraform(self.directory, self._environment, *arguments)
        assert done.returncode == 0, f"terraform {arguments[0]}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout


def planned(plan: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    """The resources of a type in a plan, by their address: what is known of them, and `after_unknown`."""
    return {
        change["address"]: {**change["change"]["after"], "after_unknown": change["change"]["after_unknown"]}
        for change in plan["resource_changes"]
        if change["type"] == kind and change["mode"] == "managed"
    }
