"""A mail as people read it: sender, subject, text and HTML out of its raw bytes."""

from __future__ import annotations

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from contracts.telemetry import format_timestamp

ENVELOPE_SENDER = "Return-Path"
ENVELOPE_RECIPIENT = "X-Original-To"
"""Headers in which the catcher notes what the SMTP envelope said (RFC 5321, section 4.4, for the first)."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A caught mail, taken apart."""

    id: str
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    headers: dict[str, str]

    def as_json(self) -> dict[str, object]:
        """What `/api/messages` tells."""
        return {
            "id": self.id,
            "received_at": format_timestamp(self.received_at),
            "from": self.sender,
            "to": list(self.recipients),
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
            "headers": self.headers,
        }


def parse_mail(mail_id: str, received_at: datetime, raw: bytes) -> Mail:
    r"""Take a mail apart; what is broken in it becomes empty, never an error.

    Example:
        >>> from datetime import UTC
        >>> mail = parse_mail("1", datetime(2026, 1, 2, tzinfo=UTC), b"From: a@b.example\nSubject: Hot\n\nM003\n")
        >>> mail.sender, mail.subject, mail.text
        ('a@b.example', 'Hot', 'M003\n')
    """
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - the default policy makes no other
    headers: dict[str, str] = {}
    for name, value in _readable_headers(message):
        headers[name] = f"{headers[name]}\n{value}" if name in headers else value
    envelope_recipients = headers.get(ENVELOPE_RECIPIENT, "").split("\n")
    return Mail(
        id=mail_id,
        received_at=received_at,
        sender=headers.get("From", headers.get(ENVELOPE_SENDER, "")),
        recipients=tuple(address for address in envelope_recipients if address) or _header_recipients(headers),
        subject=headers.get("Subject", ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        headers=headers,
    )


def _readable_headers(message: EmailMessage) -> list[tuple[str, str]]:
    try:
        return [(name, str(value)) for name, value in message.items()]
    except (ValueError, IndexError, AttributeError, TypeError):
        # Python's header parser has cases in which it falls over broken headers; the raw ones remain readable.
        return [(name, str(value)) for name, value in message.raw_items()]


def _header_recipients(headers: dict[str, str]) -> tuple[str, ...]:
    return tuple(part.strip() for part in headers.get("To", "").split(",") if part.strip())


def _body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body(preferencelist=(subtype,))
    if part is None:
        return ""
    try:
        content = part.get_content()
    except (LookupError, ValueError):  # an unknown character set or broken encoding
        content = part.get_payload(decode=True)
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
    return text.replace("\r\n", "\n")
