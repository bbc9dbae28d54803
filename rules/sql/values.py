"""The values that SQL expressions have, and the limits they keep.

A value is what JSON can say (None, bool, int, Decimal, str, list, dict), the raw ``bytes`` of a payload
that is not JSON, or ``UNDEFINED``. Floats never occur: every number is exact to 34 digits.
Values are shared between rules, so nobody changes a list or a dict after it was made.
"""

from __future__ import annotations

import decimal
from decimal import Decimal
from enum import Enum
from typing import Any, Final, Literal, TypeAlias

from rules.sql.errors import EvaluationError

Value: TypeAlias = Any

OLDEST_VERSION: Final = "2015-10-08"
"""The version of the language that differs from all later ones."""
DIGITS: Final = 34
MAX_NESTING: Final = 100
"""Levels of arrays and objects that a payload may have."""
MAX_TEXT: Final = 1 << 20
"""Characters that one string may reach; AWS bounds it too, through the size of a message."""

NUMBERS: Final = frozenset((int, Decimal))
_INT_BOUND: Final = 10**DIGITS

# The guide gives the 34 digits and the range; half-even is how Java's DECIMAL128, with as many digits, rounds.
CONTEXT: Final = decimal.Context(
    prec=DIGITS,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-999,
    Emax=999,
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)


class Marker(Enum):
    """Answers that are not JSON values, compared with ``is``."""

    UNDEFINED = "UNDEFINED"
    NO_MATCH = "NO_MATCH"

    def __repr__(self) -> str:
        return self.value

    def __bool__(self) -> bool:
        return False


UNDEFINED: Final[Literal[Marker.UNDEFINED]] = Marker.UNDEFINED
"""The value of an absent attribute, of a failed conversion, and of a function with wrong arguments."""

NO_MATCH: Final[Literal[Marker.NO_MATCH]] = Marker.NO_MATCH
"""What a statement gives for a message that it does not select."""


class WrittenDecimal(Decimal):
    """A number of the 2015 language, which keeps ``10.0`` where later versions write ``10``."""


def keep_written(value: Value) -> Value:
    """The same value with numbers that keep their written form."""
    if isinstance(value, Decimal):
        return WrittenDecimal(value)
    if isinstance(value, list):
        return [keep_written(item) for item in value]
    if isinstance(value, dict):
        return {key: keep_written(item) for key, item in value.items()}
    return value


def bounded_int(number: int) -> int | Decimal | Literal[Marker.UNDEFINED]:
    """A whole number, as a Decimal of 34 digits where it has grown past them; none past 9.99E999.

    Example:
        >>> bounded_int(12), bounded_int(10**40 + 1), bounded_int(10**1000)
        (12, Decimal('1.000000000000000000000000000000000E+40'), UNDEFINED)
    """
    if -_INT_BOUND < number < _INT_BOUND:
        return number
    try:
        return CONTEXT.create_decimal(number)
    except decimal.Overflow:
        return UNDEFINED


def whole(number: Decimal) -> int | Decimal:
    """A Decimal without fraction as an Int, where 34 digits can hold it."""
    return int(number) if number.adjusted() < DIGITS else number


def from_double(number: float) -> Decimal | Literal[Marker.UNDEFINED]:
    """The shortest Decimal of a double; infinity and not-a-number have none.

    Example:
        >>> from_double(0.1), from_double(float("nan"))
        (Decimal('0.1'), UNDEFINED)
    """
    # True for infinity and not-a-number alone, and faster than asking for both.
    if number - number != 0.0:
        return UNDEFINED
    return CONTEXT.create_decimal(repr(number))


def bounded_text(text: str) -> str:
    """The text itself, unless it has outgrown every message."""
    if len(text) > MAX_TEXT:
        raise EvaluationError(
            f"A string of {len(text)} characters is longer than {MAX_TEXT}.",
            remedy="Shorten what the statement joins or replaces.",
        )
    return text
