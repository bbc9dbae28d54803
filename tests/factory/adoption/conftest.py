"""An account of moto's, and the real Terraform in a root of the test's own beside a local AWS."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
import pytest
from terraform_here import PROVIDER, account, environment_of, initialise

from factory.adoption.aws import Aws

CALLER = """
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
    local: Any
    key: tuple[str, str] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Of the programs that work in it."""
        return environment_of(self.local, self.key)

    @cached_property
    def session(self) -> Any:
        """Of the local AWS's root; one for all clients, whose errors are then of the same classes."""
        return self.local.session()

    def client(self, service: str) -> Any:
        """Of the local AWS, as its root."""
        return self.session.client(service, endpoint_url=self.local.endpoint)

    def write(self, text: str) -> None:
        """The configuration, and `terraform init`; the test is skipped where that does not work."""
        (self.directory / "main.tf").write_text(PROVIDER + CALLER + text)
        initialise(self.directory, self.environment)

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
    return account(start_local_aws, tmp_path_factory.mktemp("adoption") / "aws")


@pytest.fixture
def root(account_of_test: Any, tmp_path: Path) -> Root:
    """An empty root beside that account."""
    return Root(tmp_path, account_of_test)
