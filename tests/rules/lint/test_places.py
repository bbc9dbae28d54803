"""A caret stands below the words that are meant."""

from __future__ import annotations

import pytest

from rules.lint.places import locate, where_position
from rules.sql.parser import parse_expression


@pytest.mark.parametrize(
    ("expression", "text", "start"),
    [
        ("a+1", "SELECT a, A + 1 AS b", 10),
        ("'x'", 'SELECT "x"', 7),
        ("(a + 1) * 2", "SELECT ((a+1))*2", 9),
        ("nowhere", "SELECT a", 0),
        ("a", "SELECT 'open", 0),
    ],
)
def test_an_expression_is_found_by_its_words(expression, text, start):
    """Whatever blanks, quotes and capitals; where brackets stand in the way, its first part is."""
    assert locate(parse_expression(expression), text) == start


def test_a_place_to_begin_can_be_told():
    """WHERE may repeat what SELECT has."""
    text = "SELECT f FROM 't' WHERE f > 1"

    assert locate(parse_expression("f"), text, where_position(text)) == 24


def test_the_where_of_a_sub_select_is_not_the_statements():
    """Brackets are counted."""
    assert where_position("SELECT (SELECT a FROM b WHERE c) AS a FROM 't'") == 0
