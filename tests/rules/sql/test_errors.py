"""Refusals: where, what, and what to write instead."""

from __future__ import annotations

import pickle

import pytest

from contracts.errors import FactoryError, UsageError
from rules import sql

HINTS = {
    "SELECT * FROM 't' WHERE a != 3": "use `<>`",
    "SELECT * FROM 't' WHERE a == 3": "use `=`",
    "SELECT * FROM 't' WHERE a LIKE 'x%'": "regexp_matches()",
    "SELECT * FROM 't' WHERE a BETWEEN 1 AND 2": "x >= low AND x <= high",
    "SELECT * FROM 't' WHERE a IS NULL": "isNull(x)",
    "SELECT * FROM 't' WHERE a IN (1, 2)": "[1, 2, 3]",
    "SELECT * FROM 't' WHERE a NOT IN [1]": "NOT x IN list",
    "SELECT * FROM 't' GROUP BY a": "one message at a time",
    "SELECT * FROM 't' -- a comment": "no comments",
    "SELECT * FROM 't';": "no semicolon",
    "SELECT * FROM t": "single quotes",
    'SELECT * FROM "t"': "single quotes",
    "SELECT a AS \"b\" FROM 't'": "plain name",
    "SELECT a[0] FROM 't'": "get(list, 0)",
    "SELECT a.0 FROM 't'": 'get(x, "0")',
    "SELECT a || b FROM 't'": "concat()",
    "SELECT a b FROM 't'": "a AS b",
    "SELECT DISTINCT a FROM 't'": "DISTINCT is not in",
    "SELECT CASE WHEN a > 5 THEN 1 END FROM 't'": "CASE needs a value",
    "SELECT count(*) FROM 't'": "one message at a time",
    "SELECT uper(a) FROM 't'": "upper()",
    "SELECT coalesce(a, 1) FROM 't'": "get_or_default",
    "SELECT cast(a AS float) FROM 't'": "double",
    "SELECT @a FROM 't' SET @a = 1": "before SELECT",
}


@pytest.mark.parametrize(("text", "remedy"), HINTS.items())
def test_common_sql_gets_the_aws_way(text: str, remedy: str) -> None:
    """A refusal of common SQL says what AWS IoT SQL has instead."""
    with pytest.raises(sql.SqlError) as refusal:
        sql.compile(text)

    assert remedy in (refusal.value.hint or "")


def test_a_refusal_points_at_the_spot() -> None:
    """Position, line and column are fields, and the caret stands below the word."""
    with pytest.raises(sql.SqlError) as refusal:
        sql.compile("SELECT a,\n  b ++ c\nFROM 't'")

    error = refusal.value
    assert (15, 2, 6) == (error.position, error.line, error.column)
    assert ["    b ++ c", "       ^"] == str(error).splitlines()[1:3]
    assert error.expected == "a value"


def test_a_long_line_is_cut_around_the_spot() -> None:
    """The caret still stands below the word when the line does not fit."""
    text = "SELECT " + "column_name, " * 60 + "?"
    with pytest.raises(sql.SqlError) as refusal:
        sql.compile(text)

    _, line, caret, *_ = str(refusal.value).splitlines()
    assert line[caret.index("^")] == "?"
    assert len(line) <= 80


def test_errors_belong_to_the_tree_of_the_project() -> None:
    """A wrong statement is a wrong use; a failed evaluation is a failure."""
    assert issubclass(sql.SqlError, UsageError)
    assert issubclass(sql.EvaluationError, FactoryError)
    assert not issubclass(sql.EvaluationError, UsageError)


@pytest.mark.parametrize("error", [sql.EvaluationError("no", remedy="yes", function="md5"), sql.SqlError("no")])
def test_errors_cross_processes(error: Exception) -> None:
    """An error that is pickled and back says the same."""
    assert str(error) == str(pickle.loads(pickle.dumps(error)))  # noqa: S301  # our own bytes
