"""What an error action receives: AWS's documented envelope of a message that an action could not take.

The guide has two forms. The usual one holds the message itself. After a batch that failed the message is an entry of
`payloadsWithMetadata`, and each failure names the entries that it affects ("Batching HTTP action messages", "Error
Actions for Batching"). There AWS calls the error action once for the whole batch; here each message answers for
itself until it is acknowledged, so each has an envelope of its own with one entry.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from rules.actions import ErrorForm, Occasion
from rules.sql import Message
from rules.sql.json_text import decode
from rules.work import Failure

_ONLY_ENTRY = 1


def error_occasion(rule_name: str, occasion: Occasion, failures: Sequence[Failure]) -> Occasion:
    """What the error action gets: the envelope in place of the result; templates still see the original message."""
    data = envelope(rule_name, occasion.message, failures)
    return Occasion(occasion.message, decode(data), data, occasion.render)


def envelope(rule_name: str, message: Message, failures: Sequence[Failure]) -> bytes:
    """One message with everything that failed (AWS IoT developer guide, "Error handling (error action)").

    Args:
        rule_name: the rule whose actions failed.
        message: the original message, which goes in as base64.
        failures: one for each action that failed.
    """
    form = _form(failures)
    told = _single(message) if form is ErrorForm.SINGLE else _batch(message, form)
    affected = {} if form is ErrorForm.SINGLE else {"affectedIds": [_ONLY_ENTRY]}
    told_failures = [affected | _failure(failure) for failure in failures]
    text = json.dumps(
        {"ruleName": rule_name, **told, "failures": told_failures}, ensure_ascii=False, separators=(",", ":")
    )
    return text.encode(errors="replace")  # a lone surrogate, as in the results of SELECT


def _form(failures: Sequence[Failure]) -> ErrorForm:
    forms = {failure.task.action.error_form for failure in failures if failure.task is not None}
    for form in (ErrorForm.BATCH_ACROSS_TOPICS, ErrorForm.BATCH):
        if form in forms:
            return form
    return ErrorForm.SINGLE


def _single(message: Message) -> dict[str, Any]:
    return {"topic": message.topic, **_payload(message)}


def _batch(message: Message, form: ErrorForm) -> dict[str, Any]:
    topic = {"topic": message.topic}
    if form is ErrorForm.BATCH:
        return {**topic, "payloadsWithMetadata": [{"id": _ONLY_ENTRY, **_payload(message)}]}
    return {"payloadsWithMetadata": [{"id": _ONLY_ENTRY, **topic, **_payload(message)}]}


def _payload(message: Message) -> dict[str, Any]:
    source_ip = {} if message.source_ip is None else {"sourceIp": message.source_ip}
    return {
        "cloudwatchTraceId": message.trace_id,
        "clientId": message.client_id,
        **source_ip,
        "base64OriginalPayload": base64.b64encode(message.payload).decode(),
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "failedAction": failure.failed_action,
        "failedResource": failure.failed_resource,
        "errorMessage": failure.message,
    }
