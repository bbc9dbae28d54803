"""Rules that the emulator keeps are read by our SQL: its own knows neither SET nor most functions.

A local factory gives the emulator no rules, as its engine stands in for AWS's. Whoever makes some there, as Terraform
does, has them refused otherwise (`SET @reason = …` begins two of ours, which AWS takes: developer guide, "SET
clause"), or has them match nothing. What the emulator does with a rule's result stays its own affair: it knows the
actions lambda, republish, dynamoDBv2, sns and sqs, and skips others.
"""

# ruff: noqa: SLF001 - replacing the private names of another program is what this file is for
from __future__ import annotations

import contextvars
import functools
from typing import Any, Final

import structlog

from factory.local_aws.holes import check_names
from rules.sql import NO_MATCH, EvaluationError, Message, SqlError, Statement, compile, dumps  # noqa: A004

RULE_NAMES: Final[dict[str, str]] = {
    "_validate_rule_sql": "function",
    "_unimplemented_sql_functions": "function",
    "_rule_topic_filter": "function",
    "_rule_event": "function",
    "_rule_where_clause": "function",
    "_eval_where": "function",
    "_rule_message": "function",
    "_MISSING": "value",
}
_VERSION: Final = "2016-03-23"
_REMEMBERED: Final = 256

log = structlog.get_logger("local-aws")


def close_rules(iot: Any) -> None:
    """Have rules validated and evaluated by `rules.sql`.

    Args:
        iot: `ministack.services.iot`.

    Raises:
        EmulatorMovedError: one of the names is not what it was.
    """
    check_names(iot, RULE_NAMES)
    matched: contextvars.ContextVar[bool] = contextvars.ContextVar("matched", default=False)

    def event(sql: str, topic: str, payload: bytes, client_id: str | None = None, **_decoded: Any) -> Any:
        """What the actions get; the emulator asks for it first, and for WHERE at once after it."""
        result = _result(sql, topic, payload or b"", client_id)
        matched.set(result is not NO_MATCH)
        return None if result is NO_MATCH else iot._rule_message(dumps(result))

    iot._validate_rule_sql = refusal
    iot._unimplemented_sql_functions = lambda _sql: []
    iot._rule_topic_filter = topic_filter
    iot._rule_event = event
    iot._rule_where_clause = lambda _sql: "WHERE"
    iot._eval_where = lambda *_message: matched.get()


def refusal(sql: str) -> str | None:
    """Why a statement is none; None where it is one.

    Example:
        >>> refusal("SET @a = 1 SELECT @a AS a FROM 'b'") is None, refusal("SELECT") is None
        (True, False)
    """
    try:
        _statement(sql)
    except SqlError as error:
        return str(error)
    return None


def topic_filter(sql: str) -> str:
    """The FROM of a statement; empty where it has none, or is no statement.

    Example:
        >>> topic_filter("SELECT * FROM 'line/+'"), topic_filter("SELECT 1 AS one")
        ('line/+', '')
    """
    try:
        return _statement(sql).topic_filter or ""
    except SqlError:
        return ""


@functools.lru_cache(_REMEMBERED)
def _statement(sql: str) -> Statement:
    return compile(sql, version=_VERSION)


def _result(sql: str, topic: str, payload: bytes, client_id: str | None) -> Any:
    """The result for a message that FROM selects; a rule that fails for it does nothing, as on AWS, and says so."""
    try:
        return _statement(sql).apply(Message(topic=topic, payload=payload, client_id=client_id))
    except EvaluationError as error:
        log.warning("a rule fails for a message", sql=sql[:200], topic=topic, error=str(error))
        return NO_MATCH
