"""The mail for notifications of one kind: the notification itself, or a digest of several."""

from __future__ import annotations

import hashlib
from email.message import EmailMessage

from factory.mail.cool_off import Bundle
from factory.mail.notification import Notification, envelope, mail_of, text_of


def mail_of_bundle(bundle: Bundle, sender: str, recipient: str) -> EmailMessage:
    """The mail that tells of all notifications of a bundle."""
    if len(bundle) == 1:
        return mail_of(bundle.first, sender, recipient)
    # Made of the ids, so that a digest that is sent twice is known as the same.
    known_by = hashlib.sha256("\n".join(sorted(bundle.receipts)).encode()).hexdigest()[:32]
    to = ", ".join(bundle.last.recipients) or recipient
    mail = envelope(_subject(bundle), bundle.last.topic_arn, sender, to, f"digest-{known_by}")
    mail["X-Notifications"] = str(len(bundle))
    mail.set_content(_text(bundle))
    return mail


def _subject(bundle: Bundle) -> str:
    facts, count = bundle.worst.facts, len(bundle)
    if bundle.worst.value is None:
        return f"{count} notifications: {bundle.last.title}"
    about = " ".join(str(facts[name]) for name in ("device_id", "alarm") if facts.get(name)) or bundle.last.title
    return f"{about}: {count} notifications, worst {_reading(bundle.worst)}"


def _text(bundle: Bundle) -> str:
    first, last = bundle.first, bundle.last
    since = "since the last mail about it" if bundle.follows_a_mail else "that came together"
    named = {"First": first, "Last": last}
    if bundle.worst.value is not None:
        named["Worst"] = bundle.worst
    lines = [f"{len(bundle)} notifications {since}, {first.told_at or 'unknown'} to {last.told_at or 'unknown'}.", ""]
    lines += [
        f"{name + ':':<6} {one.told_at or 'unknown'}  {_reading(one) or one.title}" for name, one in named.items()
    ]
    whole = "worst" if "Worst" in named else "last"
    return "\n".join([*lines, "", f"The {whole} of them:", "", text_of(bundle.worst if whole == "worst" else last)])


def _reading(notification: Notification) -> str:
    """The reading as people write it.

    Example:
        >>> _reading(Notification(Message='{"signal":"temp","value":99.5,"unit":"°C","limit_value":95}'))
        'temp 99.5 °C (limit 95 °C)'
    """
    if notification.value is None:
        return ""
    facts = notification.facts
    unit = f" {facts['unit']}" if isinstance(facts.get("unit"), str) else ""
    signal = f"{facts['signal']} " if isinstance(facts.get("signal"), str) else ""
    limit = f" (limit {facts['limit_value']}{unit})" if facts.get("limit_value") is not None else ""
    return f"{signal}{facts['value']}{unit}{limit}"
