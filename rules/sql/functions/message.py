"""Functions that tell about the message and its sender."""

from __future__ import annotations

import base64
from collections.abc import Callable
from operator import attrgetter
from typing import Final
from uuid import uuid4

from rules.sql.conversions import to_text, to_whole
from rules.sql.functions.registry import function
from rules.sql.message import Message
from rules.sql.values import UNDEFINED, Value


def _known(value: Value) -> Value:
    return UNDEFINED if value is None else value


@function("topic", takes=(to_whole,), optional=1, style="message")
def topic(message: Message, level: int | None = None) -> Value:
    """The topic, or one of its levels, counted from 1."""
    if level is None:
        return message.topic
    levels = message.levels
    return levels[level - 1] if 1 <= level <= len(levels) else UNDEFINED


@function("clientid", style="message")
def client_id(message: Message) -> str:
    """The MQTT client that sent the message; "n/a" for other protocols."""
    return message.client_id if message.protocol == "mqtt" and message.client_id else "n/a"


@function("traceid", style="message")
def trace_id(message: Message) -> Value:
    """The trace of an MQTT message; Undefined for other protocols."""
    return _known(message.trace_id) if message.protocol == "mqtt" else UNDEFINED


@function("timestamp", style="message")
def timestamp(message: Message) -> int:
    """When the message arrived [ms since 1970]."""
    return message.timestamp


@function("accountid", style="message")
def account_id(message: Message) -> Value:
    """The AWS account of the rule."""
    return _known(message.account_id)


@function("principal", style="message")
def principal(message: Message) -> Value:
    """The certificate or the identity that the sender showed."""
    return _known(message.principal)


@function("sourceip", style="message")
def source_ip(message: Message) -> Value:
    """The address that the message came from."""
    return _known(message.source_ip)


@function("newuuid")
def new_uuid() -> str:
    """A fresh random identifier."""
    return str(uuid4())


def _correlation_data(message: Message) -> str | None:
    data = message.correlation_data
    return None if data is None else base64.b64encode(data).decode("ascii")


_MQTT_PROPERTIES: Final[dict[str, Callable[[Message], str | None]]] = {
    "content_type": attrgetter("content_type"),
    "format_indicator": lambda message: message.payload_format_indicator or "UNSPECIFIED_BYTES",
    "response_topic": attrgetter("response_topic"),
    "correlation_data": _correlation_data,
}


@function("get_mqtt_property", takes=(to_text,), style="message")
def mqtt_property(message: Message, name: str) -> Value:
    """A header of an MQTT 5 message; correlation data in base64."""
    read = _MQTT_PROPERTIES.get(name)
    return UNDEFINED if read is None else _known(read(message))


@function("get_user_properties", takes=(to_text,), optional=1, style="message")
def user_properties(message: Message, wanted: str | None = None) -> Value:
    """The values of one user property of MQTT 5, or all of them as objects of one pair each."""
    pairs = message.user_properties
    # A message of MQTT 3 has no user properties at all.
    if pairs is None:
        return UNDEFINED
    if wanted is None:
        return [{key: value} for key, value in pairs]
    return [value for key, value in pairs if key == wanted] or UNDEFINED
