"""What the language knows of its own constructs."""

# ruff: noqa: S608  # these statements meet no database
from __future__ import annotations

import pytest

from rules import sql
from rules.sql import SqlError
from rules.sql.checks import looks_up, newer_feature
from rules.sql.parser import parse_expression


@pytest.mark.parametrize(
    "default",
    [
        "get_secret('a', 'SecretString', 'r')",
        "1 + AWS_LAMBDA('a', 1)",
        "[(SELECT get_thing_shadow('a', 'r') FROM b)]",
        "decode(a, 'proto', 'b', 'k', 'p', 'm')",
    ],
)
def test_a_default_may_not_look_anything_up(default: str) -> None:
    """The note of iot-sql-functions, get_or_default, names these functions."""
    with pytest.raises(SqlError, match="cannot be a default") as caught:
        sql.compile(f"SELECT get_or_default(a, {default}) FROM 'a'")
    assert caught.value.position > len("SELECT get_or_default(")


def test_other_defaults() -> None:
    """Another scheme of decode(), variables, and look-ups in front are no such thing."""
    assert sql.compile("SET @d = get_secret('a', 'SecretString', 'r') SELECT get_or_default(a, @d) FROM 'a'")
    assert sql.compile("SELECT get_or_default(get_secret('a', 'SecretString', 'r'), decode(a, 'base64')) FROM 'a'")


@pytest.mark.parametrize(
    ("expression", "feature"),
    [
        ("encode(*, 'base64')", "encode()"),
        ("isUndefined(a)", "isUndefined()"),
        ("sourceip()", "sourceip()"),
        ("[a, b]", "arrays and objects written out"),
        ("{'a': 1}", "arrays and objects written out"),
        ("cast(a AS Decimal)", "cast to Decimal"),
        ("(SELECT a FROM b)", "sub-selects"),
    ],
)
def test_what_came_in_2016(expression: str, feature: str) -> None:
    """The guide says of each function since when it is there, and of literals on their page."""
    assert newer_feature(parse_expression(expression)) == feature


@pytest.mark.parametrize(
    "expression", ["upper(length(a))", "concat(a, b)", "CASE a WHEN 1 THEN topic() END", "isNull(c)", "cast(a AS Int)"]
)
def test_what_the_first_version_has(expression: str) -> None:
    """Most functions are as old as the language; each node speaks for itself alone."""
    assert newer_feature(parse_expression(expression)) == ""


def test_what_asks_the_world_outside() -> None:
    """The functions whose declaration says so, and decode() for protobuf alone."""
    assert looks_up(parse_expression("Get_Secret('a', 'SecretString', 'r')"))
    assert looks_up(parse_expression("decode(a, 'proto', 'b', 'k', 'p', 'm')"))
    assert not looks_up(parse_expression("decode(a, 'base64')"))
