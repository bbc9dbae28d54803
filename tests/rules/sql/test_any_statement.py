"""Any text either compiles or is refused with a SqlError, and never takes long."""

# ruff: noqa: S608  # these statements meet no database
from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sql_grammar import damaged_statements, statements

from rules import sql
from rules.sql import SqlError, Statement

SIZE = 128 * 1024


def _compiles_or_is_refused(text: str) -> Statement | None:
    try:
        return sql.compile(text)
    except SqlError as error:
        problem = str(error)
    # A sentence with the place and the line drawn below it, whatever the text was.
    assert problem.startswith("AWS IoT SQL, line ")
    return None


@given(st.text())
@example("SELECT ²")
@example("SELECT '\ud800' FROM 'a'")
@example("SELECT a FROM '\ud800'")
@example("SELECT 1_0, \u0661 FROM 'a'")
def test_any_text(text: str) -> None:
    """Random characters."""
    _compiles_or_is_refused(text)
    _compiles_or_is_refused("SELECT " + text)


@given(statements)
def test_statements_of_the_grammar(text: str) -> None:
    """Most of what the grammar grows is accepted; the rest is refused for a reason."""
    _compiles_or_is_refused(text)


@given(damaged_statements)
def test_statements_with_a_wound(text: str) -> None:
    """A few characters less, or more, in any place."""
    _compiles_or_is_refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT " + "(" * SIZE,
        "SELECT " + "[" * SIZE,
        "SELECT " + "{'a':" * (SIZE // 5),
        "SELECT " + "(" * (SIZE // 2) + ")" * (SIZE // 2) + " FROM 'a'",
        "SELECT " + "-" * SIZE + "1 FROM 'a'",
        "SELECT " + "- " * (SIZE // 2) + "1 FROM 'a'",
        "SELECT " + "NOT " * (SIZE // 4) + "a FROM 'a'",
        "SELECT " + "abs(" * (SIZE // 4) + " FROM 'a'",
        "SELECT " + "CASE " * (SIZE // 5),
        "SELECT " + "(SELECT a FROM " * (SIZE // 15),
        "SELECT " + "a." * (SIZE // 2) + "a FROM 'a'",
        "SELECT '" + "''" * (SIZE // 2) + "' FROM 'a'",
        "SELECT '" + "a" * SIZE,
        "SELECT " + "'" * SIZE,
        "SELECT " + '"' * (SIZE + 1),
        "SELECT " + "9" * SIZE + " FROM 'a'",
        "SELECT 1E" + "9" * SIZE + " FROM 'a'",
        "SELECT 0." + "0" * SIZE + "1 FROM 'a'",
        "SELECT " + "1 + " * (SIZE // 4) + "1 FROM 'a'",
        "SELECT " + "1 = " * (SIZE // 4) + "1 FROM 'a'",
        "SELECT " + "a AND " * (SIZE // 6) + "a FROM 'a'",
        "SELECT * FROM 'a' WHERE " + "a AND " * (SIZE // 6) + "a",
        "SELECT " + ", ".join(f"a{number} AS b{number}" for number in range(10_000)) + " FROM 'a'",
        "SELECT " + "*, " * (SIZE // 3) + "* FROM 'a'",
        "SELECT a AS " + "a." * (SIZE // 2) + "a FROM 'a'",
        "SELECT concat(" + "a," * (SIZE // 2) + "a) FROM 'a'",
        "SELECT CASE a " + "WHEN 1 THEN 2 " * (SIZE // 14) + "END FROM 'a'",
        "SELECT a FROM '" + "/" * SIZE + "'",
        "SELECT a FROM '" + "a" * SIZE + "'",
        "SET " + ", ".join(f"@v{number} = {number}" for number in range(10_000)) + " SELECT 1 FROM 'a'",
        "SET @" + "v" * SIZE + " = 1 SELECT 1 FROM 'a'",
        "@" * SIZE,
        " " * SIZE,
        "\n" * SIZE + "SELECT",
        "SELECT " + "é" * SIZE + " FROM 'a'",
        "SELECT a FROM 'a' WHERE " + "a IN " * (SIZE // 5) + "a",
        "SELECT " + "cast(" * (SIZE // 5),
        "SELECT " + "exists(select " * (SIZE // 14),
    ],
    ids=lambda text: text[:24].strip() or "blanks",
)
def test_texts_as_large_as_a_rule_may_be(text: str) -> None:
    """Rules end at 128 KB; whatever stands there 128 thousand times, the answer comes and the stack holds."""
    statement = _compiles_or_is_refused(text)

    assert statement is None or statement.text == text
