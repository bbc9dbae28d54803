"""From SNS through SQS to SMTP, against moto's AWS and a real SMTP server."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from factory.mail.settings import Outbox
from factory.mail.subscriber import Subscriber


class Counts:
    """How often the subscriber told of a success and a failure."""

    def __init__(self) -> None:
        self.forwarded = 0
        self.failed = 0

    def forward(self) -> None:
        """A notification went out."""
        self.forwarded += 1

    def fail(self) -> None:
        """An attempt failed."""
        self.failed += 1


@pytest.fixture
def topic_arn(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A topic that feeds the queue `alert-mail`."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        url = boto3.client("sqs").create_queue(QueueName="alert-mail")["QueueUrl"]
        queue_arn = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        arn = boto3.client("sns").create_topic(Name="alerts")["TopicArn"]
        boto3.client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue_arn["QueueArn"])
        yield arn


def _subscriber(port: int, counts: Counts) -> Subscriber:
    to = Outbox(host="127.0.0.1", port=port, sender="factory@x.example", recipient="operators@x.example")
    return Subscriber("alert-mail", boto3.client("sqs"), to, counts.forward, counts.fail)


def _left_in_queue() -> int:
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="alert-mail")["QueueUrl"]
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return sum(
        int(value) for value in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()
    )


def test_a_notification_becomes_a_mail(topic_arn: str, catcher) -> None:
    """What is published to the topic is in the box, and the queue is empty."""
    boto3.client("sns").publish(TopicArn=topic_arn, Message='{"device_id":"M003","temp":99.5}')
    counts = Counts()
    assert _subscriber(catcher.port, counts).poll(0) == 1
    (mail,) = catcher.box.mails()
    assert mail.subject == "M003: notification of alerts"
    assert mail.recipients == ("operators@x.example",)
    assert (counts.forwarded, counts.failed, _left_in_queue()) == (1, 0, 0)


def test_what_the_server_did_not_take_stays_in_the_queue(topic_arn: str, guarded_catcher) -> None:
    """A refusal is counted, and the notification is not deleted."""
    boto3.client("sns").publish(TopicArn=topic_arn, Message="hot", Subject="Hot")
    counts = Counts()
    assert _subscriber(guarded_catcher.port, counts).poll(0) == 0
    assert (counts.forwarded, counts.failed, _left_in_queue()) == (0, 1, 1)


def test_a_server_that_is_away_loses_nothing(topic_arn: str) -> None:
    """Nobody listens on the port: the notification stays."""
    boto3.client("sns").publish(TopicArn=topic_arn, Message="hot")
    counts = Counts()
    _subscriber(1, counts).poll(0)
    assert (counts.failed, _left_in_queue()) == (1, 1)
