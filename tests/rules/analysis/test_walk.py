"""Questions about a tree."""

from __future__ import annotations

import pytest

from rules.analysis.walk import conjuncts, is_constant, is_steady, most_calls, parts, payload_names
from rules.analysis.written import written
from rules.sql.parser import parse, parse_expression


def test_names_inside_sub_selects_are_those_of_elements():
    """Only their source is read from the payload."""
    node = parse_expression("a.b + f((SELECT c FROM d.e WHERE g > 1))")

    assert list(payload_names(node)) == [("a", "b"), ("d", "e")]


def test_parts_come_with_their_clauses():
    """In the order in which they stand."""
    statement = parse("SET @x = a SELECT b, c AS d FROM 't' WHERE e")

    assert [(clause, written(node)) for clause, node in parts(statement)] == [
        ("SET", "a"),
        ("SELECT", "b"),
        ("SELECT", "c"),
        ("WHERE", "e"),
    ]


def test_a_chain_of_and_falls_into_its_parts():
    """Brackets within it as well; OR stays whole."""
    node = parse_expression("a AND (b AND (c OR d)) AND e")

    assert [written(part) for part in conjuncts(node)] == ["a", "b", "c OR d", "e"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + length('a')", True),
        ("temp", False),
        ("*", False),
        ("@a", False),
        ("timestamp()", False),
        ("newuuid()", False),
        ("get_secret('a', 'SecretString', 'r')", False),
        ("(SELECT a FROM b)", False),
    ],
)
def test_what_depends_on_the_message_is_not_constant(text, expected):
    """Nor what chance or a service gives."""
    assert is_constant(parse_expression(text)) is expected


def test_chance_is_not_steady():
    """Two calls of rand() are two values, two of topic() are one."""
    assert not is_steady(parse_expression("rand() > 0.5"))
    assert is_steady(parse_expression("topic(2) = 'a'"))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("f(a) + F(b)", 2),
        ("CASE f(a) WHEN f(b) THEN f(c) ELSE f(d) + f(e) END", 4),
        ("(SELECT f(a) AS a FROM b)", 99),
        ("(SELECT a FROM f(b))", 1),
    ],
)
def test_calls_of_one_evaluation_are_counted(text, count):
    """Of the branches of a CASE one is evaluated; a sub-select evaluates its list for each element."""
    assert most_calls(parse_expression(text), ["f"]) == count
