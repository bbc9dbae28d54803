"""How tightly operators bind, and what may stand where."""

from __future__ import annotations

import pytest

from rules.sql import tree
from rules.sql.errors import SqlError
from rules.sql.expressions import MAX_DEPTH
from rules.sql.parser import parse_expression


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("a OR b AND c", "a OR (b AND c)"),
        ("NOT a = b", "NOT (a = b)"),
        ("NOT a AND b", "(NOT a) AND b"),
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "(a - b) - c"),
        ("a < b + c", "a < (b + c)"),
        ("a IN b OR c", "(a IN b) OR c"),
        ("-a * b", "(-a) * b"),
        ("-a.b", "-(a.b)"),
        ("a * -b", "a * (-b)"),
        ("a = NOT b", "a = (NOT b)"),
    ],
)
def test_precedence(text: str, grouped: str) -> None:
    """An expression means the same with the brackets that precedence implies."""
    assert parse_expression(text) == parse_expression(grouped)


@pytest.mark.parametrize("name", ["timestamp", "value", "data", "values", "sign", "cast", "exists", "like", "group"])
def test_most_keywords_are_attributes_too(name: str) -> None:
    """A word is a keyword only where the grammar wants one."""
    assert parse_expression(name) == tree.Path((name,))


def test_any_word_follows_a_dot() -> None:
    """Behind a dot even reserved words are attributes."""
    assert parse_expression("a.from.select") == tree.Path(("a", "from", "select"))


def test_negative_numbers_are_literals() -> None:
    """A minus before digits makes a number, before true it does not."""
    assert parse_expression("-5") == tree.Literal(-5)
    assert parse_expression("-true") == tree.Unary("-", tree.Literal(value=True))


@pytest.mark.parametrize(
    "text", ["[1,]", "{'a'}", "{a: 1}", "f(1", "(1", "1 +", "CASE a END", "CASE a WHEN 1 END", "a.", "@"]
)
def test_broken_expressions_are_refused(text: str) -> None:
    """What is not closed or not complete is no expression."""
    with pytest.raises(SqlError):
        parse_expression(text)


@pytest.mark.parametrize("opening", ["(", "[", "abs(", "NOT ", "-", "{'a':", "CASE ", "(SELECT "])
def test_nesting_has_a_limit(opening: str) -> None:
    """Text that nests for ever is refused, however it nests."""
    with pytest.raises(SqlError, match=f"deeper than {MAX_DEPTH}"):
        parse_expression(opening * 5000)


@pytest.mark.parametrize(
    ("digits", "fits"),
    [("9" * 34, True), ("9" * 35, False), ("1" + "0" * 40, True), ("1E999", True), ("1E1000", False)],
)
def test_numbers_have_34_digits(digits: str, fits: bool) -> None:
    """Zeros at the end do not count; the exponent ends at 999."""
    if fits:
        assert parse_expression(digits) == tree.Literal(parse_expression(digits).value)  # type: ignore[attr-defined]
        return
    with pytest.raises(SqlError):
        parse_expression(digits)
