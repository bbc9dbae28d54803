"""The `sqs` action against SQS."""

from __future__ import annotations

import base64

import boto3
import pytest

from rules.actions.sqs import SqsAction, region_of
from rules.errors import FinalError
from rules.parameters import SqsParameters

ROLE = "arn:aws:iam::000000000000:role/any"
URL = "https://sqs.us-east-1.amazonaws.com/123456789012/${'read'}ings"


def action(tools, **changes) -> SqsAction:
    """An action that sends to the queue `readings`."""
    return SqsAction(SqsParameters.model_validate({"roleArn": ROLE, "queueUrl": URL, **changes}), tools.clients)


def heard(queue: str) -> str:
    """The message in the queue."""
    return str(boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"][0]["Body"])


@pytest.mark.parametrize(
    ("use_base64", "payload"),
    [(False, b'{"n":1}'), (False, "hot °C".encode()), (True, b"\xff\x00"), (True, b'{"n":1}')],
)
def test_the_message_is_sent_as_it_is_or_in_base64(fake_account, tools, occasion, use_base64, payload):
    """Read back from the queue; base64 carries any bytes."""
    queue = boto3.client("sqs").create_queue(QueueName="readings")["QueueUrl"]
    tried = action(tools, queueUrl=queue, useBase64=use_base64)
    tried.perform(tried.prepare(occasion(payload)))

    assert heard(queue) == (base64.b64encode(payload) if use_base64 else payload).decode()


@pytest.mark.parametrize(("payload", "said"), [(b"\xff", "not text"), (b"\x01", "takes no character"), (b"", "empty")])
def test_what_sqs_does_not_take_is_final_and_says_what_would_help(tools, occasion, payload, said):
    """SQS API reference, SendMessage: at least one character, and those of XML."""
    with pytest.raises(FinalError, match=said):
        action(tools).prepare(occasion(payload))


def test_a_queue_of_another_region_is_asked_there(fake_account, tools, occasion):
    """The region is that of the URL, not that of the engine."""
    boto3.client("sqs", region_name="eu-west-1").create_queue(QueueName="readings")
    url = "https://sqs.eu-west-1.amazonaws.com/123456789012/readings"
    tried = action(tools, queueUrl=url)
    tried.perform(tried.prepare(occasion(b"{}")))

    there = boto3.client("sqs", region_name="eu-west-1")
    assert there.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "{}"


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://sqs.us-east-2.amazonaws.com/123456789012/q", "us-east-2"),
        ("https://us-west-2.queue.amazonaws.com/123456789012/q", "us-west-2"),
        ("https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q", "cn-north-1"),
        ("http://localhost:4566/000000000000/q", None),
    ],
)
def test_the_region_is_read_from_the_url(url, region):
    """Both ways in which AWS writes it (SQS developer guide, "Queue and message identifiers", and its endpoints)."""
    assert region_of(url) == region


def test_a_queue_that_is_not_there_is_final(fake_account, tools, occasion):
    """The error action's turn."""
    tried = action(tools)
    request = tried.prepare(occasion(b"{}"))

    assert request.describe() == {"queueUrl": URL.replace("${'read'}", "read"), "body": "{}"}
    with pytest.raises(FinalError, match="NonExistentQueue"):
        tried.perform(request)
