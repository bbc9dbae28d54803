"""The value of an expression that no message can change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.analysis.walk import is_constant
from rules.analysis.written import written
from rules.sql import NO_MATCH, UNDEFINED, EvaluationError, Message, SqlError, compile, dumps  # noqa: A004
from rules.sql.tree import Node

UNKNOWN = NO_MATCH
"""The answer where a message would have to be asked; a value that no expression can have."""


def constant(node: Node, version: str) -> Any:
    """What an expression always gives, or UNKNOWN.

    Example:
        >>> from rules.sql.parser import parse_expression
        >>> constant(parse_expression("7 / 2"), "2016-03-23"), constant(parse_expression("'a' > 1"), "2016-03-23")
        (3, UNDEFINED)
        >>> constant(parse_expression("temp > 1"), "2016-03-23") is UNKNOWN
        True
    """
    return with_payload(node, {}, version) if is_constant(node) else UNKNOWN


def with_payload(node: Node, payload: Mapping[str, Any], version: str, topic: str | None = None) -> Any:
    """What an expression gives for a message with this payload, or UNKNOWN where it cannot be evaluated."""
    try:
        # Called directly, as by Basic Ingest, so that no filter has to be right for the topic.
        statement = compile(f"SELECT VALUE ({written(node)})", version=version)
        data = dumps(dict(payload))
        return statement.evaluate(Message(topic=topic or "t", payload=data, timestamp=0, rule_name="fold"))
    except (SqlError, EvaluationError):
        return UNKNOWN


def is_true(value: Any) -> bool:
    """Whether a part of a WHERE counts as true: the Boolean, or the text that AND converts."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


__all__ = ["UNDEFINED", "UNKNOWN", "constant", "is_true", "with_payload"]
