"""The conversion tables of the guide."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from rules.sql.conversions import floored, from_python, to_boolean, to_number, to_text, to_whole
from rules.sql.values import UNDEFINED


@pytest.mark.parametrize("text", ["+1", ".5", "5.", "1E+3", " 1", "1 ", "", "0x10", "Infinity", "1_000", "\u0661"])
def test_texts_that_are_no_numbers(text: str) -> None:
    """The guide's pattern has no plus sign, bare point or blank."""
    assert to_number(text) is UNDEFINED


def test_numbers_beyond_the_range_are_undefined() -> None:
    """Past 9.99E999 there are no numbers."""
    assert to_number("1E5000") is UNDEFINED


@pytest.mark.parametrize("value", [True, None, [], {}, UNDEFINED])
def test_other_types_are_no_numbers(value: Any) -> None:
    """Only numbers and strings convert to numbers."""
    assert to_number(value) is UNDEFINED
    assert to_whole(value) is UNDEFINED


@pytest.mark.parametrize(("value", "number"), [(2, 2), (Decimal("2.9"), 2), ("-0.5", -1)])
def test_whole_numbers_round_down(value: Any, number: int) -> None:
    """Arguments of functions are rounded down, as in substring("012345", 2.745)."""
    assert to_whole(value) == number


def test_floored_keeps_what_no_int_can_hold() -> None:
    """A number of 40 digits stays a Decimal."""
    assert floored(Decimal("1E40")) == Decimal("1E40")
    assert type(floored(Decimal("1E40"))) is Decimal


@pytest.mark.parametrize("value", [1, 0, "yes", None, [True], UNDEFINED])
def test_nothing_is_true_by_itself(value: Any) -> None:
    """Only booleans and the words true and false are booleans."""
    assert to_boolean(value) is UNDEFINED


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (Decimal("5E-12"), "5E-12"),
        ([1, "a", None], '[1,"a",null]'),
        ({"a": {"b": "é"}}, '{"a":{"b":"é"}}'),
    ],
)
def test_texts_of_values(value: Any, text: str) -> None:
    """Arrays and objects are compact JSON, their strings in quotes."""
    assert to_text(value) == text


def test_python_values_come_in_exact() -> None:
    """A look-up may answer with anything that json or boto3 give."""
    answer = {"a": 0.1, 5: (1, Decimal("1.5")), "nan": float("nan"), "none": None}

    assert from_python(answer) == {"a": Decimal("0.1"), "5": [1, Decimal("1.5")], "none": None}


def test_python_values_without_json_are_refused() -> None:
    """A set is no JSON value."""
    with pytest.raises(TypeError, match="set"):
        from_python({1, 2})
