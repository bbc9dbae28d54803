"""A notification of an SNS topic as a mail."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class Notification(BaseModel):
    """What SNS puts into a queue (the fields of its HTTP/JSON format that a mail needs)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    message_id: str = Field(default="", alias="MessageId")
    topic_arn: str = Field(default="", alias="TopicArn")
    subject: str | None = Field(default=None, alias="Subject")
    message: str = Field(alias="Message")
    timestamp: str = Field(default="", alias="Timestamp")


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
    """The mail that says what a notification says.

    Its Message-ID comes from the notification, so that one that is sent twice (the queue promises at least once) is
    known as the same by every mail program.
    """
    facts = _facts(notification.message)
    mail = EmailMessage()
    mail["Subject"] = _one_line(notification.subject or _subject(notification, facts))
    mail["From"] = sender
    mail["To"] = recipient
    mail["Date"] = format_datetime(datetime.now(UTC))
    domain = sender.rpartition("@")[2] or "smart-factory.example"
    mail["Message-ID"] = (
        f"<{notification.message_id}@{domain}>" if notification.message_id else make_msgid(domain=domain)
    )
    mail["X-Topic"] = _one_line(notification.topic_arn)
    mail.set_content(_text(notification, facts))
    return mail


def _facts(message: str) -> dict[str, object]:
    try:
        facts = json.loads(message)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def _subject(notification: Notification, facts: dict[str, object]) -> str:
    if isinstance(summary := facts.get("summary"), str) and summary:
        return summary
    topic = notification.topic_arn.rpartition(":")[2] or "a topic"
    about = facts.get("device_id")
    return f"{about}: notification of {topic}" if about else f"Notification of {topic}"


def _text(notification: Notification, facts: dict[str, object]) -> str:
    lines = [f"{name}: {value}" for name, value in facts.items()] or [notification.message]
    lines += ["", f"Topic: {notification.topic_arn or 'unknown'}"]
    if notification.timestamp:
        lines.append(f"Sent: {notification.timestamp}")
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())
