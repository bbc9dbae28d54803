"""What the engine refuses although AWS takes it."""

from __future__ import annotations

import json

import pytest

from contracts.resources import Resources
from rules.actions import Clients, Toolbox
from rules.errors import CatalogError
from rules.lint import engine, lint

ROLE = "arn:aws:iam::123456789012:role/rule"
EVENTS = {"iotEvents": {"roleArn": ROLE, "inputName": "presses"}}
SNS = {"sns": {"roleArn": ROLE, "targetArn": "arn:aws:sns:us-east-1:123456789012:a"}}


@pytest.fixture
def found(tmp_path, known):
    """The findings of the engine alone."""

    def lint_one(action, sql="SELECT * FROM 'a'"):
        tools = Toolbox(Resources("plant1", "000000000000"), Clients(), None)
        payload = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": [action]}
        file = tmp_path / "mine.json"
        file.write_text(json.dumps({"ruleName": "mine", "topicRulePayload": payload}))
        findings = lint([file], known, tools)
        return [each for each in findings if each.code in ("action-not-run", "engine-refuses")]

    return lint_one


def test_an_action_that_is_not_run_is_told_at_its_place(found):
    """With the engine's own sentence."""
    (finding,) = found(EVENTS)

    assert (finding.code, finding.place) == ("action-not-run", "actions[0].iotEvents")
    assert finding.sentence.startswith("This engine does not run iotEvents")


def test_what_keeps_the_engine_from_starting_is_told(found, monkeypatch):
    """Whatever it is, in the engine's own words."""

    def refuse(_rule, _tools, where):
        raise CatalogError("the moon is not known.", where=where, remedy="Take the sun.")

    monkeypatch.setattr(engine, "make_rule", refuse)
    (finding,) = found(SNS)

    assert (finding.code, finding.sentence, finding.remedy) == (
        "engine-refuses",
        "The moon is not known.",
        "Take the sun.",
    )


def test_an_error_is_not_told_twice(found):
    """The engine refuses SQL that is none, and that has been said."""
    assert found(SNS, "SELEC") == []


def test_a_sound_rule_is_taken(found):
    """Nothing to tell."""
    assert found(SNS) == []
