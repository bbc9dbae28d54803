"""Conditions, and the names that a statement may use."""

from __future__ import annotations

import pytest

from rules import sql

WHERE = "SELECT one FROM 't' WHERE {}"
MESSAGE = sql.Message(topic="t", payload=b'{"yes": true, "text": "TRUE", "one": 1}')


@pytest.mark.parametrize(
    ("condition", "selected"),
    [
        ("yes", True),
        ("text", False),
        ("one", False),
        ("yes AND text", True),
        ("yes AND one", False),
        ("yes AND missing", False),
        ("NOT missing", False),
    ],
)
def test_only_true_selects(condition: str, selected: bool) -> None:
    """A string that says true counts for AND, yet alone it is a string."""
    result = sql.compile(WHERE.format(condition)).evaluate(MESSAGE)

    assert (result is not sql.NO_MATCH) is selected


def test_a_condition_stops_at_the_first_part_that_fails() -> None:
    """What comes behind costs nothing: here it would fail the rule."""
    statement = sql.compile("SELECT * FROM 't' WHERE one > 5 AND get_thing_shadow('a', 'role').x = 1")

    assert statement.evaluate(MESSAGE) is sql.NO_MATCH


def test_variables_see_those_before_them() -> None:
    """A variable cannot use one that comes later, nor itself."""
    assert sql.compile("SET @a = 1, @b = @a + 1 SELECT @b AS b FROM 't'").evaluate(MESSAGE) == {"b": 2}
    for text in ("SET @a = @b, @b = 1 SELECT @a", "SET @a = @a SELECT @a"):
        with pytest.raises(sql.SqlError, match="has no value"):
            sql.compile(text)
