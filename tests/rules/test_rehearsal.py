"""A rule with actions that this engine does not run can be tried all the same."""

from __future__ import annotations

import json

import pytest

from rules.dry_run import preview
from rules.errors import CatalogError, FinalError
from rules.placeholders import placeholders
from rules.rehearsal import rehearsal_rule
from rules.sql import Message

ROLE = "arn:aws:iam::000000000000:role/any"
EVENTS = {"iotEvents": {"roleArn": ROLE, "inputName": "presses", "messageId": "${topic(2)}"}}
SNS = {"sns": {"roleArn": ROLE, "targetArn": "arn:aws:sns:us-east-1:000000000000:alerts"}}


@pytest.fixture
def load(tmp_path, tools):
    """Writes a rule to a file and loads it for a rehearsal."""

    def loaded(actions, error=None, sql="SELECT temp FROM 'a/+'", **extra):
        payload = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": actions, **extra}
        file = tmp_path / "mine.json"
        file.write_text(
            json.dumps({"ruleName": "mine", "topicRulePayload": payload | ({"errorAction": error} if error else {})})
        )
        return rehearsal_rule(file, placeholders(tools.resources), tools)

    return loaded


def test_parameters_are_shown_with_their_templates_filled(load):
    """And that the engine does not run it."""
    seen = preview(load([SNS, EVENTS]), Message(topic="a/7", payload=b'{"temp": 3}'))

    told = seen.as_json()["actions"][1]
    assert told["iotEvents"] == {
        "roleArn": ROLE,
        "inputName": "presses",
        "messageId": "7",
        "payload": '{"temp":3}',
    }
    assert told["remark"] == "This engine does not run iotEvents; AWS would."


def test_the_other_actions_are_as_ever(load):
    """In their order."""
    seen = preview(load([EVENTS, SNS]), Message(topic="a/7", payload=b'{"temp": 3}'))

    assert [step.kind for step in seen.steps] == ["iotEvents", "sns"]
    assert [bool(step.remark) for step in seen.steps] == [True, False]


def test_an_error_action_may_be_one_of_them(load):
    """It gets the envelope."""
    seen = preview(load([SNS], EVENTS), Message(topic="a/7", payload=b'{"temp": 3}'))

    assert "base64OriginalPayload" in seen.error_step.request["payload"]
    assert seen.error_step.remark


def test_a_template_that_fails_is_told(load):
    """As of any other action."""
    failing = {"iotEvents": {**EVENTS["iotEvents"], "messageId": "${aws_lambda('arn', *)}"}}
    seen = preview(load([failing]), Message(topic="a/7", payload=b"{}"))

    assert "fails" in seen.steps[0].failure


def test_nothing_is_ever_performed(load):
    """Not even by mistake."""
    (action,) = load([EVENTS]).actions

    with pytest.raises(FinalError, match="does not run"):
        action.perform(None)


@pytest.mark.parametrize(
    ("actions", "extra"),
    [([SNS], {"colour": 1}), ([{"fax": {}}], {}), ([{"sns": {}}], {}), ("none", {}), ([SNS], {"sql": "SELEC"})],
)
def test_what_aws_would_refuse_is_refused(load, actions, extra):
    """As the engine refuses it."""
    with pytest.raises(CatalogError, match="mine"):
        load(actions, **extra)
