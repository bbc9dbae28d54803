from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from factory.rollout import __main__ as command
from factory.rollout import doorway
from factory.rollout.follow import Rollout
from factory.rollout.load_balancer import Finding
from factory.rollout.states import Outcome, State

GOOD = Outcome("smart-factory-plant1-grafana", State.STABLE, "ecs-svc/1")
BAD = Outcome("smart-factory-plant1-simulator", State.ROLLED_BACK, "ecs-svc/2", "tasks failed to start; x:6 runs")


@pytest.fixture(autouse=True)
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The page that GitHub shows beside a job, and an account without anything."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "page.md"))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        yield tmp_path / "page.md"


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The exit status of a call."""
    monkeypatch.setattr("sys.argv", ["rollout", *arguments])
    return command.main()


@pytest.fixture
def rolled_out(monkeypatch: pytest.MonkeyPatch) -> list[Outcome]:
    """What a roll-out ends with, to be filled."""
    outcomes: list[Outcome] = []

    def renew(self: Rollout) -> dict[str, list[str]]:
        self.renewed = {GOOD.service: ["smtp"]}
        return self.renewed

    monkeypatch.setattr(Rollout, "renew", renew)
    monkeypatch.setattr(Rollout, "follow", lambda *_: outcomes)
    monkeypatch.setattr(Rollout, "why", lambda *_: ["Essential container in task exited; init ended with 1"])
    return outcomes


def test_a_rollback_fails_the_job_and_is_told_on_its_page(
    rolled_out: list[Outcome], page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which service, why, what its tasks said last; and an annotation that GitHub shows on top."""
    rolled_out += [GOOD, BAD]

    assert call(monkeypatch, "follow", "smart-factory-plant1") == 1
    told = page.read_text()
    assert "| `smart-factory-plant1-simulator` | rolled back | tasks failed to start; x:6 runs |" in told
    assert "| `smart-factory-plant1-grafana` | stable | anew for smtp |" in told
    assert "- `smart-factory-plant1-simulator`: Essential container in task exited; init ended with 1" in told
    out = capsys.readouterr().out
    assert out.startswith(
        "::error title=Deployment::Not everything runs that was deployed: smart-factory-plant1-simulator"
    )


def test_a_deployment_that_went_well_has_status_0(
    rolled_out: list[Outcome], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With its outcomes as JSON for whoever asks."""
    rolled_out += [GOOD]

    assert call(monkeypatch, "follow", "smart-factory-plant1", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["services"][0]["state"] == "stable"
    assert told["renewed"] == {GOOD.service: ["smtp"]}


def test_keeping_starts_nothing_anew(rolled_out: list[Outcome], page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who only wants to know changes nothing."""
    rolled_out += [GOOD]

    assert call(monkeypatch, "follow", "smart-factory-plant1", "--keep") == 0
    assert "anew" not in page.read_text()


def test_a_cluster_that_is_not_there_is_a_wrong_call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Asked of a whole AWS that moto plays."""
    assert call(monkeypatch, "follow", "nowhere") == 2
    assert "There is no cluster 'nowhere'" in capsys.readouterr().err


def test_a_look_from_outside_opens_and_closes_the_door(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A finding fails the job, and the door is closed all the same."""
    ec2: Any = boto3.client("ec2", "us-east-1")
    group = ec2.create_security_group(GroupName="load-balancer", Description="load balancer")["GroupId"]

    def look(*_: object) -> list[Finding]:
        assert len(_let_in(ec2, group)) == 2
        return [Finding("landing", True, "/ answers"), Finding("grafana", False, "/grafana/api/health answers 503")]

    monkeypatch.setattr(command, "look_until_right", look)
    monkeypatch.setattr(doorway, "own_address", lambda: "203.0.113.7")

    assert call(monkeypatch, "smoke", "https://factory.example", "--open", group) == 1
    assert _let_in(ec2, group) == []
    assert "- ✗ /grafana/api/health answers 503" in page.read_text()
    assert "1 of 2 checks failed: /grafana/api/health answers 503." in capsys.readouterr().err


def _let_in(ec2: Any, group: str) -> list[dict[str, Any]]:
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    return [one for one in rules if not one["IsEgress"]]


def test_a_refusal_of_aws_is_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A group that is not there, as a right that is missing, is told without a traceback."""
    monkeypatch.setattr(doorway, "own_address", lambda: "203.0.113.7")

    assert call(monkeypatch, "smoke", "https://factory.example", "--open", "sg-0123456789abcdef0") == 1
    assert "AWS refuses: " in capsys.readouterr().err


def test_it_runs_as_a_module() -> None:
    """A wrong call is a sentence and status 2."""
    whole = [sys.executable, "-P", "-m", "factory.rollout", "smoke", "ftp://factory.example"]
    done = subprocess.run(whole, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 2
    assert "'ftp://factory.example' is no address" in done.stderr
