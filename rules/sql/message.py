"""One message as it reaches the rules, decoded at most once however many rules look at it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from rules.sql.json_text import decode
from rules.sql.values import UNDEFINED, Value

Transport: TypeAlias = Literal["mqtt", "http"]

_BASIC_INGEST: Final = ("$aws", "rules")
_NOT_DECODED: Final = object()


class Message:
    """A published message and what the broker knows about it.

    Args:
        topic: the topic as published; of a Basic Ingest topic the prefix is hidden.
        payload: the bytes, JSON or not.
        protocol: how the publisher is connected.
        timestamp: when the message arrived [ms since 1970]; now, if not given.
        rule_name: the rule that a Basic Ingest topic calls directly.
        correlation_data: MQTT 5 bytes that a requester wants back.
        user_properties: MQTT 5 pairs, in order, with repeated keys.

    Example:
        >>> message = Message(topic="line/press-1", payload=b'{"celsius": 54.98}')
        >>> message.value["celsius"], message.topic
        (Decimal('54.98'), 'line/press-1')
    """

    __slots__ = (
        "_problem",
        "_value",
        "account_id",
        "client_id",
        "content_type",
        "correlation_data",
        "payload",
        "payload_format_indicator",
        "principal",
        "protocol",
        "response_topic",
        "rule_name",
        "source_ip",
        "timestamp",
        "topic",
        "trace_id",
        "user_properties",
    )

    def __init__(  # each of these is one function of the language
        self,
        *,
        topic: str,
        payload: bytes,
        protocol: Transport = "mqtt",
        timestamp: int | None = None,
        client_id: str | None = None,
        principal: str | None = None,
        source_ip: str | None = None,
        trace_id: str | None = None,
        account_id: str | None = None,
        rule_name: str | None = None,
        content_type: str | None = None,
        payload_format_indicator: str | None = None,
        response_topic: str | None = None,
        correlation_data: bytes | None = None,
        user_properties: Iterable[tuple[str, str]] | None = None,
    ) -> None:
        self.topic, called = _without_prefix(topic)
        self.rule_name = rule_name or called
        self.payload = payload
        self.protocol = protocol
        self.timestamp = time.time_ns() // 1_000_000 if timestamp is None else timestamp
        self.client_id = client_id
        self.principal = principal
        self.source_ip = source_ip
        self.trace_id = trace_id
        self.account_id = account_id
        self.content_type = content_type
        self.payload_format_indicator = payload_format_indicator
        self.response_topic = response_topic
        self.correlation_data = correlation_data
        self.user_properties = None if user_properties is None else tuple(user_properties)
        self._value: Value = _NOT_DECODED
        self._problem: str | None = None

    @property
    def value(self) -> Value:
        """The JSON value of the payload, or UNDEFINED where it is none; do not change it."""
        if self._value is _NOT_DECODED:
            self._decode()
        return self._value

    @property
    def json_problem(self) -> str | None:
        """Why the payload is not JSON, or None where it is."""
        if self._value is _NOT_DECODED:
            self._decode()
        return self._problem

    def _decode(self) -> None:
        try:
            self._value = decode(self.payload)
        except ValueError as error:
            self._value = UNDEFINED
            self._problem = str(error)

    def __repr__(self) -> str:
        return f"Message(topic={self.topic!r}, payload={self.payload[:60]!r})"


def _without_prefix(topic: str) -> tuple[str, str | None]:
    """A Basic Ingest topic as rules see it, and the rule that it calls."""
    # $aws / rules / name / the rest, which may hold slashes of its own.
    parts = topic.split("/", 3)
    if len(parts) < 3 or (parts[0], parts[1]) != _BASIC_INGEST:
        return topic, None
    return (parts[3] if len(parts) == 4 else ""), parts[2]
