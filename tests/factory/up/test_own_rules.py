"""Rules of the caller are checked before anything starts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import UsageError
from factory.cli import run
from factory.up.own_rules import own_rules
from rules.rights import Right

ROLE = "arn:aws:iam::000000000000:role/any"
QUEUE = {"sqs": {"roleArn": ROLE, "queueUrl": "http://127.0.0.1:4566/000000000000/hot"}}


def write(directory: Path, name: str = "hot", sql: str = "SELECT * FROM 'factory/{{plant}}/#'", **action: Any) -> None:
    """A rule in a file of its own."""
    payload = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": [action or QUEUE]}
    (directory / f"{name}.json").write_text(json.dumps({"ruleName": name, "topicRulePayload": payload}))


def test_they_bring_the_rights_they_need(tmp_path: Path) -> None:
    """Of the local account."""
    write(tmp_path)

    assert own_rules(tmp_path, "plant1").rights == (
        Right(("sqs:SendMessage",), "arn:aws:sqs:us-east-1:000000000000:hot"),
    )


def test_a_rule_without_from_is_reached_by_its_name(tmp_path: Path) -> None:
    """Basic Ingest, which the engine hears."""
    write(tmp_path, sql="SELECT *")

    assert own_rules(tmp_path, "plant1").rights


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"name": "archive"}, "'archive' is there twice"),
        ({"sql": "SELECT * FROM 'elsewhere/#'"}, "'elsewhere/#', where this factory's engine may not"),
        ({"sql": "SELECT * FROM '#'"}, "where this factory's engine may not"),
        ({"sql": "SELECT * FROM 'factory/plant1/#' WHERE a != 1"}, "'!=' cannot stand here"),
        ({"kafka": {}}, "kafka"),
    ],
)
def test_what_cannot_run_is_refused(tmp_path: Path, rule: dict[str, Any], said: str) -> None:
    """With the rule or its file, in a sentence."""
    write(tmp_path, **rule)

    with pytest.raises(UsageError, match=said):
        own_rules(tmp_path, "plant1")


def test_the_command_refuses_before_it_makes_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty directory is no set of rules; no data directory is left."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()

    assert run(["up", "--rules", "mine"]) == 2
    assert "no rule (*.json) is there" in capsys.readouterr().err
    assert not (tmp_path / "var").exists()
