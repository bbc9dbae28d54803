"""Notifications of a topic as mails."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory.mail.notification import Notification, mail_of, read_notification

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


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("M003 at 99.5 °C", "M003 at -101 °C", True),
        ("M003 at 99.5 °C", "M004 at 99.5 °C", False),
        ("hot since 2026-01-02T03:04:05.678Z", "hot since 2026-11-12T13:14:15Z", True),
        ('{"device_id":"M003","temp":99.5}', '{"device_id":"M003","temp":100}', True),
        ('{"device_id":"M003","temp":99.5}', '{"device_id":"M004","temp":99.5}', False),
        ('{"alarm":"hot","device_id":"M003","state":"idle"}', '{"alarm":"hot","device_id":"M003","value":1}', True),
        ('{"alarm":"hot","device_id":"M003"}', '{"alarm":"cold","device_id":"M003"}', False),
        ('{"alarm":"hot","device_id":"M003","plant":"a"}', '{"alarm":"hot","device_id":"M003","plant":"b"}', False),
    ],
)
def test_notifications_are_of_a_kind_whatever_their_numbers(one: str, other: str, alike: bool) -> None:
    """Alarm and machine make the kind, or the words; a machine's name is no number."""
    assert (Notification(Message=one).kind == Notification(Message=other).kind) is alike


def test_topics_are_kinds_apart() -> None:
    """What one topic tells does not hold back another."""
    kinds = {Notification(Message="hot", TopicArn=arn).kind for arn in ("arn:a", "arn:b")}
    assert len(kinds) == 2


def test_half_a_surrogate_pair_can_be_mailed() -> None:
    """JSON can write what no mail can carry; it is replaced, and the mail goes out."""
    notification = Notification(Message=r'{"summary":"M003 \ud800","device_id":"\ud800"}')
    mail = mail_of(notification, "a@x.example", "b@x.example")
    assert mail["Subject"] == "M003 ?"
    mail.as_bytes()


def test_a_notification_may_name_its_recipients() -> None:
    """A vehicle's alert goes to its driver; what is no address is left out; without any the usual one is told."""

    def to(*addresses: object) -> str:
        attribute = {"Type": "String.Array", "Value": json.dumps(addresses)}
        body = json.dumps(ENVELOPE | {"MessageAttributes": {"recipients": attribute}})
        return str(mail_of(read_notification(body, "q"), "a@x.example", "b@x.example")["To"])

    assert to("driver@fleet.example", "chief@fleet.example") == "driver@fleet.example, chief@fleet.example"
    assert to("driver@fleet.example\r\nBcc: x@x.example", 7, "nobody") == "b@x.example"


@pytest.mark.parametrize(("one", "other"), [("VAN-001", "VAN-002"), ("1", "2")])
def test_vehicles_with_numbers_for_names_are_kinds_apart(one: str, other: str) -> None:
    """The alert of one vehicle does not hold back another's, and a vehicle's own readings are alike."""

    def kind(vehicle: str, temperature: float) -> tuple[str, ...]:
        attributes = {"device_id": {"Type": "String", "Value": vehicle}}
        subject = f"{vehicle}: engine at {temperature} °C"
        return read_notification(json.dumps(ENVELOPE | {"Subject": subject, "MessageAttributes": attributes}), "q").kind

    assert kind(one, 120.0) != kind(other, 120.0)
    assert kind(one, 120.0) == kind(one, 121.5)


def test_notifications_for_different_people_are_of_different_kinds() -> None:
    """A digest has one set of recipients."""
    kinds = {
        read_notification(
            json.dumps(ENVELOPE | {"MessageAttributes": {"recipients": {"Value": json.dumps([who])}}}), "q"
        ).kind
        for who in ("a@x.example", "b@x.example")
    }
    assert len(kinds) == 2
