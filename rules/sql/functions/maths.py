"""Functions of numbers.

Those of school geometry are doubles inside, as in Java, and come back as the shortest Decimal. A result that
no Decimal can hold (the root of -1, e to the 5000th) is Undefined.
"""

from __future__ import annotations

import decimal
import math
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from rules.sql.conversions import floored, to_number, to_whole
from rules.sql.functions.registry import function
from rules.sql.operators import BINARY, negate
from rules.sql.values import CONTEXT, DIGITS, UNDEFINED, Value, bounded_int, from_double, whole

Number = int | Decimal


def _double(compute: Callable[..., float]) -> Callable[..., Value]:
    def call(*numbers: Number) -> Value:
        try:
            # Java's BigDecimal has no zero below zero, which atan2() could tell apart.
            return from_double(compute(*[float(number) + 0.0 for number in numbers]))
        # Outside of the domain, as acos(2), or past the range of doubles.
        except (ValueError, OverflowError):
            return UNDEFINED

    return call


_ONE_NUMBER: Final[dict[str, Callable[[float], float]]] = {
    "acos": math.acos,
    "asin": math.asin,
    "atan": math.atan,
    "cos": math.cos,
    "cosh": math.cosh,
    "exp": math.exp,
    "ln": math.log,
    "log": math.log10,
    "sin": math.sin,
    "sinh": math.sinh,
    "sqrt": math.sqrt,
    "tan": math.tan,
    "tanh": math.tanh,
}

for _name, _compute in _ONE_NUMBER.items():
    function(_name, takes=(to_number,))(_double(_compute))

function("atan2", takes=(to_number, to_number))(_double(math.atan2))
function("power", takes=(to_number, to_number))(_double(math.pow))
function("mod", "remainder", takes=(to_number, to_number))(BINARY["%"])


@function("abs", takes=(to_number,))
def absolute(number: Number) -> Number:
    """The number without its sign."""
    # Decimal's own abs() would round to the 28 digits that Python prefers.
    return number.copy_abs() if isinstance(number, Decimal) else abs(number)


@function("sign", takes=(to_number,))
def sign(number: Number) -> int:
    """-1, 0 or 1.

    Example:
        >>> sign(Decimal("-7.5"))
        -1
    """
    return (number > 0) - (number < 0)


@function("floor", takes=(to_number,))
def floor(number: Number) -> Number:
    """The next whole number below."""
    return floored(number)


@function("ceil", takes=(to_number,))
def ceil(number: Number) -> Value:
    """The next whole number above."""
    return negate(floored(negate(number)))


@function("round", takes=(to_number,))
def nearest(number: Number) -> Number:
    """The nearest whole number; halves go away from zero.

    The guide's text says that halves are rounded up, its examples round -1.5 to -2: we follow the examples.

    Example:
        >>> nearest(Decimal("1.5")), nearest(Decimal("-1.5"))
        (2, -2)
    """
    return number if isinstance(number, int) else whole(number.to_integral_value(decimal.ROUND_HALF_UP))


def _places(value: Value) -> Value:
    # The guide's table takes a string for the number to be cut, and none for the places.
    return UNDEFINED if type(value) is str else to_whole(value)


@function("trunc", takes=(to_number, _places))
def truncate(number: Number, places: int) -> Number:
    """The number cut to some decimal places, 0 to 34, without zeros at its end.

    Example:
        >>> truncate(Decimal("2.888"), 2)
        Decimal('2.88')
    """
    if isinstance(number, int):
        return number
    step = Decimal(1).scaleb(-min(max(places, 0), DIGITS))
    if number.as_tuple().exponent < step.as_tuple().exponent:  # type: ignore[operator]  # never NaN here
        number = number.quantize(step, decimal.ROUND_DOWN, context=_WIDE)
    stripped = number.normalize(CONTEXT)
    # A whole number would lose the zeros in front of its point as well, and become 1E+2.
    return stripped if stripped.as_tuple().exponent <= 0 else whole(stripped)  # type: ignore[operator]


# Cutting adds no digits that count, yet quantize refuses results wider than its context.
_WIDE: Final = decimal.Context(prec=2 * DIGITS + 1000, Emin=-2000, Emax=2000)


@function("bitand", takes=(to_whole, to_whole))
def bit_and(left: int, right: int) -> Value:
    """The bits that both numbers have."""
    return bounded_int(left & right)


@function("bitor", takes=(to_whole, to_whole))
def bit_or(left: int, right: int) -> Value:
    """The bits that either number has."""
    return bounded_int(left | right)


@function("bitxor", takes=(to_whole, to_whole))
def bit_xor(left: int, right: int) -> Value:
    """The bits that one of both numbers has."""
    return bounded_int(left ^ right)


@function("bitnot", takes=(to_whole,))
def bit_not(number: int) -> Value:
    """The bits that a number does not have, in two's complement.

    The guide prints ``bitnot(13) = 2``, which holds for 4 bits only; no width is given, so we keep all.
    """
    return bounded_int(~number)


@function("rand")
def rand() -> Decimal:
    """A number from 0 up to 1."""
    return CONTEXT.create_decimal(repr(random.random()))  # noqa: S311  # not for secrets
