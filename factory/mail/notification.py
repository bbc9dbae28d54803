"""A notification of an SNS topic, what it is about, and the mail that says it."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

# A time, or a number that stands by itself: the 3 of M003 and the 1 of line1 say what it is about, 99.5 does not.
_PASSING = re.compile(
    r"\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?"
    r"|(?<![\w.])[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?!\w)"
)


# No more than it takes to keep what is none out of a mail's header and of SMTP's commands.
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}", re.ASCII)


class Notification(BaseModel):
    """What SNS puts into a queue (the fields of its HTTP/JSON format that a mail needs)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    message_id: str = Field(default="", alias="MessageId")
    topic_arn: str = Field(default="", alias="TopicArn")
    subject: str | None = Field(default=None, alias="Subject")
    message: str = Field(alias="Message")
    timestamp: str = Field(default="", alias="Timestamp")
    attributes: dict[str, Any] = Field(default_factory=dict, alias="MessageAttributes")

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The fields of a rule's message; none where the message is plain text."""
        try:
            facts = json.loads(self.message)
        except (ValueError, RecursionError):
            return {}
        return facts if isinstance(facts, dict) else {}

    @cached_property
    def title(self) -> str:
        """What it says in a line: its subject, its rule's summary, or else where it comes from."""
        if self.subject:
            return one_line(self.subject)
        if isinstance(summary := self.facts.get("summary"), str) and summary.strip():
            return one_line(summary)
        topic = self.topic_arn.rpartition(":")[2] or "a topic"
        about = self.facts.get("device_id")
        return one_line(f"{about}: notification of {topic}" if about else f"Notification of {topic}")

    @cached_property
    def recipients(self) -> tuple[str, ...]:
        """The addresses that its attribute `recipients` names; none where whoever reads the topic is meant.

        Example:
            >>> named = {"Type": "String.Array", "Value": '["driver@fleet.example"]'}
            >>> Notification(Message="hot", MessageAttributes={"recipients": named}).recipients
            ('driver@fleet.example',)
        """
        try:
            named = json.loads(self._attribute("recipients"))
        except (TypeError, ValueError):
            return ()
        told = named if isinstance(named, list) else []
        return tuple(one for one in told if isinstance(one, str) and _ADDRESS.fullmatch(one))

    def _attribute(self, name: str) -> Any:
        """The value of an attribute; none where there is no such thing."""
        attribute = self.attributes.get(name)
        return attribute.get("Value") if isinstance(attribute, dict) else None

    @property
    def kind(self) -> tuple[str, ...]:
        """What it is about, whatever the reading: alike for notifications of which one mail tells enough.

        A rule's message names its alarm and its machine, which are the kind. Of any other the words are, without the
        times and numbers that stand by themselves, and the vehicle in its attribute `device_id`, whose name may have
        such a number.

        Example:
            >>> hot = '{"alarm":"critical_temperature","device_id":"M003","value":%s}'
            >>> Notification(Message=hot % 99.5).kind == Notification(Message=hot % 101).kind
            True
            >>> Notification(Message="M003 at 99.5 °C").kind
            ('', 'M003 at # °C')
        """
        facts = self.facts
        if facts.get("alarm") and facts.get("device_id"):
            names = ("alarm", "plant", "line", "device_id", "signal")
            return (self.topic_arn, *(f"{name}={facts.get(name)}" for name in names))
        words = _PASSING.sub("#", self.subject or self.message)
        vehicle = self._attribute("device_id")
        return (self.topic_arn, words, *([f"device_id={vehicle}"] if vehicle else []), *self.recipients)

    @property
    def value(self) -> float | None:
        """The reading that it tells; none where it tells none."""
        return _finite(self.facts.get("value"))

    @property
    def severity(self) -> float:
        """How bad it is, comparable within a kind: the reading's distance from its limit [the signal's unit].

        An alarm's reading lies on the wrong side of its limit, whichever that is.

        Example:
            >>> Notification(Message='{"value": 99.5, "limit_value": 95}').severity
            4.5
        """
        if self.value is None:
            return -math.inf
        limit = _finite(self.facts.get("limit_value"))
        return self.value if limit is None else abs(self.value - limit)

    @property
    def told_at(self) -> str:
        """When: the reading's own time, else SNS's; ISO 8601, so that it sorts."""
        measured = self.facts.get("measured_at")
        return measured if isinstance(measured, str) and measured else self.timestamp


def read_notification(body: str, queue_message_id: str) -> Notification:
    """The notification in the body of a queue's message; a raw delivery is its own text.

    Example:
        >>> read_notification('{"Type":"Notification","MessageId":"m1","Message":"hot"}', "q1").message
        'hot'
        >>> read_notification("hot", "q1").message_id
        'q1'
    """
    try:
        return Notification.model_validate_json(body)
    except ValidationError:
        return Notification(MessageId=queue_message_id, Message=body)


def mail_of(notification: Notification, sender: str, recipient: str) -> EmailMessage:
    """The mail that says what a notification says, to those whom it names, else to the recipient.

    Its Message-ID comes from the notification, so that one that is sent twice (the queue promises at least once) is
    known as the same by every mail program.
    """
    to = ", ".join(notification.recipients) or recipient
    mail = envelope(notification.title, notification.topic_arn, sender, to, notification.message_id)
    mail.set_content(text_of(notification))
    return mail


def envelope(subject: str, topic_arn: str, sender: str, recipient: str, message_id: str) -> EmailMessage:
    """A mail that has all but its text.

    Args:
        subject: what it is about; line breaks become spaces.
        topic_arn: topic that it comes from.
        sender: from whom.
        recipient: for whom.
        message_id: what it is known by, without the domain; empty: anything.
    """
    mail = EmailMessage()
    mail["Subject"] = one_line(subject)
    mail["From"] = sender
    mail["To"] = recipient
    mail["Date"] = format_datetime(datetime.now(UTC))
    domain = sender.rpartition("@")[2] or "smart-factory.example"
    mail["Message-ID"] = f"<{message_id}@{domain}>" if message_id else make_msgid(domain=domain)
    mail["X-Topic"] = one_line(topic_arn)
    return mail


def text_of(notification: Notification) -> str:
    """Each fact of a notification in a line, and where it comes from."""
    # JSON can name half a surrogate pair, which no mail can carry.
    lines = [f"{name}: {value}" for name, value in notification.facts.items()] or [notification.message]
    lines += ["", f"Topic: {notification.topic_arn or 'unknown'}"]
    if notification.timestamp:
        lines.append(f"Sent: {notification.timestamp}")
    return _sendable("\n".join(lines) + "\n")


def one_line(text: str) -> str:
    """A text without line breaks, for a header."""
    return _sendable(" ".join(text.split()))


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _finite(number: object) -> float | None:
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    try:
        return float(number) if math.isfinite(number) else None
    except OverflowError:  # an integer of hundreds of digits
        return None
