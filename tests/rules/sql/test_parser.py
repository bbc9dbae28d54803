"""Whole statements."""

from __future__ import annotations

import pytest

from rules.sql import tree
from rules.sql.errors import SqlError
from rules.sql.parser import MAX_HEIGHT, parse


def test_the_parts_of_a_statement() -> None:
    """SET, SELECT, FROM and WHERE each find their place."""
    statement = parse("SET @a = 1 SELECT b AS c.d FROM 'x/+' WHERE @a")

    assert statement.variables == ("@a",)
    assert statement.projection.columns == (tree.Column(tree.Path(("b",)), ("c", "d")),)
    assert statement.topic_filter == "x/+"
    assert isinstance(statement.condition, tree.Variable)


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("a", ("a",)),
        ("a.b", ("b",)),
        ("topic()", ("topic",)),
        ("@v.x", ("x",)),
        ("@v", ("v",)),
        ("1 + 1", ("_1",)),
        ("*", ()),
    ],
)
def test_columns_without_as_have_names(column: str, name: tuple[str, ...]) -> None:
    """The last step, the function, or the place in the list."""
    assert parse(f"SELECT {column}").projection.columns[0].name == name


@pytest.mark.parametrize(
    ("text", "is_value"),
    [
        ("SELECT VALUE a", True),
        ("SELECT VALUE *", True),
        ("SELECT VALUE *.a", True),
        ("SELECT VALUE (a)", True),
        ("SELECT VALUE [a]", True),
        ("SELECT VALUE -5", True),
        ("SELECT VALUE -a FROM 'b' WHERE c IN [d, e]", True),
        ("SELECT value - 5 AS rest", False),
        ("SELECT value - get(a, 1) AS rest", False),
        ("SELECT value - 5, b", False),
        ("SELECT value", False),
        ("SELECT value, b", False),
        ("SELECT value.a", False),
        ("SELECT value AS b", False),
        ("SELECT value * 2 AS b", False),
        ("SELECT value FROM 'x'", False),
    ],
)
def test_value_is_a_keyword_or_an_attribute(text: str, is_value: bool) -> None:
    """The word behind it decides."""
    assert parse(text).projection.is_value is is_value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT",
        "SELECT a,",
        "SELECT VALUE a AS b",
        "SELECT a FROM",
        "SELECT a FROM 'x/#/y'",
        "SELECT a WHERE",
        "SELECT a WHERE b WHERE c",
        "SET @a = 1",
        "SET a = 1 SELECT b",
        "SET @a 1 SELECT b",
        "SELECT (SELECT a) AS b",
        "SELECT (SELECT a FROM 'x') AS b",
        "INSERT a",
    ],
)
def test_what_is_no_statement(text: str) -> None:
    """Statements that lack or repeat a part are refused."""
    with pytest.raises(SqlError):
        parse(text)


def test_tall_trees_are_refused() -> None:
    """A chain of sums is as deep as it is long, so its length has a limit."""
    assert parse(f"SELECT {'+'.join('1' * (MAX_HEIGHT - 10))} AS a")
    with pytest.raises(SqlError, match="deeper"):
        parse(f"SELECT {'+'.join('1' * 5000)} AS a")
