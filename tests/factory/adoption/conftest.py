"""An account of moto's, and the real Terraform in a root of the test's own beside a local AWS."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from factory.adoption.aws import Aws
from factory.local_aws.credentials import ROOT_FILE

PROVIDER = """
terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}
provider "aws" {
  region                      = "us-east-1"
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
}
data "aws_caller_identity" "this" {}
"""


@pytest.fixture(scope="session")
def clients_of_moto() -> Aws:
    """Clients for all tests: to make one takes longer than a test."""
    return Aws(boto3.Session("testing", "testing", region_name="us-east-1"))


@pytest.fixture
def moto_account(mocked_account: None, clients_of_moto: Aws) -> Aws:
    """An empty account of moto's."""
    return clients_of_moto


@dataclass
class Root:
    """A root of Terraform in a directory of its own, and a local AWS whose root key is `test`."""

    directory: Path
    endpoint: str
    key: tuple[str, str] = ("test", "test")

    @property
    def environment(self) -> dict[str, str]:
        """Of the programs that work in it."""
        return {
            **os.environ,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.key[0],
            "AWS_SECRET_ACCESS_KEY": self.key[1],
            "AWS_REGION": "us-east-1",
        }

    def client(self, service: str) -> Any:
        """Of the local AWS, as its root."""
        make: Any = boto3.client
        return make(
            service, "us-east-1", endpoint_url=self.endpoint, aws_access_key_id="test", aws_secret_access_key="test"
        )

    def write(self, text: str) -> None:
        """The configuration, and `terraform init`; the test is skipped where that does not work."""
        (self.directory / "main.tf").write_text(PROVIDER + text)
        if shutil.which("terraform") is None:
            pytest.skip("terraform is not installed")
        done = self.run("terraform", "init", "-input=false", "-no-color")
        if done.returncode:
            why = next(
                (line.strip(" │╷") for line in done.stderr.splitlines() if "rror" in line), "it does not say why"
            )
            pytest.skip(f"terraform cannot initialise: {why}")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program in it."""
        return subprocess.run(
            command, cwd=self.directory, env=self.environment, capture_output=True, text=True, timeout=300, check=False
        )

    def smart_import(self, *options: str) -> tuple[int, dict[str, Any], str]:
        """Exit status, JSON and standard error of the script."""
        program = (sys.executable, "-P", "-m", "factory.adoption")
        done = self.run(*program, "--dir", str(self.directory), "--json", *options)
        return done.returncode, json.loads(done.stdout or "{}"), done.stderr


@pytest.fixture(scope="module")
def account_of_test(start_local_aws: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A local AWS whose root has the key `test`, which tools for emulators take for granted."""
    directory = tmp_path_factory.mktemp("adoption") / "aws"
    directory.mkdir()
    (directory / ROOT_FILE).write_text(json.dumps({"access_key_id": "test", "secret_access_key": "test"}))
    return start_local_aws(directory)


@pytest.fixture
def root(account_of_test: Any, tmp_path: Path) -> Root:
    """An empty root beside that account."""
    return Root(tmp_path, account_of_test.endpoint)
