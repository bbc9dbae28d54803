"""Notifications of a topic as mails."""

import json

from hypothesis import given
from hypothesis import strategies as st

from factory.mail.notification import mail_of, read_notification

# The fields of a notification, from "HTTP/HTTPS notification JSON format", Amazon SNS developer guide.
ENVELOPE = {
    "Type": "Notification",
    "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
    "TopicArn": "arn:aws:sns:us-east-1:000000000000:smart-factory-plant1-alerts",
    "Subject": "My First Message",
    "Message": "Hello world!",
    "Timestamp": "2012-05-02T00:54:06.655Z",
}


def test_subject_and_text_are_the_notifications() -> None:
    """Subject and message go over as they are."""
    mail = mail_of(read_notification(json.dumps(ENVELOPE), "q"), "a@x.example", "b@x.example")
    assert (mail["Subject"], mail["From"], mail["To"]) == ("My First Message", "a@x.example", "b@x.example")
    assert mail.get_content().startswith("Hello world!\n")


def test_a_message_of_a_rule_names_the_machine() -> None:
    """A rule's JSON has no subject: the machine becomes it, and each value a line."""
    body = json.dumps({**ENVELOPE, "Subject": None, "Message": '{"device_id":"M003","temp":99.5}'})
    mail = mail_of(read_notification(body, "q"), "a@x.example", "b@x.example")
    assert mail["Subject"] == "M003: notification of smart-factory-plant1-alerts"
    assert mail.get_content().startswith("device_id: M003\ntemp: 99.5\n")


def test_a_rules_summary_is_the_subject() -> None:
    """A rule that says in a sentence what is wrong has it read first."""
    body = json.dumps({**ENVELOPE, "Subject": None, "Message": '{"summary":"M003 is hot.","device_id":"M003"}'})
    assert mail_of(read_notification(body, "q"), "a@x.example", "b@x.example")["Subject"] == "M003 is hot."


def test_sent_twice_it_is_known_as_the_same() -> None:
    """The Message-ID comes from the notification."""
    first, second = (
        mail_of(read_notification(json.dumps(ENVELOPE), queue_id), "a@x.example", "b@x.example") for queue_id in "12"
    )
    assert first["Message-ID"] == second["Message-ID"] == "<22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324@x.example>"


@given(st.text(), st.text())
def test_any_text_becomes_a_mail(subject: str, message: str) -> None:
    """Line breaks in a subject cannot smuggle in a header."""
    body = json.dumps({**ENVELOPE, "Subject": subject, "Message": message})
    mail = mail_of(read_notification(body, "q"), "a@x.example", "b@x.example")
    assert len(mail["Subject"].splitlines()) <= 1
    mail.as_bytes()
