"""cast(x AS type)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from rules.sql.casts import CASTS, VERSION_2015_CASTS, as_boolean, as_decimal, as_double, as_int
from rules.sql.values import UNDEFINED


@pytest.mark.parametrize(("value", "number"), [(True, 1), (False, 0), (Decimal("1.9"), 1), ("-1.5", -2)])
def test_as_int_rounds_down(value: Any, number: int) -> None:
    """Booleans count as 1 and 0, the rest is rounded down."""
    assert as_int(value) == number


@pytest.mark.parametrize("value", [[], {}, None, UNDEFINED, "abc"])
def test_what_is_no_number_stays_undefined(value: Any) -> None:
    """The table has no number for arrays, objects, Null and other words."""
    assert as_int(value) is UNDEFINED
    assert as_decimal(value) is UNDEFINED


@pytest.mark.parametrize(("value", "truth"), [(0, False), (Decimal("0.0"), False), (-1, True), ("TRUE", True)])
def test_only_zero_is_false(value: Any, truth: bool) -> None:
    """Every other number is true."""
    assert as_boolean(value) is truth


@pytest.mark.parametrize(
    ("value", "number"),
    [
        # IEEE 754: 53 bits of precision, so the seventeenth digit is the last that counts.
        ("0.12345678901234567890", Decimal("0.12345678901234568")),
        (9007199254740993, 9007199254740992),
        (Decimal("5.0"), Decimal("5.0")),
        (True, Decimal("1.0")),
        ("1E309", UNDEFINED),
        (10**400, UNDEFINED),
        ("abc", UNDEFINED),
    ],
)
def test_as_double_rounds_to_double_precision(value: Any, number: Any) -> None:
    """The guide's table: Double is a "Decimal (with double precision)"; beyond it there is nothing."""
    assert as_double(value) == number
    assert type(as_double(value)) is type(number)


def test_texts_of_the_first_version() -> None:
    """A Decimal keeps its point before 2016-03-23 (iot-sql-functions, the note of "Cast to decimal")."""
    assert VERSION_2015_CASTS["string"](Decimal("10.0")) == "10.0"
    assert VERSION_2015_CASTS["varchar"]([Decimal("1.50"), 1]) == "[1.50,1]"
    assert CASTS["string"](Decimal("10.0")) == "10"


def test_types_that_came_in_2016() -> None:
    """Decimal, Bool and Boolean are newer than the first version."""
    assert set(CASTS) - set(VERSION_2015_CASTS) == {"decimal", "bool", "boolean"}
