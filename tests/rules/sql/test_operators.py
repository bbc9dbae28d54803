"""Operators on values; the guide's tables themselves are in the conformance cases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sql.operators import BINARY, UNARY, VERSION_2015_BINARY, equal
from rules.sql.values import UNDEFINED

VALUES = st.recursive(
    st.sampled_from([UNDEFINED, None])
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False).filter(lambda number: abs(number.adjusted()) < 900)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("number", "oldest", "text"),
    [("10.0", "10.0", "10"), ("1.50", "1.50", "1.5"), ("-0.0", "0.0", "0"), ("1E-7", "1E-7", "1E-7")],
)
def test_numbers_in_strings_of_the_first_version(number: str, oldest: str, text: str) -> None:
    """Only since 2016-03-23 is a whole Decimal an Int (iot-sql-data-types), also where it is joined."""
    assert VERSION_2015_BINARY["+"]("", Decimal(number)) == oldest
    assert BINARY["+"]("", Decimal(number)) == text


@given(st.sampled_from(sorted(BINARY)), VALUES, VALUES)
def test_operators_never_raise(operator: str, left: Any, right: Any) -> None:
    """Whatever the operands, there is a value or Undefined."""
    BINARY[operator](left, right)
    VERSION_2015_BINARY[operator](left, right)


@given(st.sampled_from(sorted(UNARY)), VALUES)
def test_unary_operators_never_raise(operator: str, value: Any) -> None:
    """The same holds for a minus and for NOT."""
    UNARY[operator](value)


@given(VALUES, VALUES)
def test_different_is_not_equal(left: Any, right: Any) -> None:
    """``<>`` is the opposite of ``=`` wherever both are defined."""
    result = BINARY["="](left, right)

    assert BINARY["<>"](left, right) is (UNDEFINED if result is UNDEFINED else not result)


@pytest.mark.parametrize(
    ("left", "operator", "right", "result"),
    [
        (7, "/", 2, 3),
        (-7, "/", 2, -3),
        (7, "/", Decimal("2.0"), Decimal("3.5")),
        (-7, "%", 3, -1),
        (7, "%", -3, 1),
        (1, "/", 0, UNDEFINED),
        (1, "%", 0, UNDEFINED),
        (Decimal(1), "/", 0, UNDEFINED),
        (1, "/", Decimal(3), Decimal("0." + "3" * 34)),
        (10**33, "*", 10, Decimal("1E34")),
        (Decimal("9E999"), "*", 10, UNDEFINED),
        ("3", "*", "4", 12),
        ([1], "+", "x", "[1]x"),
        (None, "+", "x", UNDEFINED),
    ],
)
def test_arithmetic(left: Any, operator: str, right: Any, result: Any) -> None:
    """Int by Int drops the rest as Java does, Decimals keep 34 digits, and nothing divides by zero."""
    assert BINARY[operator](left, right) == result


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (True, 1, False),
        (1, Decimal("1.0"), True),
        ([1, [True]], [Decimal(1), [True]], True),
        ([1, 2], [2, 1], False),
        ({"a": 1, "b": None}, {"b": None, "a": 1}, True),
        ([True], [1], False),
        (None, None, True),
        (None, 0, False),
    ],
)
def test_equality_respects_types(left: Any, right: Any, same: bool) -> None:
    """Python's True is 1; the language's is not, however deep it sits."""
    assert equal(left, right) is same
