"""Checkov finds nothing in terraform/ but what has its reason beside it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TERRAFORM = ROOT / "terraform"
HERE = Path(sys.prefix) / "checkov/bin/checkov"
"""As `scripts/install-checkov` lays it down."""
SKIP = re.compile(r"^ *#checkov:skip=(?P<check>[A-Z0-9_]+)(?P<reason>.*)$", re.MULTILINE)
WEAK = """
resource "aws_sns_topic" "open" {
  name = "open"
}

resource "aws_cloudwatch_log_group" "open" {
  name = "open"
}

resource "aws_dynamodb_table" "open" {
  name     = "open"
  hash_key = "id"
}

resource "aws_security_group" "open" {
  description = "Anybody may come in."

  ingress {
    description = "By SSH."
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

data "aws_iam_policy_document" "open" {
  statement {
    actions   = ["*"]
    resources = ["*"]
  }
}
"""
# By the names of checkov's policy index, "Terraform".
PLANTED = {
    "CKV_AWS_26": "all data stored in the SNS topic is encrypted",
    "CKV_AWS_158": "CloudWatch Log Group is encrypted by KMS",
    "CKV_AWS_119": "DynamoDB Tables are encrypted using a KMS Customer Managed CMK",
    "CKV_AWS_28": "DynamoDB point in time recovery (backup) is enabled",
    "CKV_AWS_24": "no security groups allow ingress from 0.0.0.0:0 to port 22",
    "CKV_AWS_1": 'IAM policies that allow full "*-*" administrative privileges are not created',
}


def skips() -> list[tuple[str, str, str]]:
    """All exceptions in the files: where, of which check, and the rest of the line."""
    files = [path for path in TERRAFORM.rglob("*.tf") if ".terraform" not in path.parts]
    return [
        (f"/{file.relative_to(TERRAFORM)}", match["check"], match["reason"])
        for file in files
        for match in SKIP.finditer(file.read_text(encoding="utf-8"))
    ]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """What it says of a copy of terraform/, beside which there is a folder with weak settings; it calls nobody."""
    checkov = str(HERE) if HERE.exists() else shutil.which("checkov")
    if checkov is None:
        pytest.skip("checkov is not installed: scripts/install-checkov")
    place = tmp_path_factory.mktemp("checkov") / "terraform"
    shutil.copytree(TERRAFORM, place, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*", "tests", "rules"))
    # The root has nothing of its own, and would have all that it calls looked at once more.
    for root in place.glob("*.tf"):
        assert "\nresource " not in root.read_text(encoding="utf-8")
        root.unlink()
    (place / "weak").mkdir()
    (place / "weak/main.tf").write_text(WEAK)
    ended = subprocess.run(
        [checkov, "--directory", place, "--framework", "terraform", "--skip-download", "--compact", "--output", "json"],
        env={name: value for name, value in os.environ.items() if not name.startswith(("BC_", "CKV_", "PRISMA_"))},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr[-3000:]  # it has found what is weak
    told = json.loads(ended.stdout)
    assert told["summary"]["parsing_errors"] == 0
    found: dict[str, list[dict[str, Any]]] = told["results"]
    return found


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_is_weak_without_a_reason(results: dict[str, list[dict[str, Any]]]) -> None:
    """In modules, bootstrap and examples; and enough was looked at for that to mean something."""
    failed = [
        f"{one['check_id']} {one['resource']}: {one['check_name']}"
        for one in results["failed_checks"]
        if not one["file_path"].startswith("/weak/")
    ]
    looked_at = {one["file_path"] for one in results["passed_checks"]}

    assert failed == []
    assert {
        f"/{path.relative_to(TERRAFORM)}"
        for path in TERRAFORM.glob("modules/*/main.tf")
        if "\nresource " in path.read_text()
    } <= looked_at
    assert len(results["passed_checks"]) > 400


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_is_weak_is_found(results: dict[str, list[dict[str, Any]]]) -> None:
    """Encryption, recovery, a port open to everybody and everything allowed: each of them was left out."""
    found = {
        one["check_id"]: one["check_name"] for one in results["failed_checks"] if one["file_path"].startswith("/weak/")
    }

    assert found.keys() >= PLANTED.keys()
    assert [check for check, name in PLANTED.items() if name not in found[check]] == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_exception_is_needed(results: dict[str, list[dict[str, Any]]]) -> None:
    """An exception of what is not found any more goes away."""
    skipped = {(one["file_path"], one["check_id"]) for one in results["skipped_checks"]}

    assert {(file, check) for file, check, _ in skips()} - skipped == set()


def test_every_exception_has_its_reason() -> None:
    """A sentence, not a word."""
    assert len(skips()) > 30
    assert [one for one in skips() if not re.fullmatch(r":\S.{20,}", one[2])] == []
