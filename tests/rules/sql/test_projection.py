"""SELECT lists."""

from __future__ import annotations

import json

import pytest

from rules import sql

SELECT = "SELECT {} FROM 't'"


def selected(columns: str, payload: object) -> object:
    """What a SELECT list makes of a payload."""
    message = sql.Message(topic="t", payload=json.dumps(payload).encode())
    statement = sql.compile(SELECT.format(columns))
    return json.loads(sql.dumps(statement.evaluate(message)))


@pytest.mark.parametrize(
    ("columns", "result"),
    [
        ("a AS x.y, b AS x.z", {"x": {"y": 1, "z": {"c": 2}}}),
        ("*, 5 AS b.d", {"a": 1, "b": {"c": 2, "d": 5}}),
        ("*, 5 AS a.d", {"a": {"d": 5}, "b": {"c": 2}}),
        ("3 AS a, *", {"a": 1, "b": {"c": 2}}),
        ("missing, a", {"a": 1}),
        ("missing", {}),
        ("b.c", {"c": 2}),
    ],
)
def test_columns_build_objects(columns: str, result: object) -> None:
    """Dotted names nest, siblings stay, later columns win, and Undefined leaves no trace."""
    assert selected(columns, {"a": 1, "b": {"c": 2}}) == result


def test_the_message_is_never_changed() -> None:
    """A rule that adds to an inner object leaves the message as the next rule expects it."""
    message = sql.Message(topic="t", payload=b'{"b": {"c": {"d": 1}}}')
    sql.compile("SELECT *, 5 AS b.c.e FROM 't'").evaluate(message)

    assert message.value == {"b": {"c": {"d": 1}}}


@pytest.mark.parametrize("payload", [[1, 2], 5, None, "x"])
def test_star_alone_takes_any_json(payload: object) -> None:
    """A message need not be an object."""
    assert selected("*", payload) == payload


def test_an_empty_payload_can_have_data_added() -> None:
    """The guide's page on binary payloads says so; alone, `*` passes the empty payload on."""
    message = sql.Message(topic="t", payload=b"")

    assert sql.compile("SELECT *, topic() AS line FROM 't'").evaluate(message) == {"line": "t"}
    assert sql.compile("SELECT * FROM 't'").evaluate(message) == b""


@pytest.mark.parametrize("payload", [b"[1]", b"\x00"])
def test_star_beside_columns_needs_an_object(payload: bytes) -> None:
    """There is nothing to add the columns to, so the rule fails rather than lose the message."""
    with pytest.raises(sql.EvaluationError, match="JSON object"):
        sql.compile("SELECT *, 1 AS a FROM 't'").evaluate(sql.Message(topic="t", payload=payload))
