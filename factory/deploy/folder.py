"""The folder of Terraform that is deployed: what it declares, what its owner has written, what is managed here.

Terraform reads every `*.auto.tfvars.json` by itself. Those that are managed here lie beside the owner's, which are
never written; so `terraform apply` by hand does the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from contracts.files import write_whole
from factory.deploy.errors import DeployUsageError
from factory.terraform_files import Block, read_folder

IMAGES_FILE = "images.auto.tfvars.json"
MODELS_FILE = "published-models.auto.tfvars.json"
"""Its name comes after `plant`: of two files that set a variable, Terraform takes the later one."""
OWN_FILE = "plant.auto.tfvars.json"
MANAGED_FILES = (IMAGES_FILE, MODELS_FILE)
MANAGED = ("images", "model_image", "models_published", "model_data_url")
"""Variables whose values are found out here."""


@dataclass(frozen=True)
class Folder:
    """A root of Terraform.

    Args:
        path: where it is.

    Raises:
        DeployUsageError: it is none, or its owner's values cannot be used.
    """

    path: Path

    def __post_init__(self) -> None:
        if not any(self.path.glob("*.tf")):
            raise DeployUsageError(
                f"{self.path} has no Terraform configuration.", remedy="Name terraform or one of terraform/examples."
            )

    @cached_property
    def _blocks(self) -> Block:
        return read_folder(self.path)

    @cached_property
    def declared(self) -> frozenset[str]:
        """Names of its variables."""
        return frozenset(block.labels[0] for block in self._blocks.all("variable"))

    @cached_property
    def has_backend(self) -> bool:
        """Whether its state lies in S3; otherwise beside it, on this disk."""
        return any(inner.labels == ("s3",) for outer in self._blocks.all("terraform") for inner in outer.all("backend"))

    @cached_property
    def own(self) -> dict[str, Any]:
        """What its owner has written, over all files.

        Raises:
            DeployUsageError: nothing, not in JSON, or what is managed here.
        """
        told: dict[str, Any] = {}
        files = [path for path in self._variable_files() if path.name not in MANAGED_FILES]
        for path in files:
            if path.suffix != ".json":
                remedy = f"Write its values into {OWN_FILE} as a JSON object."
                raise DeployUsageError(f"{path} is not in JSON, and only that is read here.", remedy=remedy)
            values = read_values(path)
            _refuse_managed(path, values)
            told |= values
        if not files:
            raise DeployUsageError(
                f"{self.path / OWN_FILE} is not there, which says what your plant is.",
                remedy=f"Make a draft of it: factory deploy --folder {self.path} --write-draft",
            )
        return told

    def managed(self, name: str) -> dict[str, Any]:
        """What a file that is managed here says; empty where it is not there yet."""
        return read_values(self.path / name) if (self.path / name).exists() else {}

    def write_managed(self, name: str, values: Mapping[str, Any]) -> None:
        """Write such a file, whole or not at all; values of variables that the folder does not declare are left out."""
        write_values(self.path / name, self.only_declared(values))

    def has_written(self, name: str, values: Mapping[str, Any]) -> bool:
        """Whether such a file says just that."""
        return self.managed(name) == self.only_declared(values)

    def only_declared(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values of those variables that the folder declares."""
        return {name: value for name, value in values.items() if name in self.declared}

    def _variable_files(self) -> list[Path]:
        """In the order in which Terraform reads them (Terraform's documentation, "Variable Definition Precedence")."""
        first = [self.path / name for name in ("terraform.tfvars", "terraform.tfvars.json")]
        automatic = [*self.path.glob("*.auto.tfvars"), *self.path.glob("*.auto.tfvars.json")]
        return [path for path in first if path.exists()] + sorted(automatic, key=lambda path: path.name)


def read_values(path: Path) -> dict[str, Any]:
    """A file of variables in JSON.

    Raises:
        DeployUsageError: it is none.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DeployUsageError(f"{path} cannot be read: {error}.", remedy="Write a JSON object into it.") from None
    if not isinstance(values, dict):
        raise DeployUsageError(f"{path} holds no JSON object.", remedy='Write it as {"plant": "plant1", …}.')
    return values


def write_values(path: Path, values: Mapping[str, Any]) -> None:
    """Write a file of variables, whole or not at all."""
    write_text(path, json.dumps(values, indent=2, ensure_ascii=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a file, whole or not at all.

    Raises:
        DeployUsageError: it cannot be written.
    """
    try:
        write_whole(path, text)
    except OSError as error:
        raise DeployUsageError(f"{path} cannot be written: {error.strerror}.") from None


def _refuse_managed(path: Path, values: Mapping[str, Any]) -> None:
    fleet = values.get("fleet")
    found = [name for name in MANAGED if name in values]
    found += ["fleet.model_data_url"] if isinstance(fleet, dict) and "model_data_url" in fleet else []
    if found:
        raise DeployUsageError(
            f"{path} sets {', '.join(found)}, which factory deploy finds out itself.",
            remedy=f"Take that out; it is written into {' and '.join(MANAGED_FILES)}.",
        )
