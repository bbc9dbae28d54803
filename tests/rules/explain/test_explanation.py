"""A rule explained, with what AWS meters for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rules.explain import Load, explain
from rules.lint.subject import Subject
from rules.sql import SqlError

ROLE = "arn:aws:iam::000000000000:role/any"
REPUBLISH = {"republish": {"roleArn": ROLE, "topic": "out/${id}"}}
LAMBDA = {"lambda": {"functionArn": "arn:aws:lambda:us-east-1:000000000000:function:f"}}


@pytest.fixture
def told():
    """Explains a statement with actions."""

    def explained(sql, actions=(), load=None):
        payload = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": list(actions)}
        return explain(Subject("x", {"ruleName": "mine", "topicRulePayload": payload}), load or Load())

    return explained


def test_actions_and_look_ups_are_metered(told):
    """Two actions and one look-up, in a message of 8 KB: two steps of three; the republished message again in two."""
    sql = "SELECT get_thing_shadow('press', 'r').state AS s FROM 'a/+'"
    units = told(sql, [REPUBLISH, LAMBDA], Load(payload_bytes=8192)).units

    assert (units.messages, units.rules_triggered, units.actions, units.republished) == (2, 2, 6, 2)


def test_a_day_is_86400_seconds(told):
    """At half a message a second, 43,200 messages."""
    assert told("SELECT * FROM 'a'", [LAMBDA], Load(rate=0.5)).daily.rules_triggered == 43_200


def test_templates_are_read_as_well(told):
    """Their names and their look-ups."""
    action = {"republish": {"roleArn": ROLE, "topic": "out/${machine}/${get_secret('s', 'SecretString', 'r')}"}}
    seen = told("SELECT temp FROM 'a'", [action])

    assert seen.reads == ["machine", "temp"]
    assert seen.units.actions == 2


def test_without_from_only_basic_ingest_is_metered(told):
    """No message is published."""
    seen = told("SELECT *", [LAMBDA], Load(rate=1))

    assert seen.topic_filter is None
    assert seen.units.messages == 0
    assert seen.daily.messages == 0


def test_json_holds_all_of_it(told):
    """And nothing that JSON cannot say."""
    seen = json.loads(json.dumps(told("SELECT temp FROM 'a/#' WHERE temp > 1", [LAMBDA]).as_json()))

    assert seen["from"]["nearly"]["topic"] == "a"
    assert seen["order"] == ["temp > 1"]
    assert seen["units"]["message"]["rules_triggered"] == 1


def test_every_statement_of_the_vectors_can_be_explained(told):
    """Whatever it holds; what is explained can be told as JSON."""
    vectors = Path(__file__).parents[1] / "conformance" / "iotsql" / "vectors.jsonl"
    count = 0
    for line in vectors.read_text(encoding="utf-8").splitlines():
        try:
            seen = told(json.loads(line)["sql"])
        except SqlError:
            continue
        count += 1
        assert json.dumps(seen.as_json())

    assert count > 600
