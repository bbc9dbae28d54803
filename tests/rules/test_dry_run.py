"""A preview says what would happen, and nothing happens."""

from __future__ import annotations

import base64
import json

import pytest

from rules.answers import RecordedAnswers
from rules.dry_run import preview
from rules.sql import Message

TOPIC = "factory/plant1/line1/M001/telemetry"
ROLE = "arn:aws:iam::000000000000:role/any"


def message(payload: bytes, topic: str = TOPIC) -> Message:
    """A message of M001."""
    return Message(topic=topic, payload=payload, client_id="M001", timestamp=0)


def test_shows_the_rendered_action_and_the_error_action(catalog):
    """Keys, and the envelope with the original payload."""
    told = preview(catalog["malformed_telemetry"], message(b"hello")).as_json()

    (step,) = told["actions"]
    assert step["s3"]["key"].startswith("quarantine/plant=plant1/dt=1970-01-01/hour=00/")
    envelope = json.loads(told["errorAction"]["s3"]["body"])
    assert base64.b64decode(envelope["base64OriginalPayload"]) == b"hello"
    assert envelope["failures"][0]["failedAction"] == "S3Action"


def test_says_why_a_message_does_not_match(catalog):
    """FROM or WHERE."""
    assert preview(catalog["archive"], message(b"{}")).reason == "WHERE is not true."
    assert "does not select this topic" in preview(catalog["archive"], message(b"{}", "other")).reason


def test_says_that_a_payload_is_not_json(catalog):
    """A slip in the payload is no finding about the rule, whether it matches or not."""
    for rule in ("archive", "malformed_telemetry"):
        assert "The payload is not JSON (" in preview(catalog[rule], message(b'{"temp": 1')).reason


def test_says_which_action_would_fail_and_why(make):
    """A key that comes out empty."""
    rule = make("SELECT * FROM '#'", [{"s3": {"roleArn": ROLE, "bucketName": "lake", "key": "${missing}"}}])

    told = preview(rule, message(b"{}")).as_json()

    assert "Failed to put S3 object" in told["actions"][0]["failure"]
    assert told["errorAction"] is None


def test_says_that_the_sql_fails(make):
    """A function that needs AWS has none in a dry run."""
    rule = make("SELECT get_secret('s', 'SecretString', 'arn:aws:iam::000000000000:role/any') AS x FROM '#'", [])

    seen = preview(rule, message(b"{}"))

    assert not seen.matched
    assert seen.reason.startswith("The SQL fails: ")


@pytest.mark.parametrize(
    ("sql", "topic", "reason"),
    [
        ("SELECT * FROM 'a'", "$aws/rules/tried/b", ""),
        ("SELECT *", "$aws/rules/tried/b", ""),
        ("SELECT * FROM '#'", "$aws/rules/other/b", "The topic calls the rule 'other'."),
        ("SELECT *", "b", "The SQL has no FROM: only Basic Ingest reaches the rule ($aws/rules/tried/…)."),
        ("SELECT * FROM 'a'", "b", "FROM 'a' does not select this topic."),
    ],
)
def test_basic_ingest_asks_the_rule_that_it_names(make, sql, topic, reason):
    """And FROM is for all other topics."""
    seen = preview(make(sql, []), message(b"{}", topic))

    assert (seen.matched, seen.reason) == (reason == "", reason)


def test_look_ups_may_be_answered(make):
    """By whoever is given, in the statement and in templates."""
    sql = "SELECT get_thing_shadow('press', 'role').version AS v FROM '#'"
    key = "${get_thing_shadow('press', 'role').version}.json"
    rule = make(sql, [{"s3": {"roleArn": ROLE, "bucketName": "lake", "key": key}}])
    answers = RecordedAnswers({"shadows": {"press": {"": {"version": 7}}}})

    seen = preview(rule, message(b"{}"), answers)

    assert seen.result == b'{"v":7}'
    assert seen.steps[0].request["key"] == "7.json"


def test_basic_ingest_does_not_ask_from(make):
    """It calls a rule by its name, and the rule sees the rest of the topic."""
    rule = make("SELECT topic() AS t FROM 'other'", [], name="mine")

    assert preview(rule, message(b"{}", "$aws/rules/mine/a/b")).result == b'{"t":"a/b"}'
    assert not preview(rule, message(b"{}", "$aws/rules/yours/a/b")).matched
