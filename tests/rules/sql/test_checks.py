"""What AWS refuses although it can be read."""

# ruff: noqa: S608  # these statements meet no database
from __future__ import annotations

import pytest

from rules import sql
from rules.sql import SqlError
from rules.sql.checks import refuse_newer
from rules.sql.parser import parse


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
    ("column", "problem"),
    [
        ("encode(*, 'base64')", "no encode"),
        ("isUndefined(a)", "no isUndefined"),
        ("upper(length(a))", "no length"),
        ("[a, b]", "literals"),
        ("{'a': 1}", "literals"),
    ],
)
def test_what_came_in_2016(column: str, problem: str) -> None:
    """The guide says of each function since when it is there, and of literals on their page."""
    text = f"SELECT '[', {column} AS r FROM 'a'"

    with pytest.raises(SqlError, match=problem) as caught:
        refuse_newer(parse(text), text)
    assert caught.value.position >= text.index(column)


def test_what_the_first_version_has() -> None:
    """Most functions are as old as the language."""
    text = "SELECT upper(concat(a, regexp_substr(b, 'x'))), CASE a WHEN 1 THEN topic() END FROM 'a' WHERE isNull(c)"

    refuse_newer(parse(text), text)
