"""What an error action receives: AWS's documented envelope of a message that an action could not take."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence

from rules.sql import Message
from rules.work import Failure


def envelope(rule_name: str, message: Message, failures: Sequence[Failure]) -> bytes:
    """One message with everything that failed (AWS IoT developer guide, "Error handling (error action)").

    Args:
        rule_name: the rule whose actions failed.
        message: the original message, which goes in as base64.
        failures: one for each action that failed.
    """
    return json.dumps(
        {
            "ruleName": rule_name,
            "topic": message.topic,
            "cloudwatchTraceId": message.trace_id,
            "clientId": message.client_id,
            "base64OriginalPayload": base64.b64encode(message.payload).decode(),
            "failures": [
                {
                    "failedAction": failure.failed_action,
                    "failedResource": failure.failed_resource,
                    "errorMessage": failure.message,
                }
                for failure in failures
            ],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode(errors="replace")  # a lone surrogate, as in the results of SELECT
