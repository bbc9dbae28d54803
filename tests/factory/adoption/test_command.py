"""Tests of the command line: wrong calls."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from factory.adoption.__main__ import main

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("--dir nowhere", "'nowhere' does not exist"),
        ("--var-file none.tfvars", "'none.tfvars' does not exist"),
        ("--var key", "--var key has no value. Write --var NAME=VALUE."),
        ("--profile nobody", "There is no AWS profile nobody."),
        ("--dir .", "has no Terraform configuration. Name the directory of the root with --dir."),
        ("--nonsense", "No such option"),
    ],
)
def test_a_wrong_call_is_told_before_anything_is_done(
    call: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With status 2, and what would be right."""
    (tmp_path / "terraform").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setattr(sys, "argv", ["tf-smart-import", *call.split()])
    assert main() == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["terraform"]


def test_the_script_teaches_its_exit_statuses() -> None:
    """And examples."""
    done = subprocess.run(
        [ROOT / "scripts" / "tf-smart-import.sh", "--help"], capture_output=True, text=True, check=True
    )
    assert "3 something to adopt" in done.stdout
    assert "--var-file production.tfvars --apply" in done.stdout
