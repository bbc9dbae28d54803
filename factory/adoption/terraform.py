"""Runs Terraform in a directory: plans, shows a plan as JSON, applies it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from factory.adoption.errors import AdoptionError, AdoptionUsageError


class Planned(NamedTuple):
    """A plan as JSON, and what Terraform said if it gave up on the way."""

    document: dict[str, Any]
    error: str | None


class Terraform:
    """Terraform in one directory.

    Args:
        directory: a root of a configuration that `terraform init` was run in.
        plan_file: where the plan is kept; it holds secrets in clear, so in a directory that others cannot read.
        arguments: of the plan: `-var-file=…`, `-var=…`.
        environment: of the process.

    Raises:
        AdoptionUsageError: there is no configuration in the directory.
        AdoptionError: Terraform is not installed.
    """

    def __init__(
        self, directory: Path, plan_file: Path, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        if not any(directory.glob("*.tf")):
            raise AdoptionUsageError(
                f"{directory} has no Terraform configuration.", remedy="Name the directory of the root with --dir."
            )
        program = shutil.which("terraform", path=environment.get("PATH"))
        if program is None:
            raise AdoptionError("terraform is not installed.", remedy="Install Terraform 1.11 or newer.")
        self.directory = directory
        self._program = program
        self._plan_file = plan_file
        self._arguments = tuple(arguments)
        self._environment = dict(environment)

    def plan(self) -> Planned:
        """Plan, and keep the plan.

        Raises:
            AdoptionError: Terraform made no plan.
        """
        self._plan_file.unlink(missing_ok=True)
        options = ("-input=false", "-no-color", f"-out={self._plan_file}", *self._arguments)
        status, _, told = self._run("plan", *options)
        if not self._plan_file.exists():
            raise AdoptionError(f"terraform plan failed in {self.directory}.\n{told.strip()}")
        shown, document, complaint = self._run("show", "-json", str(self._plan_file))
        if shown:
            raise AdoptionError(f"terraform show failed in {self.directory}.\n{complaint.strip()}")
        return Planned(json.loads(document), told.strip() if status else None)

    def apply(self) -> None:
        """Apply the plan that is kept, and nothing else; what Terraform says goes to standard error.

        Raises:
            AdoptionError: Terraform failed.
        """
        status = self._run("apply", "-input=false", "-no-color", str(self._plan_file), shown=True)[0]
        if status:
            raise AdoptionError(
                f"terraform apply failed in {self.directory} (exit status {status}); what it had done stays done.",
                remedy="Put right what it says above, and run this again: it goes on from there.",
            )

    def _run(self, verb: str, *arguments: str, shown: bool = False) -> tuple[int, str, str]:
        process = subprocess.Popen(
            [self._program, verb, *arguments],
            cwd=self.directory,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=2 if shown else subprocess.PIPE,
            stderr=None if shown else subprocess.PIPE,
            text=True,
        )
        interrupted = False
        while True:
            try:
                told, complaint = process.communicate()
                break
            except KeyboardInterrupt:
                # Terraform has heard it too, ends in order and writes its state: nobody may kill it meanwhile.
                interrupted = True
        if interrupted:
            raise KeyboardInterrupt
        return process.returncode, told or "", complaint or ""
