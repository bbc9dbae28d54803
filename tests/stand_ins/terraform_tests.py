"""What `terraform test` of each folder says and plans: run once a test run, for all files of tests and their processes.

It runs in a copy of the repository, so that nothing is left in the tree, and only where `terraform init` gets the
provider: from the registry, or from wherever the CLI configuration of this machine says.
"""

from __future__ import annotations

import fcntl
import functools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from terraform_here import REQUIRED

from maintenance.fleet.zip import write_zip

ROOT = Path(__file__).parents[2]
TERRAFORM = ROOT / "terraform"
PLANNED = frozenset({"examples/minimal", "examples/production", "modules/services"})
"""Folders whose plans are asked for; they are told at length, some ten megabytes each."""

_ONLY_HERE = "Incomplete lock file information for providers"
"""What a cache of plugins warns of where no lock file is kept."""


@dataclass(frozen=True)
class Outcome:
    """What came of the tests of a folder.

    Args:
        status: of `terraform test`; 0 if all passed.
        messages: one for each line of its output, as `-json` has them.
    """

    status: int
    messages: list[dict[str, Any]]

    def passed(self) -> int:
        """How many runs did."""
        return sum(one["test_summary"]["passed"] for one in self.messages if one["type"] == "test_summary")

    def complaints(self) -> str:
        """What went wrong, in Terraform's words."""
        return "\n".join(
            json.dumps(one.get("diagnostic", one["@message"]), indent=1)
            for one in self.messages
            if one["@level"] == "error"
        )

    def plan(self, run: str) -> list[dict[str, Any]]:
        """The `resource_changes` of a run, as `terraform show -json` tells them."""
        told = [one for one in self.messages if one["type"] == "test_plan" and one["@testrun"] == run]
        assert len(told) == 1, f"{len(told)} plans of a run {run}:\n{self.complaints()}"
        changes: list[dict[str, Any]] = told[0]["test_plan"]["resource_changes"]
        return changes


@dataclass(frozen=True)
class Copy:
    """The repository in a place of its own; only `terraform/` and `build/` are copies.

    Args:
        place: with the copy, and with what the tests said.
        environment: of Terraform; nothing in it speaks of an account.
    """

    place: Path
    environment: dict[str, str]

    @property
    def terraform(self) -> Path:
        """The copy of `terraform/`."""
        return self.place / "checkout" / "terraform"

    def run(self, folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Terraform in a folder below `terraform/`."""
        command = ["terraform", f"-chdir={self.terraform / folder}", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=550, check=False)

    def init(self, folder: str) -> None:
        """Get a folder ready, once, without a warning. The backend stays out: there is no bucket of states here."""
        # Terraform's cache of plugins is not made for two at once.
        with _locked(self.place / "init"):
            done = self.place / "initialised" / _file_name(folder)
            if done.exists():
                return
            ended = self.run(folder, "init", "-backend=false", "-input=false", "-no-color")
            assert ended.returncode == 0, ended.stdout + ended.stderr
            warned = set(re.findall(r"Warning: (.*)", ended.stdout + ended.stderr)) - {_ONLY_HERE}
            assert not warned, ended.stdout
            done.touch()

    def test(self, folder: str) -> Outcome:
        """`terraform test` of a folder; its second caller, in whatever process, gets what the first was told."""
        told = self.place / "told" / _file_name(folder)
        with _locked(told.with_suffix(".lock")):
            if not told.exists():
                self.init(folder)
                ended = self.run(folder, "test", "-json", *(["-verbose"] if folder in PLANNED else []))
                told.write_text(f"{ended.returncode}\n{ended.stdout}")
        return _told(told)


def terraform_copy(temporary: pytest.TempPathFactory) -> Copy:
    """The copy of this test run; where there is no provider the test is skipped and says why.

    Args:
        temporary: the fixture `tmp_path_factory`.
    """
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not installed")
    base = temporary.getbasetemp()
    # Each process of pytest-xdist has a directory below the run's.
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "terraform"
    place.mkdir(exist_ok=True)
    copied = Copy(place, _environment(place))
    with _locked(place / "lock"):
        why = place / "why-not"
        if not why.exists():
            why.write_text(_begin(copied))
    if reason := why.read_text():
        pytest.skip(reason)
    return copied


def _begin(copied: Copy) -> str:
    """Make the copy; why it cannot be used, if so."""
    for folder in ("checkout", "initialised", "told", "plugins"):
        (copied.place / folder).mkdir()
    probe = copied.terraform / "probe"
    probe.mkdir(parents=True)
    (probe / "main.tf").write_text(REQUIRED)
    probed = copied.run("probe", "init", "-input=false", "-no-color")
    if probed.returncode:
        reason = " ".join(probed.stderr.replace("│", " ").split())
        return f"terraform init gets no provider hashicorp/aws ~> 6.0 here: {reason[:300]}"
    shutil.rmtree(copied.terraform)
    # Links within stay links: tests look at a module's variables through one.
    ignored = shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.tfvars*", "*_override.tf*")
    shutil.copytree(TERRAFORM, copied.terraform, symlinks=True, ignore=ignored)
    for path in ROOT.iterdir():
        if path.name not in ("terraform", "build"):
            (copied.terraform.parent / path.name).symlink_to(path)
    write_zip(copied.terraform.parent / "build" / "fleet-function.zip")
    return ""


def _file_name(folder: str) -> str:
    return f"{folder.replace('/', '-')}.jsonl"


def _environment(place: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_VAR_"))}
    own |= {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1", "AWS_EC2_METADATA_DISABLED": "true"}
    own.setdefault("TF_PLUGIN_CACHE_DIR", str(place / "plugins"))
    # Lock files are not committed: the provider's version is the newest that the constraint allows.
    return own | {"TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "1"}


@functools.cache
def _told(path: Path) -> Outcome:
    status, _, lines = path.read_text().partition("\n")
    return Outcome(int(status), [json.loads(line) for line in lines.splitlines()])


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
