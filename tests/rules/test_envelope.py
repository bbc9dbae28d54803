"""The envelope of an error action has AWS's documented keys."""

from __future__ import annotations

import base64
import json
from typing import Any

from rules.actions import Action, ErrorForm, Occasion
from rules.envelope import envelope, error_occasion
from rules.sql import Message
from rules.work import Failure, Task


def test_holds_the_message_and_every_failure():
    """Keys and nesting of the developer guide, "Error handling (error action)", "Error action message format"."""
    message = Message(topic="a/b", payload=b"\xff1", client_id="M001", trace_id="7e146a2c")
    failures = [Failure("S3Action", "lake", "Failed to put S3 object."), Failure("SnsAction", "arn", "no")]

    told = json.loads(envelope("archive", message, failures))

    assert base64.b64decode(told.pop("base64OriginalPayload")) == b"\xff1"
    assert told == {
        "ruleName": "archive",
        "topic": "a/b",
        "cloudwatchTraceId": "7e146a2c",
        "clientId": "M001",
        "failures": [
            {"failedAction": "S3Action", "failedResource": "lake", "errorMessage": "Failed to put S3 object."},
            {"failedAction": "SnsAction", "failedResource": "arn", "errorMessage": "no"},
        ],
    }


def test_half_a_character_is_written_as_a_question_mark():
    """JSON may hold a lone surrogate, and an error may tell of it; UTF-8 has no form for it."""
    told = json.loads(
        envelope("archive", Message(topic="a/b", payload=b""), [Failure("S3Action", "lake", "no \ud800")])
    )

    assert told["failures"][0]["errorMessage"] == "no ?"


def failed(make, form: ErrorForm) -> Failure:
    """A failure of an action whose messages reach the error action in that form."""
    rule = make("SELECT * FROM 'a/b'", [{"http": {"url": "https://example.com/"}}])
    action: Action[Any] = rule.actions[0]
    action.error_form = form
    return Failure("HttpAction", "https://example.com/", "StatusCode: 500.", Task(None, action, None))


MESSAGE = Message(topic="a/b", payload=b"1", client_id="Test", trace_id="bebd6d93", source_ip="10.0.0.0")
PAYLOAD = {"cloudwatchTraceId": "bebd6d93", "clientId": "Test", "sourceIp": "10.0.0.0", "base64OriginalPayload": "MQ=="}


def test_after_a_batch_the_message_is_an_entry_that_failures_name(make):
    """The guide's example, "Error Actions for Batching": a failure of another action names the entry as well."""
    other = Failure("S3Action", "lake", "no bucket.")
    told = json.loads(envelope("FailedTopicRule", MESSAGE, [failed(make, ErrorForm.BATCH), other]))

    assert told["topic"] == "a/b"
    assert told["payloadsWithMetadata"] == [{"id": 1, **PAYLOAD}]
    assert told["failures"][1] == {
        "affectedIds": [1],
        "failedAction": "S3Action",
        "failedResource": "lake",
        "errorMessage": "no bucket.",
    }
    assert list(told) == ["ruleName", "topic", "payloadsWithMetadata", "failures"]


def test_after_a_batch_across_topics_the_topic_is_in_the_entry(make):
    """As each entry may have another one."""
    told = json.loads(envelope("FailedTopicRule", MESSAGE, [failed(make, ErrorForm.BATCH_ACROSS_TOPICS)]))

    assert list(told) == ["ruleName", "payloadsWithMetadata", "failures"]
    assert told["payloadsWithMetadata"] == [{"id": 1, "topic": "a/b", **PAYLOAD}]


def test_the_error_action_sees_the_envelope_as_its_result(make):
    """So that a column a key is of the envelope; templates see the message that failed."""
    rule = make("SELECT * FROM 'a/b'", [])
    occasion = rule.occasion(Message(topic="a/b", payload=b'[{"n":1}]'), [{"n": 1}])
    told: Occasion = error_occasion("tried", occasion, [Failure("S3Action", "lake", "no \ud800")])

    assert told.result == json.loads(told.data)
    assert told.result["failures"][0]["errorMessage"] == "no ?"
    assert told.text("${topic(2)}", "key") == "b"
