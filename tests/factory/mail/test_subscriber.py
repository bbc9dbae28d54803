"""From SNS through SQS to SMTP, against moto's AWS and a real SMTP server."""

import json
import threading
from typing import Any

import boto3
import pytest

from factory.mail import subscriber as module
from factory.mail.cool_off import CoolOff
from factory.mail.settings import Outbox
from factory.mail.subscriber import Subscriber


class Counts:
    """How often the subscriber told of a success and a failure."""

    def __init__(self) -> None:
        self.forwarded = 0
        self.failed = 0

    def forward(self, notifications: int) -> None:
        """A mail went out."""
        self.forwarded += notifications

    def fail(self) -> None:
        """An attempt failed."""
        self.failed += 1


@pytest.fixture
def topic_arn(mocked_account: None) -> str:
    """A topic that feeds the queue `alert-mail`."""
    url = boto3.client("sqs").create_queue(QueueName="alert-mail")["QueueUrl"]
    queue_arn = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    arn = boto3.client("sns").create_topic(Name="alerts")["TopicArn"]
    boto3.client("sns").subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue_arn["QueueArn"])
    return arn


class Clock:
    """A clock that the test sets."""

    now = 0.0

    def __call__(self) -> float:
        """The time [s]."""
        return self.now


def _subscriber(port: int, counts: Counts, cool_off_s: float = 300, clock: Clock | None = None) -> Subscriber:
    to = Outbox(host="127.0.0.1", port=port, sender="factory@x.example", recipient="operators@x.example")
    told = (counts.forward, counts.fail)
    return Subscriber("alert-mail", boto3.client("sqs"), to, CoolOff(cool_off_s), *told, clock or Clock())


def _publish(topic_arn: str, *values: float) -> None:
    """Readings of M003, as the critical rule tells of them."""
    for second, value in enumerate(values):
        facts = {"alarm": "critical_temperature", "device_id": "M003", "value": value, "limit_value": 95}
        message = json.dumps(facts | {"measured_at": f"2026-01-02T03:04:{second:02}.000Z"})
        boto3.client("sns").publish(TopicArn=topic_arn, Message=message)


def _poll_until(subscriber: Subscriber, told: int) -> None:
    """Poll, as the program does, until so many notifications were told of."""
    for _ in range(20):
        told -= subscriber.poll(1)
        if told <= 0:
            return
    raise AssertionError(told)


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


def test_a_storm_is_a_mail_at_once_and_a_digest_later(topic_arn: str, catcher) -> None:
    """Of 26 readings the first is told at once, the others in one mail when the cool-off time is over."""
    counts, clock = Counts(), Clock()
    subscriber = _subscriber(catcher.port, counts, clock=clock)
    _publish(topic_arn, 96)
    assert subscriber.poll(0) == 1
    _publish(topic_arn, *range(100, 125))
    for _ in range(5):
        assert subscriber.poll(0) == 0
    assert (len(catcher.box), _left_in_queue()) == (1, 25)
    clock.now = 300.0
    assert subscriber.poll(0) == 25
    digest = catcher.box.mails()[1]
    assert digest.subject == "M003 critical_temperature: 25 notifications, worst 124 (limit 95)"
    assert digest.text.startswith("25 notifications since the last mail about it, ")
    assert (counts.forwarded, counts.failed, _left_in_queue()) == (26, 0, 0)


def test_without_a_cool_off_time_each_has_its_own_mail(topic_arn: str, catcher) -> None:
    """With 0 nothing is held."""
    _publish(topic_arn, 96, 97, 98)
    assert _subscriber(catcher.port, Counts(), cool_off_s=0).poll(0) == 3
    assert (len(catcher.box), _left_in_queue()) == (3, 0)


def test_the_queue_waits_longer_than_the_digest(topic_arn: str, catcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is held stays invisible until its digest is due and a minute more, in which it is sent."""
    clock = Clock()
    subscriber = _subscriber(catcher.port, Counts(), cool_off_s=300, clock=clock)
    _publish(topic_arn, 96)
    subscriber.poll(0)
    asked: list[Any] = []
    monkeypatch.setattr(subscriber._client, "change_message_visibility", lambda **request: asked.append(request))
    clock.now = 100.0
    _publish(topic_arn, 97)
    subscriber.poll(0)
    assert [request["VisibilityTimeout"] for request in asked] == [260]


def test_what_a_killed_program_held_is_told_by_the_next(
    topic_arn: str, catcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Held notifications lie in the queue still, and come again when their time is over."""
    monkeypatch.setattr(module, "VISIBILITY_S", 1)
    killed, heir = (_subscriber(catcher.port, Counts(), cool_off_s=1) for _ in range(2))
    _publish(topic_arn, 96)
    killed.poll(0)
    _publish(topic_arn, 97, 98)
    assert killed.poll(0) == 0
    del killed
    _poll_until(heir, 2)
    assert (catcher.box.mails()[-1].headers["X-Notifications"], _left_in_queue()) == ("2", 0)


def test_what_comes_again_while_it_is_held_is_counted_once(
    topic_arn: str, catcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A delivery that is repeated changes the receipt, not the number; the latest receipt deletes."""
    monkeypatch.setattr(module, "VISIBILITY_S", 1)
    clock = Clock()
    subscriber = _subscriber(catcher.port, Counts(), cool_off_s=1, clock=clock)
    _publish(topic_arn, 96)
    subscriber.poll(0)
    _publish(topic_arn, 97, 98)
    for _ in range(3):
        assert subscriber.poll(3) == 0  # the subscriber's clock stands still: the queue delivers again and again
    clock.now = 1.0
    assert subscriber.poll(0) == 2
    assert (catcher.box.mails()[-1].headers["X-Notifications"], _left_in_queue()) == ("2", 0)


def test_a_mail_whose_notification_cannot_be_deleted_is_sent_once(
    topic_arn: str, catcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the queue fails after the mail was taken, it is deleted later and not told again; others are still told."""
    subscriber = _subscriber(catcher.port, Counts(), cool_off_s=0)
    client: Any = subscriber._client
    deletes, refuse = client.delete_message, threading.Event()

    def delete(**request: Any) -> Any:
        if refuse.is_set():
            raise client.exceptions.ClientError({"Error": {"Code": "ServiceUnavailable"}}, "DeleteMessage")
        return deletes(**request)

    monkeypatch.setattr(client, "delete_message", delete)
    refuse.set()
    _publish(topic_arn, 96)
    with pytest.raises(client.exceptions.ClientError):
        subscriber.poll(0)
    _publish(topic_arn, 97)
    with pytest.raises(client.exceptions.ClientError):
        subscriber.poll(0)
    assert len(catcher.box) == 2
    refuse.clear()
    assert subscriber.poll(0) == 0
    assert (len(catcher.box), _left_in_queue()) == (2, 0)


def test_at_its_end_it_tells_what_it_held(topic_arn: str, catcher) -> None:
    """An orderly stop keeps nothing for another day."""
    counts = Counts()
    subscriber = _subscriber(catcher.port, counts)
    _publish(topic_arn, 96)
    subscriber.poll(0)
    _publish(topic_arn, 97, 98)
    subscriber.poll(0)
    stopping = threading.Event()
    stopping.set()
    subscriber.run(stopping)
    assert (counts.forwarded, len(catcher.box), _left_in_queue()) == (3, 2, 0)
