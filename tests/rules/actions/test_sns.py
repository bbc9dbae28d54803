"""The `sns` action against SNS, read back through a queue."""

from __future__ import annotations

import json

import boto3
import pytest

from rules.actions.sns import SnsAction
from rules.errors import FinalError
from rules.parameters import SnsParameters

ROLE = "arn:aws:iam::000000000000:role/any"
NOWHERE = "arn:aws:sns:us-east-1:123456789012:nowhere"


def action(tools, arn: str = NOWHERE, message_format: str = "RAW") -> SnsAction:
    """An action that notifies a topic."""
    parameters = {"roleArn": ROLE, "targetArn": arn, "messageFormat": message_format}
    return SnsAction(SnsParameters.model_validate(parameters), tools.clients)


@pytest.fixture
def topic(fake_account) -> tuple[str, str]:
    """A topic and the queue that hears it."""
    arn = boto3.client("sns").create_topic(Name="alerts")["TopicArn"]
    queue = boto3.client("sqs").create_queue(QueueName="heard")["QueueUrl"]
    queue_arn = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    boto3.client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue_arn["Attributes"]["QueueArn"])
    return arn, queue


def heard(queue: str) -> str:
    """The message of the one notification in the queue."""
    (message,) = boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    text: str = json.loads(message["Body"])["Message"]
    return text


def test_raw_sends_the_result_as_it_is(topic, tools, occasion):
    """The JSON text of SELECT's result."""
    tried = action(tools, topic[0])
    tried.perform(tried.prepare(occasion(b'{"device_id":"M001"}')))

    assert heard(topic[1]) == '{"device_id":"M001"}'


def test_the_topic_may_be_a_template(tools, occasion):
    """Developer guide, "SNS": targetArn, through API and CLI."""
    arn = "arn:aws:sns:us-east-1:000000000000:${topic(2)}"

    assert action(tools, arn).prepare(occasion(b"{}")).topic_arn == "arn:aws:sns:us-east-1:000000000000:b"


def test_json_sends_each_protocol_its_own_text(topic, tools, occasion):
    """SNS's message structure: the queue gets its own text, not the default."""
    tried = action(tools, topic[0], "JSON")
    tried.perform(tried.prepare(occasion(b'{"default":"all","sqs":"queue"}')))

    assert heard(topic[1]) == "queue"


@pytest.mark.parametrize("payload", [b'{"sqs":"no default"}', b"text", b'{"default":1}'])
def test_json_without_a_default_is_final(tools, occasion, payload):
    """SNS would refuse it (API reference, Publish, MessageStructure)."""
    with pytest.raises(FinalError, match="default"):
        action(tools, message_format="JSON").prepare(occasion(payload))


def test_an_empty_message_is_final(tools, occasion):
    """SNS takes none."""
    with pytest.raises(FinalError, match="empty"):
        action(tools).prepare(occasion(b""))


def test_a_topic_that_is_not_there_is_final(fake_account, tools, occasion):
    """The error action's turn."""
    tried = action(tools)

    with pytest.raises(FinalError, match="NotFound"):
        tried.perform(tried.prepare(occasion(b"{}")))
