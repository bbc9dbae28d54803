"""Numbers of arguments, as the developer guide's signatures have them."""

from __future__ import annotations

import pytest

from rules.lint.functions import arity, fits
from rules.sql.parser import parse_expression


# AWS IoT developer guide, "Functions": the signature of each.
@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("abs(a)", True),
        ("abs()", False),
        ("concat()", False),
        ("concat(a)", True),
        ("concat(a, b, c, d)", True),
        ("substring(a, 1)", True),
        ("SUBSTRING(a, 1, 2, 3)", False),
        ("topic()", True),
        ("topic(1)", True),
        ("topic(1, 2)", False),
        ("decode(a, 'base64')", True),
        ("decode(a, 'base64', b)", False),
        ("decode(a, 'proto', 'b', 'k', 'n', 'm')", True),
        ("get_dynamodb('t', 'k', a, 'r')", True),
        ("get_dynamodb('t', 'k', a, 's', 'r')", False),
        ("get_or_default(a)", True),
        ("sql_version()", True),
    ],
)
def test_calls_fit_or_do_not(call, expected):
    """A call that does not fit is Undefined for every message."""
    assert fits(parse_expression(call)) is expected


def test_names_in_any_case_are_known():
    """As the language has them."""
    assert arity("RegExp_Replace") == (3, 3)
    assert arity("regexp_like") is None


def test_undefined_parts_of_a_default_are_meant(codes):
    """get_or_default() and isUndefined() are made for them."""
    assert "always-undefined" not in codes("SELECT get_or_default('a' - 1, 0) AS a FROM 't'")
    assert "always-undefined" in codes("SELECT concat('a', 'b' - 1) AS a FROM 't'")
