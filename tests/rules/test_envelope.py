"""The envelope of an error action has AWS's documented keys."""

from __future__ import annotations

import base64
import json

from rules.envelope import envelope
from rules.sql import Message
from rules.work import Failure


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
