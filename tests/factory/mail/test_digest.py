"""Digests of notifications."""

import json

from hypothesis import given
from hypothesis import strategies as st

from factory.mail.cool_off import Bundle, CoolOff
from factory.mail.digest import mail_of_bundle
from factory.mail.notification import Notification

PEOPLE = ("a@x.example", "b@x.example")


def _bundle(*messages: str) -> Bundle:
    desk = CoolOff(300)
    for index, message in enumerate(messages):
        desk.take(str(index), "receipt", Notification(Message=message, TopicArn="arn:aws:sns:r:1:alerts"), 0.0)
    return desk.held()[0]


def _hot(value: float, second: int) -> str:
    # the fields of rules/catalog/critical_temperature.json
    facts = {"alarm": "critical_temperature", "summary": f"M003 at {value} °C.", "plant": "plant1", "line": "line1"}
    reading = {"device_id": "M003", "signal": "temp", "value": value, "limit_value": 95, "unit": "°C"}
    return json.dumps(facts | reading | {"measured_at": f"2026-01-02T03:04:{second:02}.000Z"})


def test_one_notification_is_its_own_mail() -> None:
    """Nothing is summed up where there is nothing to sum up."""
    assert mail_of_bundle(_bundle(_hot(99.5, 0)), *PEOPLE)["Subject"] == "M003 at 99.5 °C."


def test_a_digest_tells_how_many_and_the_worst() -> None:
    """The subject says machine, alarm, number and the worst reading; the text the first, the last and the worst."""
    mail = mail_of_bundle(_bundle(_hot(99.5, 0), _hot(104.2, 1), _hot(97, 2)), *PEOPLE)
    assert mail["Subject"] == "M003 critical_temperature: 3 notifications, worst temp 104.2 °C (limit 95 °C)"
    assert mail["X-Notifications"] == "3"
    lines = mail.get_content().splitlines()
    assert lines[0].startswith("3 notifications that came together, 2026-01-02T03:04:00.000Z to 2026-01-02T03:04:02")
    assert lines[2:5] == [
        "First: 2026-01-02T03:04:00.000Z  temp 99.5 °C (limit 95 °C)",
        "Last:  2026-01-02T03:04:02.000Z  temp 97 °C (limit 95 °C)",
        "Worst: 2026-01-02T03:04:01.000Z  temp 104.2 °C (limit 95 °C)",
    ]
    assert "value: 104.2" in lines


def test_the_worst_below_a_lower_limit_is_the_lowest() -> None:
    """An alarm's reading is on the wrong side of its limit, so the farthest is the worst."""
    low = '{"alarm":"low_oil","device_id":"M003","value":%s,"limit_value":10}'
    assert "worst 2.5" in mail_of_bundle(_bundle(low % 8, low % 2.5, low % 9), *PEOPLE)["Subject"]


def test_texts_without_readings_are_counted() -> None:
    """Of words there is no worst: the last is told."""
    mail = mail_of_bundle(_bundle("line 3 stopped", "line 4 stopped"), *PEOPLE)
    assert mail["Subject"] == "2 notifications: Notification of alerts"
    assert "Worst" not in mail.get_content()
    assert "line 4 stopped" in mail.get_content()


def test_the_same_digest_sent_twice_is_known_as_the_same() -> None:
    """Its Message-ID comes from the ids of its notifications."""
    first, second = (mail_of_bundle(_bundle(_hot(99, 0), _hot(98, 1)), *PEOPLE) for _ in range(2))
    other = mail_of_bundle(_bundle(_hot(99, 0), _hot(98, 1), _hot(97, 2)), *PEOPLE)
    assert first["Message-ID"] == second["Message-ID"] != other["Message-ID"]


JSON = st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=3)
NAMES = ("alarm", "device_id", "summary", "signal", "value", "unit", "limit_value", "measured_at")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, JSON)))
def test_whatever_a_rule_writes_becomes_a_digest(facts: dict[str, object]) -> None:
    """Fields of the wrong type, infinite numbers and broken texts are told as well as can be."""
    mail = mail_of_bundle(_bundle(json.dumps(facts), json.dumps(facts)), *PEOPLE)
    assert len(mail["Subject"].splitlines()) == 1
    mail.as_bytes()
