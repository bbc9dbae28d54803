"""Closures of single expressions."""

from __future__ import annotations

from typing import Any

import pytest

from rules import sql
from rules.sql import UNDEFINED

VALUE = "SELECT VALUE {} FROM 't'"
PAYLOAD = b'{"a": {"b": {"c": 1}}, "list": [1, 2, {"x": 3}], "text": "abc", "truth": true, "none": null}'


def value_of(expression: str) -> Any:
    """The value of one expression over the payload above."""
    statement = sql.compile(VALUE.format(expression))
    return statement.evaluate(sql.Message(topic="t", payload=PAYLOAD))


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("a.b.c", 1),
        ("a.b.c.d", UNDEFINED),
        ("text.b", UNDEFINED),
        ("missing", UNDEFINED),
        ("none", None),
        ("*.a.b", {"c": 1}),
        ("get(list, 2).x", 3),
        ("[a.b.c, missing, 2]", [1, 2]),
        ("{'k': missing, 'l': 1}", {"l": 1}),
        ("truth AND 'true'", True),
        ("true OR missing", UNDEFINED),
        ("false AND missing", UNDEFINED),
        ("CASE text WHEN missing THEN 1 ELSE 2 END", 2),
        ("CASE missing WHEN 1 THEN 1 ELSE 2 END", UNDEFINED),
        ("2 IN list", True),
        ("2 IN text", UNDEFINED),
        ("{'x': 3} IN list", True),
        ("exists (SELECT * FROM missing)", False),
        ("exists (SELECT * FROM list WHERE x = 9)", False),
        ("exists (SELECT * FROM a)", True),
        ("cast(text AS Int)", UNDEFINED),
        ("(-list)", UNDEFINED),
        ("abs()", UNDEFINED),
        ("abs(1, 2)", UNDEFINED),
        ("sql_version()", "2016-03-23"),
        ("(SELECT VALUE e FROM list AS e WHERE e > 1)", [2]),
        ("(SELECT VALUE e.x FROM list AS e)", [3]),
        ("(SELECT b.c AS d FROM a)", {"d": 1}),
        ("(SELECT b FROM a WHERE b.c > 1)", UNDEFINED),
        ("(SELECT VALUE topic() FROM *)", ["t"]),
    ],
)
def test_expressions(expression: str, value: Any) -> None:
    """Each construct gives its value, or Undefined, but never raises."""
    result = value_of(expression)

    assert result == value
    assert type(result) is type(value)


def test_names_inside_a_sub_select_are_those_of_the_element() -> None:
    """The message around is out of sight; only variables reach in."""
    assert value_of("(SELECT VALUE text FROM list)") == []


def test_protobuf_is_decoded_twice_at_most() -> None:
    """The guide allows two of them in a statement."""
    call = "decode(a, 'proto', 'bucket', 'key', 'file', 'Message')"
    assert sql.compile(VALUE.format(f"[{call}, {call}]"))
    with pytest.raises(sql.SqlError, match="protobuf"):
        sql.compile(VALUE.format(f"[{call}, {call}, {call}]"))


@pytest.mark.parametrize(
    "call",
    [
        "transform(@v, {}, [])",
        "get_thing_shadow('a', @v)",
        "get_registry_data(@v, 'a', 'r')",
        "encode(a, @v)",
        "decode(a, @v)",
    ],
)
def test_roles_and_modes_are_no_variables(call: str) -> None:
    """AWS reads them when the rule is created."""
    with pytest.raises(sql.SqlError, match="@v cannot stand"):
        sql.compile(f"SET @v = 'x' SELECT {call} AS a")


@pytest.mark.parametrize(
    "call", ["encode(a, scheme)", "decode(a, scheme, 'b', 'k', 'f', 'm')", "get_registry_data(api, 'a', 'r')"]
)
def test_schemes_and_apis_are_written_out(call: str) -> None:
    """The guide asks for "a literal string" as a scheme, and for a constant one as the API of the registry."""
    with pytest.raises(sql.SqlError, match="must be written out"):
        sql.compile(f"SELECT {call} AS a")
