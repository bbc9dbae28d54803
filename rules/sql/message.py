"""One message as it reaches the rules, decoded at most once however many rules look at it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from rules.sql.json_text import decode
from rules.sql.values import UNDEFINED, Value

Transport: TypeAlias = Literal["mqtt", "http"]

_BASIC_INGEST: Final = ("$aws", "rules")


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
        "_variables",
        "account_id",
        "client_id",
        "content_type",
        "correlation_data",
        "json_problem",
        "levels",
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
        "value",
    )

    value: Value
    """The JSON value of the payload, or UNDEFINED where it is none; do not change it."""
    json_problem: str | None
    """Why the payload is not JSON, or None where it is."""
    levels: list[str]
    """The topic, level by level; do not change it."""

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
        self._variables: dict[object, tuple[Value, ...]] = {}

    def __getattr__(self, name: str) -> Value:
        """Work out what is asked for first, and only once: from then on Python finds it without asking here."""
        if name in ("value", "json_problem"):
            self._decode()
        elif name == "levels":
            self.levels = self.topic.split("/")
        else:
            raise AttributeError(f"a message has no {name!r}", name=name, obj=self)
        return getattr(self, name)

    def keep_variables(self, statement: object, values: tuple[Value, ...]) -> None:
        """Keep what the SET of a statement gave, for the templates of its actions."""
        self._variables[statement] = values

    def variables(self, statement: object) -> tuple[Value, ...] | None:
        """What the SET of a statement gave for this message, once it was evaluated."""
        return self._variables.get(statement)

    def _decode(self) -> None:
        try:
            self.value, self.json_problem = decode(self.payload), None
        except ValueError as error:
            self.value, self.json_problem = UNDEFINED, str(error)

    def __repr__(self) -> str:
        return f"Message(topic={self.topic!r}, payload={self.payload[:60]!r})"


def _without_prefix(topic: str) -> tuple[str, str | None]:
    """A Basic Ingest topic as rules see it, and the rule that it calls."""
    # $aws / rules / name / the rest, which may hold slashes of its own.
    parts = topic.split("/", 3)
    if len(parts) < 3 or (parts[0], parts[1]) != _BASIC_INGEST:
        return topic, None
    return (parts[3] if len(parts) == 4 else ""), parts[2]
