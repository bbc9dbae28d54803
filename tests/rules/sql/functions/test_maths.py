"""Functions of numbers; the guide's examples are in the conformance cases."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sql import UNDEFINED
from rules.sql.conversions import to_number, to_whole
from rules.sql.functions import FUNCTIONS, maths

NUMBERS = st.integers() | st.decimals(-(10**30), 10**30, allow_nan=False, places=4)
OF_ONE_NUMBER = [name for name, known in FUNCTIONS.items() if known.takes in ((to_number,), (to_whole,))]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("sqrt", (-1,)),
        ("ln", (0,)),
        ("log", (-1,)),
        ("exp", (5000,)),
        ("acos", (2,)),
        ("power", (-8, Decimal("0.5"))),
        ("power", (10, 10_000)),
        ("sin", (10**400,)),
        ("mod", (1, 0)),
        ("bitnot", (10**1000,)),
    ],
)
def test_results_that_no_number_can_be(call, name: str, arguments: tuple[Any, ...]) -> None:
    """What has no real or no finite result is Undefined."""
    assert call(name, *arguments) is UNDEFINED


def test_there_is_no_zero_below_zero(call) -> None:
    """Java's BigDecimal has one zero, so that no angle turns round with its sign: atan2(0, -1) is pi."""
    assert call("atan2", Decimal("-0.0"), -1) == Decimal(repr(math.pi))


def test_places_to_cut_at_are_numbers(call) -> None:
    """The table of trunc() in the guide takes a string as its first argument only."""
    assert call("trunc", "2.888", 1) == Decimal("2.8")
    assert call("trunc", Decimal("2.888"), "1") is UNDEFINED


@given(st.sampled_from(OF_ONE_NUMBER), NUMBERS)
def test_functions_of_a_number_never_raise(call, name: str, number: Any) -> None:
    """Every number gives a value or Undefined."""
    assert call(name, number) is UNDEFINED or isinstance(call(name, number), int | Decimal | str)


@given(NUMBERS)
def test_floor_and_ceil_enclose_a_number(call, number: Any) -> None:
    """They are whole, and less than one away."""
    below, above = call("floor", number), call("ceil", number)

    assert below <= number <= above
    assert above - below in (0, 1)


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=6))
def test_round_is_at_most_half_away(number: Decimal) -> None:
    """And a half goes away from zero."""
    nearest = maths.nearest(number)

    assert abs(nearest - number) <= Decimal("0.5")
    assert abs(nearest - number) < Decimal("0.5") or abs(nearest) > abs(number)


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=6), st.integers(0, 8))
def test_truncation_goes_towards_zero(number: Decimal, places: int) -> None:
    """Nothing is added, and less than a unit of the last place is lost."""
    cut = maths.truncate(number, places)

    assert abs(cut) <= abs(number)
    assert abs(number - cut) < Decimal(1).scaleb(-places)


@pytest.mark.parametrize(
    ("number", "places", "cut"),
    [
        (Decimal("2.888"), -5, Decimal(2)),
        (Decimal("2.888"), 99, Decimal("2.888")),
        (Decimal("9E900"), 34, Decimal("9E900")),
        (Decimal("9E-900"), 34, Decimal(0)),
        (5, 2, 5),
    ],
)
def test_places_are_clamped(number: Any, places: int, cut: Any) -> None:
    """The guide clamps them to 0 and 34; any number can be cut."""
    assert maths.truncate(number, places) == cut


@given(st.floats(-700, 700))
def test_doubles_come_back_exact(call, number: float) -> None:
    """The double that the platform computes is the one that we give."""
    assert float(call("exp", Decimal(repr(number)))) == math.exp(number)


def test_rand_is_between_zero_and_one(call) -> None:
    """A hundred of them, and hardly two alike."""
    numbers = {call("rand") for _ in range(100)}

    assert all(0 <= number < 1 for number in numbers)
    assert len(numbers) > 90
