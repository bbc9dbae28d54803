"""The `cloudwatchLogs` action against CloudWatch Logs."""

from __future__ import annotations

import time
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from rules.actions.cloudwatch_logs import CloudwatchLogsAction
from rules.errors import FinalError
from rules.parameters import CloudwatchLogsParameters

ROLE = "arn:aws:iam::000000000000:role/any"
NOW = int(time.time() * 1000)


def action(tools, **changes: Any) -> CloudwatchLogsAction:
    """An action that writes to the group `readings`."""
    parameters = {"roleArn": ROLE, "logGroupName": "readings", **changes}
    return CloudwatchLogsAction(CloudwatchLogsParameters.model_validate(parameters), tools.clients)


def written() -> list[tuple[int, str]]:
    """All events of the group, by stream."""
    logs = boto3.client("logs")
    streams = [each["logStreamName"] for each in logs.describe_log_streams(logGroupName="readings")["logStreams"]]
    found = [
        logs.get_log_events(logGroupName="readings", logStreamName=stream, startFromHead=True)["events"]
        for stream in streams
    ]
    return [(event["timestamp"], event["message"]) for events in found for event in events]


def test_the_stream_is_made_when_it_is_missing_and_then_used_again(fake_account, tools, occasion):
    """Two messages, two events, one stream; the time is that of arrival."""
    boto3.client("logs").create_log_group(logGroupName="readings")
    tried = action(tools)
    for n in range(2):
        tried.perform(tried.prepare(occasion(b'{"n":%d}' % n, timestamp=NOW + n)))

    assert written() == [(NOW, '{"n":0}'), (NOW + 1, '{"n":1}')]
    assert len(boto3.client("logs").describe_log_streams(logGroupName="readings")["logStreams"]) == 1


def test_two_actions_write_into_two_streams(fake_account, tools, occasion):
    """However many engines there are."""
    boto3.client("logs").create_log_group(logGroupName="readings")
    for tried in (action(tools), action(tools)):
        tried.perform(tried.prepare(occasion(b"{}", timestamp=NOW)))

    assert len(boto3.client("logs").describe_log_streams(logGroupName="readings")["logStreams"]) == 2


def test_batch_mode_takes_times_and_texts_from_an_array(fake_account, tools, occasion):
    """The guide's form of a record; the service wants them in the order of time."""
    boto3.client("logs").create_log_group(logGroupName="readings")
    records = b'[{"timestamp":%d,"message":"second"},{"timestamp":%d,"message":"first"}]' % (NOW, NOW - 9)
    tried = action(tools, batchMode=True)
    tried.perform(tried.prepare(occasion(records)))

    assert written() == [(NOW - 9, "first"), (NOW, "second")]


@pytest.mark.parametrize(
    "payload",
    [
        b"{}",
        b"[]",
        b"[1]",
        b'[{"message":"no time"}]',
        b'[{"timestamp":true,"message":"m"}]',
        b'[{"timestamp":1.5,"message":"m"}]',
        b'[{"timestamp":1,"message":{}}]',
        b"text",
    ],
)
def test_batch_mode_takes_nothing_else(tools, occasion, payload):
    """Developer guide, "MQTT message format requirements for batchMode"."""
    with pytest.raises(FinalError, match="batchMode needs"):
        action(tools, batchMode=True).prepare(occasion(payload))


@pytest.mark.parametrize(("payload", "said"), [(b"", "empty"), (b"\xff", "not text")])
def test_a_message_that_is_no_text_is_final(tools, occasion, payload, said):
    """An event has at least one character."""
    with pytest.raises(FinalError, match=said):
        action(tools).prepare(occasion(payload))


def test_a_group_that_is_not_there_is_final(fake_account, tools, occasion):
    """Groups are made by whoever keeps the account; the error action's turn."""
    tried = action(tools, logGroupName="${'other'}")
    request = tried.prepare(occasion(b"{}", timestamp=7))

    assert request.describe() == {"logGroupName": "other", "logEvents": [{"timestamp": 7, "message": "{}"}]}
    with pytest.raises(FinalError, match="ResourceNotFoundException"):
        tried.perform(request)


def test_events_that_the_service_drops_are_a_failure(fake_account, tools, occasion):
    """The call succeeds all the same (API reference, PutLogEvents, rejectedLogEventsInfo)."""
    tried = action(tools)
    request = tried.prepare(occasion(b"{}", timestamp=7))
    with Stubber(tools.clients.logs) as service:
        service.add_response("put_log_events", {"rejectedLogEventsInfo": {"tooOldLogEventEndIndex": 1}})
        with pytest.raises(FinalError, match="too old or too new"):
            tried.perform(request)
