"""Messages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules.sql import UNDEFINED, Message
from rules.sql import message as module


def test_a_message_is_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rules look at it, its JSON is read one time, and only when somebody looks."""
    calls = []
    decode = module.decode
    monkeypatch.setattr(module, "decode", lambda data: calls.append(data) or decode(data))
    message = Message(topic="t", payload=b'{"a": 1.5}')

    assert calls == []
    assert message.value is message.value
    assert message.value == {"a": Decimal("1.5")}
    assert message.json_problem is None
    assert len(calls) == 1


def test_a_payload_that_is_not_json_says_why() -> None:
    """Its value is Undefined, and the reason is kept for the log."""
    message = Message(topic="t", payload=b"\x00\x01")

    assert message.json_problem
    assert message.value is UNDEFINED


@pytest.mark.parametrize(
    ("published", "topic", "rule_name"),
    [
        ("$aws/rules/Press/line/1", "line/1", "Press"),
        ("$aws/rules/Press", "", "Press"),
        ("$aws/rulesets/Press/line", "$aws/rulesets/Press/line", None),
        ("line/1", "line/1", None),
    ],
)
def test_basic_ingest_hides_its_prefix(published: str, topic: str, rule_name: str | None) -> None:
    """A rule sees the rest of the topic, and the message knows which rule it calls."""
    message = Message(topic=published, payload=b"{}")

    assert (message.topic, message.rule_name) == (topic, rule_name)


def test_a_message_arrives_now() -> None:
    """Without a time of its own it takes the clock's, in milliseconds."""
    message = Message(topic="t", payload=b"{}")

    # 2020-01-01 and 2100-01-01, in milliseconds since 1970.
    assert 1_577_836_800_000 < message.timestamp < 4_102_444_800_000
