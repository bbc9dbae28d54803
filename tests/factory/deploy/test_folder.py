"""The folder that is deployed, and the files of variables in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import UsageError
from factory.deploy.folder import IMAGES_FILE, MODELS_FILE, OWN_FILE, Folder

ROOT = Path(__file__).parents[3]
TERRAFORM = """
terraform {
  backend "s3" {
    encrypt = true
  }
}

variable "plant" {
  type = string
}

variable "images" {
  type = map(string)
}
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A root with two variables."""
    (tmp_path / "main.tf").write_text(TERRAFORM)
    return tmp_path


def write(directory: Path, name: str, values: dict[str, Any]) -> None:
    """A file of variables."""
    (directory / name).write_text(json.dumps(values))


def test_a_folder_tells_what_it_declares_and_where_its_state_lies(directory: Path) -> None:
    """As Terraform reads it."""
    folder = Folder(directory)
    assert (folder.declared, folder.has_backend) == ({"plant", "images"}, True)


@pytest.mark.parametrize(("name", "backend"), [("", True), ("examples/minimal", False), ("examples/production", False)])
def test_the_folders_of_this_repository_are_known(name: str, backend: bool) -> None:
    """The root keeps its state in S3, the examples beside them; what is found out can be handed to each."""
    folder = Folder(ROOT / "terraform" / name)
    assert folder.has_backend is backend
    assert {"plant", "region", "administrators", "allowed_cidrs", "images", "models_published"} <= folder.declared


def test_of_two_files_the_later_one_holds(directory: Path) -> None:
    """By their names, as Terraform's documentation says under "Variable Definition Precedence"."""
    write(directory, "b.auto.tfvars.json", {"plant": "second"})
    write(directory, "terraform.tfvars.json", {"plant": "least", "region": "eu-central-1"})
    write(directory, "a.auto.tfvars.json", {"plant": "first"})
    assert Folder(directory).own == {"plant": "second", "region": "eu-central-1"}


def test_what_is_managed_here_stands_in_files_of_its_own(directory: Path) -> None:
    """The owner's file stays as it is, a variable that the folder does not declare is left out, no draft is left."""
    write(directory, OWN_FILE, {"plant": "plant1"})
    before = (directory / OWN_FILE).read_bytes()
    folder = Folder(directory)
    folder.write_managed(IMAGES_FILE, {"images": {"init": "i:1"}, "model_image": "m:1"})

    assert folder.managed(IMAGES_FILE) == {"images": {"init": "i:1"}}
    assert folder.has_written(IMAGES_FILE, {"images": {"init": "i:1"}, "model_image": "other"})
    assert not folder.has_written(IMAGES_FILE, {"images": {"init": "i:2"}})
    assert folder.own == {"plant": "plant1"}
    assert (directory / OWN_FILE).read_bytes() == before
    assert {path.name for path in directory.iterdir()} == {"main.tf", OWN_FILE, IMAGES_FILE}


def test_terraform_reads_the_models_after_the_owners_file() -> None:
    """Both may set `fleet`, and only the later one counts."""
    assert max(MODELS_FILE, OWN_FILE, "deployment.auto.tfvars.json") == MODELS_FILE


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"images": {}}, "images"),
        ({"models_published": True}, "models_published"),
        ({"fleet": {"zone": "Asia/Kolkata", "model_data_url": "s3://a/b"}}, "fleet.model_data_url"),
    ],
)
def test_an_owner_who_sets_what_is_found_out_here_is_told(directory: Path, values: dict[str, Any], named: str) -> None:
    """Either would silently undo the other."""
    write(directory, OWN_FILE, values)
    with pytest.raises(UsageError, match=f"sets {named}, which"):
        _ = Folder(directory).own


def test_a_plant_that_nobody_has_described_is_refused_with_the_way_to_a_draft(directory: Path) -> None:
    """And so is a file that is none."""
    with pytest.raises(UsageError, match="--write-draft"):
        _ = Folder(directory).own
    (directory / OWN_FILE).write_text("{")
    with pytest.raises(UsageError, match="cannot be read"):
        _ = Folder(directory).own
    (directory / OWN_FILE).rename(directory / "c.auto.tfvars")
    with pytest.raises(UsageError, match=r"c\.auto\.tfvars is not in JSON"):
        _ = Folder(directory).own


def test_a_directory_without_terraform_is_refused(tmp_path: Path) -> None:
    """A misspelt --folder."""
    with pytest.raises(UsageError, match="has no Terraform configuration"):
        Folder(tmp_path)
