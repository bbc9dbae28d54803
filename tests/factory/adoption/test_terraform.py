"""Tests of running Terraform, with a program in its place that does what a test says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from factory.adoption.errors import AdoptionError, AdoptionUsageError
from factory.adoption.terraform import Terraform

PROGRAM = """#!{python}
import json, os, pathlib, sys, time
pathlib.Path("calls").open("a").write(json.dumps(sys.argv[1:]) + "\\n")
verb = sys.argv[1]
wish = json.loads(os.environ["WISH"])
plan = next((a.partition("=")[2] for a in sys.argv if a.startswith("-out=")), None)
if verb == "plan" and wish.get("saves", True):
    pathlib.Path(plan).write_text("plan")
if verb == "show":
    print(json.dumps({{"errored": False}}))
if verb == wish.get("slow"):
    try:
        pathlib.Path("waits").touch(); time.sleep(60)
    except KeyboardInterrupt:
        time.sleep(1); pathlib.Path("ended-in-order").touch()
if verb in wish.get("fails", []):
    print("Error: so it is", file=sys.stderr); sys.exit(1)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """With that program as `terraform`, and a configuration in `root`."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "terraform"
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "main.tf").touch()
    return {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "WISH": "{}"}


def test_a_plan_is_kept_where_it_was_said_and_shown_from_there(tmp_path: Path, environment: dict[str, str]) -> None:
    """Without a question to anybody; variables are handed on."""
    planned = Terraform(tmp_path / "root", tmp_path / "plan", ["-var=a=b"], environment).plan()
    calls = [json.loads(line) for line in (tmp_path / "root" / "calls").read_text().splitlines()]
    assert calls[0] == ["plan", "-input=false", "-no-color", f"-out={tmp_path / 'plan'}", "-var=a=b"]
    assert calls[1] == ["show", "-json", str(tmp_path / "plan")]
    assert planned == ({"errored": False}, None)


@pytest.mark.parametrize("wish", [{"saves": False, "fails": ["plan"]}, {"fails": ["show"]}])
def test_what_terraform_says_of_a_failure_is_told(
    tmp_path: Path, environment: dict[str, str], wish: dict[str, object]
) -> None:
    """All of it: it names file and line."""
    terraform = Terraform(tmp_path / "root", tmp_path / "plan", [], environment | {"WISH": json.dumps(wish)})
    with pytest.raises(AdoptionError, match=r"failed in .*root\.\nError: so it is"):
        terraform.plan()


def test_a_plan_of_before_is_not_taken_for_one_of_now(tmp_path: Path, environment: dict[str, str]) -> None:
    """If Terraform keeps none, there is none."""
    (tmp_path / "plan").write_text("old")
    wish = json.dumps({"saves": False, "fails": ["plan"]})
    with pytest.raises(AdoptionError):
        Terraform(tmp_path / "root", tmp_path / "plan", [], environment | {"WISH": wish}).plan()


def test_a_plan_that_terraform_gave_up_on_is_shown_with_what_it_said(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    """It is kept, and its JSON says how far it came."""
    wish = json.dumps({"fails": ["plan"]})
    planned = Terraform(tmp_path / "root", tmp_path / "plan", [], environment | {"WISH": wish}).plan()
    assert planned.error == "Error: so it is"


def test_an_apply_that_fails_says_that_what_was_done_stays_done(tmp_path: Path, environment: dict[str, str]) -> None:
    """And what to do then."""
    wish = json.dumps({"fails": ["apply"]})
    with pytest.raises(AdoptionError, match=r"exit status 1.*stays done.*again"):
        Terraform(tmp_path / "root", tmp_path / "plan", [], environment | {"WISH": wish}).apply()


def test_a_directory_without_a_configuration_is_a_wrong_call(tmp_path: Path, environment: dict[str, str]) -> None:
    """The option is named."""
    with pytest.raises(AdoptionUsageError, match="--dir"):
        Terraform(tmp_path / "bin", tmp_path / "plan", [], environment)


def test_without_terraform_it_is_said_what_to_install(tmp_path: Path, environment: dict[str, str]) -> None:
    """With the version."""
    with pytest.raises(AdoptionError, match=r"Terraform 1\.11"):
        Terraform(tmp_path / "root", tmp_path / "plan", [], environment | {"PATH": str(tmp_path)})


def test_an_interrupt_waits_until_terraform_has_ended_in_order(tmp_path: Path, environment: dict[str, str]) -> None:
    """It hears the interrupt itself and must write its state: nobody kills it."""
    code = (
        "import os, pathlib; from factory.adoption.terraform import Terraform; "
        "Terraform(pathlib.Path('root'), pathlib.Path('plan'), [], os.environ).apply()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment | {"WISH": '{"slow": "apply"}', "PYTHONPATH": str(Path(__file__).parents[3])},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "root" / "waits").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert "KeyboardInterrupt" in said
    assert (tmp_path / "root" / "ended-in-order").exists()
