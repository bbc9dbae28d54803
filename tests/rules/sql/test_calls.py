"""Calls of functions."""

from __future__ import annotations

from typing import Any

import pytest

from rules import sql
from rules.sql import UNDEFINED, EvaluationError
from rules.sql.patterns import MAX_PATTERN

MESSAGE = sql.Message(topic="a/b", payload=b'{"text": "5", "none": null, "list": [1], "half": 2.5}', timestamp=7)


def value_of(expression: str, services: Any = None) -> Any:
    """The value of one expression over the payload above."""
    return sql.compile(f"SELECT VALUE {expression} FROM 'a/b'").evaluate(MESSAGE, services)  # noqa: S608  # not that SQL


class Failing:
    """A world outside that fails."""

    def thing_shadow(self, *_: Any) -> Any:
        """The shadow of a thing, which never comes."""
        raise TimeoutError


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("abs(text)", 5),
        ("abs(list)", UNDEFINED),
        ("abs(missing)", UNDEFINED),
        ("abs()", UNDEFINED),
        ("abs(1, 2)", UNDEFINED),
        ("upper(half)", "2.5"),
        ("upper(half) + lower(half)", "2.52.5"),
        ("isUndefined(missing)", True),
        ("concat()", UNDEFINED),
        ("concat(1, 2, 3)", "123"),
        ("timestamp()", 7),
        ("topic(half)", "b"),
        ("encode(*, 'base64')", "eyJ0ZXh0IjogIjUiLCAibm9uZSI6IG51bGwsICJsaXN0IjogWzFdLCAiaGFsZiI6IDIuNX0="),
        ("SQL_VERSION()", "2016-03-23"),
    ],
)
def test_arguments_are_converted_and_counted(expression: str, value: Any) -> None:
    """A call has a value only if there are as many arguments as it takes, each of a form that it takes."""
    assert value_of(expression) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("get_or_default(missing, 1)", 1),
        ("get_or_default(none, 1)", 1),
        ("get_or_default(text, 1)", "5"),
        ("get_or_default(missing)", UNDEFINED),
        ("get_or_default(missing, missing)", UNDEFINED),
        ("get_or_default(get_thing_shadow('a', 'r'), 'away')", "away"),
        ("get_or_default(get_or_default(get_thing_shadow('a', 'r'), missing), 2)", 2),
    ],
)
def test_a_default_stands_in_for_what_is_missing_or_fails(expression: str, value: Any) -> None:
    """Undefined, Null and a look-up that fails."""
    assert value_of(expression, Failing()) == value


# Look-ups may not be defaults; a pattern that is too long is another thing that fails.
FAILS = f"regexp_matches(text, '{'x' * (MAX_PATTERN + 1)}')"


def test_a_default_is_computed_only_if_it_is_needed() -> None:
    """It cannot fail the rule otherwise."""
    assert value_of(f"get_or_default(text, {FAILS})", Failing()) == "5"


def test_a_default_that_fails_fails_the_rule() -> None:
    """Only the first argument is tried."""
    with pytest.raises(EvaluationError, match="longer"):
        value_of(f"get_or_default(missing, {FAILS})", Failing())


@pytest.mark.parametrize(
    ("text", "looks_up"),
    [
        ("SELECT upper(a) FROM 'a'", False),
        ("SELECT decode(a, 'base64') FROM 'a'", False),
        ("SELECT decode(a, 'proto', 'b', 'k', 'f', 'M') FROM 'a'", True),
        ("SELECT * FROM 'a' WHERE get_or_default(get_secret('s', 'SecretString', 'r'), 1) = 1", True),
        ("SET @a = aws_lambda('arn', {}) SELECT @a FROM 'a'", True),
    ],
)
def test_a_statement_says_whether_it_asks_the_world_outside(text: str, looks_up: bool) -> None:
    """Such a statement may take its time, and must not hold up others."""
    assert sql.compile(text).looks_up is looks_up


def test_a_template_says_so_too() -> None:
    """The statement itself may look nothing up."""
    statement = sql.compile("SELECT a FROM 'a'")

    assert statement.template("${get_secret('s', 'SecretString', 'r')}").looks_up
    assert not statement.template("${upper(a)}").looks_up
    assert not statement.looks_up


def test_arguments_are_sound_even_where_nobody_reads_them() -> None:
    """A call with too many arguments is Undefined, but a type that does not exist is refused in any case."""
    with pytest.raises(sql.SqlError, match="'Foo' is no type"):
        sql.compile("SELECT abs(1, cast(a AS Foo)) FROM 'a'")
