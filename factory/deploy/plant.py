"""What all steps share: the account, the folder, Terraform in it, and what its state says."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from contracts.resources import REGION, Resources
from factory.deploy.errors import DeployError
from factory.deploy.folder import Folder, write_values
from factory.deploy.needs import is_local
from factory.deploy.programs import Ended, run
from factory.deploy.terraform import Planned, Terraform

BACKEND_FILE = "backend.hcl"
FUNCTION_ZIP = Path("build") / "fleet-function.zip"


@dataclass
class Plant:
    """A plant on AWS, and where it is deployed from.

    Args:
        repository: this repository; scripts and images are of it.
        folder: what is deployed.
        terraform: in that folder.
        session: credentials.
        account: number of the account.
        caller: ARN of the role or user who deploys.
        environment: of the programs that are called.
        scratch: a directory of ours alone.
        tag: of the images: a commit.
    """

    repository: Path
    folder: Folder
    terraform: Terraform
    session: boto3.session.Session
    account: str
    caller: str
    environment: Mapping[str, str]
    scratch: Path
    tag: str
    settled: bool = field(default=False, init=False)
    """Whether Terraform has found nothing to change in this walk."""
    _zip_made: bool = field(default=False, init=False)

    @property
    def name(self) -> str:
        """Of the plant."""
        return str(self.folder.own.get("plant", "plant1"))

    @property
    def region(self) -> str:
        """AWS region of the plant."""
        return str(self.folder.own.get("region", REGION))

    @property
    def names(self) -> Resources:
        """What its things are called on AWS."""
        return Resources(self.name, self.account, self.region)

    @property
    def is_local(self) -> bool:
        """Whether a local AWS stands for the account."""
        return is_local(self.environment)

    def client(self, service: str) -> Any:
        """A client of boto3 in the plant's region."""
        make: Any = self.session.client
        return make(service, region_name=self.region)

    @property
    def backend(self) -> Path:
        """File that says where the state lies."""
        return self.folder.path / BACKEND_FILE

    @property
    def can_start(self) -> bool:
        """Whether Terraform knows where the state lies."""
        return not self.folder.has_backend or self.backend.exists()

    def outputs(self) -> dict[str, Any]:
        """What Terraform's state says; empty before the first apply."""
        self._initialise()
        return self.terraform.outputs()

    def plan(self, values: Mapping[str, Any], *arguments: str) -> Planned:
        """What Terraform would do with some variables set anew.

        Args:
            values: of variables; those that the folder does not declare are left out.
            arguments: others of `terraform plan`.
        """
        self._initialise()
        self._make_zip()
        file = self.scratch / "values.tfvars.json"
        write_values(file, self.folder.only_declared(values))
        return self.terraform.plan(f"-var-file={file}", *arguments)

    def apply(self, planned: Planned) -> None:
        """Apply the plan that was made last, if that is agreed to."""
        self.terraform.apply(planned, f"account {self.account}, {self.region}")

    def ask(self, *command: str, **environment: str) -> Ended:
        """Run a program of this repository, and return what it says.

        Args:
            command: its words.
            environment: more of it.
        """
        return run(command, directory=self.repository, environment={**self.environment, **environment})

    def demand(self, *command: str, remedy: str = "Put right what it says above.", **environment: str) -> None:
        """Run a program of this repository, and show what it says.

        Raises:
            DeployError: it failed.
        """
        whole = {**self.environment, **environment}
        ended = run(command, directory=self.repository, environment=whole, shown=True)
        if ended.status:
            raise DeployError(f"{_short(command)} failed (exit status {ended.status}).", remedy=remedy)

    def factory(self, *words: str) -> tuple[str, ...]:
        """The words of a call of `factory`."""
        return (sys.executable, "-P", "-m", "factory", *words)

    def _initialise(self) -> None:
        where = [f"-backend-config={BACKEND_FILE}"] if self.folder.has_backend else []
        self.terraform.initialise(*where)

    def _make_zip(self) -> None:
        # What `make lambda` does after the set-up: the same bytes each time, so that Terraform sees no change.
        if not self._zip_made and "function_zip" not in self.folder.own:
            self.demand(sys.executable, "-P", "-m", "maintenance.fleet.zip", str(FUNCTION_ZIP))
        self._zip_made = True


def _short(command: tuple[str, ...]) -> str:
    words = command[3:] if command[1:3] == ("-P", "-m") else command
    return " ".join(words[:3])
