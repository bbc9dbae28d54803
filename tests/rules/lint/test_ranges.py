"""Parts of a WHERE that exclude each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.analysis.walk import conjuncts
from rules.analysis.written import written
from rules.lint.ranges import contradictions
from rules.sql.operators import BINARY
from rules.sql.parser import parse_expression

OPERATORS = ["=", "<>", "<", "<=", ">", ">="]
LITERALS = {"1": 1, "2": 2, "3": 3, "'2'": "2", "'x'": "x", "TRUE": True}


def excluded(text):
    """The pairs of parts that exclude each other."""
    return [(written(first), written(second)) for first, second in contradictions(conjuncts(parse_expression(text)))]


@given(
    st.lists(st.tuples(st.sampled_from(OPERATORS), st.sampled_from(sorted(LITERALS))), min_size=2, max_size=4),
    st.sampled_from([0, 1, 2, 3, 4, "1", "2", "x", True, None, 1.5]),
)
def test_no_value_satisfies_what_excludes_each_other(bounds, value):
    """By the language's own operators."""
    if excluded(" AND ".join(f"a {operator} {literal}" for operator, literal in bounds)):
        assert not all(BINARY[operator](value, LITERALS[literal]) is True for operator, literal in bounds)


@pytest.mark.parametrize(
    "text",
    [
        "a = 1 AND a = 2",
        "a = 'x' AND a <> 'x'",
        "a > 5 AND b = 1 AND a < 3",
        "a < 3 AND a >= 3",
        "3 < a AND 2 > a",
        "a = 1 AND a > 1",
    ],
)
def test_exclusions_are_found(text):
    """Equal constants, ranges, and both mixed."""
    assert len(excluded(text)) == 1


@pytest.mark.parametrize(
    "text",
    ["a = 1 AND b = 2", "a >= 3 AND a <= 3", "a > 1 AND a < '5'", "a <> 1 AND a <> 2", "rand() > 0.5 AND rand() < 0.5"],
)
def test_what_some_value_satisfies_is_passed_over(text):
    """Other names, closed ends, and chance, which is another each time."""
    assert excluded(text) == []
