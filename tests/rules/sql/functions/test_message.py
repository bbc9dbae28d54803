"""Functions of the message and its sender."""

from __future__ import annotations

from typing import Any

import pytest

from rules.sql import UNDEFINED, Message

BARE = Message(topic="a/b", payload=b"", protocol="http", client_id="c", trace_id="t")
FULL = Message(
    topic="a/b",
    payload=b"",
    client_id="c",
    trace_id="t",
    timestamp=5,
    correlation_data=b"req-1",
    user_properties=[("k", "1"), ("l", "2"), ("k", "3")],
)


@pytest.mark.parametrize(
    ("name", "values", "bare", "full"),
    [
        ("topic", (), "a/b", "a/b"),
        ("topic", (2,), "b", "b"),
        ("topic", ("1",), "a", "a"),
        ("topic", (0,), UNDEFINED, UNDEFINED),
        ("topic", (3,), UNDEFINED, UNDEFINED),
        ("clientid", (), "n/a", "c"),
        ("traceid", (), UNDEFINED, "t"),
        ("accountid", (), UNDEFINED, UNDEFINED),
        ("get_mqtt_property", ("correlation_data",), UNDEFINED, "cmVxLTE="),
        ("get_mqtt_property", ("format_indicator",), "UNSPECIFIED_BYTES", "UNSPECIFIED_BYTES"),
        ("get_mqtt_property", ("other",), UNDEFINED, UNDEFINED),
        ("get_user_properties", ("k",), UNDEFINED, ["1", "3"]),
        ("get_user_properties", ("x",), UNDEFINED, UNDEFINED),
        ("get_user_properties", (), UNDEFINED, [{"k": "1"}, {"l": "2"}, {"k": "3"}]),
    ],
)
def test_what_a_message_tells(call, name: str, values: tuple[Any, ...], bare: Any, full: Any) -> None:
    """What the sender did not say is Undefined; over HTTP there is no client and no trace."""
    assert call(name, *values, message=BARE) == bare
    assert call(name, *values, message=FULL) == full


def test_identifiers_are_fresh(call) -> None:
    """Each call makes another one."""
    assert call("newuuid") != call("newuuid")
