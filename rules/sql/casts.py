"""``cast(x AS type)``: conversions that a statement asks for, more willing than those of operators."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from rules.sql.conversions import floored, to_boolean, to_number, to_text, to_written_text
from rules.sql.values import NUMBERS, UNDEFINED, Value, bounded_int, from_double

Cast = Callable[[Value], Value]


_TRUTH: Final = {True: Decimal("1.0"), False: Decimal("0.0")}


def as_decimal(value: Value) -> Value:
    """A number; true is 1.0 and false is 0.0."""
    return _TRUTH[value] if isinstance(value, bool) else to_number(value)


def as_double(value: Value) -> Value:
    """A number that a double can hold: about 16 of the 34 digits, and none past 1.8E308.

    Example:
        >>> as_double("0.12345678901234567890"), as_double(5)
        (Decimal('0.12345678901234568'), 5)
    """
    number = as_decimal(value)
    if number is UNDEFINED:
        return UNDEFINED
    # By way of Decimal: a huge Int then becomes infinite instead of raising.
    double = float(Decimal(number))
    if type(number) is Decimal:
        return from_double(double)
    # The guide: an Int becomes a number without a decimal point. Infinity is no Int at all.
    return bounded_int(int(double)) if double - double == 0 else UNDEFINED


def as_int(value: Value) -> Value:
    """A whole number, rounded down.

    "Rounded down" could mean towards zero for negative numbers; we take it as ``floor()`` does.

    Example:
        >>> as_int("-1.5"), as_int(True)
        (-2, 1)
    """
    number = as_decimal(value)
    return number if number is UNDEFINED else floored(number)


def as_boolean(value: Value) -> Value:
    """True or false; of numbers only 0 is false."""
    return value != 0 if type(value) in NUMBERS else to_boolean(value)


_TEXTS: Final = ("string", "nvarchar", "text", "ntext", "varchar")
_NUMBERS: Final[dict[str, Cast]] = {"int": as_int, "integer": as_int, "double": as_double}

VERSION_2015_CASTS: Final[dict[str, Cast]] = {**dict.fromkeys(_TEXTS, to_written_text), **_NUMBERS}

CASTS: Final[dict[str, Cast]] = {
    **dict.fromkeys(_TEXTS, to_text),
    **_NUMBERS,
    "decimal": as_decimal,
    "bool": as_boolean,
    "boolean": as_boolean,
}
