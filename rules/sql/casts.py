"""``cast(x AS type)``: conversions that a statement asks for, more willing than those of operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rules.sql.conversions import floored, to_boolean, to_number, to_text
from rules.sql.values import NUMBERS, UNDEFINED, Value

Cast = Callable[[Value], Value]


def as_decimal(value: Value) -> Value:
    """A number; true is 1 and false is 0."""
    return int(value) if isinstance(value, bool) else to_number(value)


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


_TEXTS: Final = dict.fromkeys(("string", "nvarchar", "text", "ntext", "varchar"), to_text)

VERSION_2015_CASTS: Final[dict[str, Cast]] = {**_TEXTS, "int": as_int, "integer": as_int, "double": as_decimal}

CASTS: Final[dict[str, Cast]] = {
    **VERSION_2015_CASTS,
    "decimal": as_decimal,
    "bool": as_boolean,
    "boolean": as_boolean,
}
