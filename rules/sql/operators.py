"""The operators of AWS IoT SQL, as functions of values.

None of them raises for any operands: what cannot be compared or computed is UNDEFINED.
"""

from __future__ import annotations

import decimal
import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from rules.sql.conversions import to_boolean, to_number, to_text, to_written_text
from rules.sql.values import CONTEXT, NUMBERS, UNDEFINED, Value, bounded_int, bounded_text

Operator = Callable[[Value, Value], Value]


def _ordering(test: Callable[[Value, Value], bool]) -> Operator:
    def compare(left: Value, right: Value) -> Value:
        # Nearly every comparison of a rule ends here, without a conversion.
        if type(left) in NUMBERS and type(right) in NUMBERS:
            return test(left, right)
        left, right = to_number(left), to_number(right)
        if left is UNDEFINED or right is UNDEFINED:
            return UNDEFINED
        return test(left, right)

    return compare


def equal(left: Value, right: Value) -> Value:
    """Whether two values are of one type and the same; Undefined beside Undefined.

    The guide says of Null only that ``Null <> Null`` is false, so ``Null = Null`` is true.

    Example:
        >>> equal(1, Decimal("1.0")), equal(1, "1"), equal(None, UNDEFINED)
        (True, False, UNDEFINED)
    """
    if left is UNDEFINED or right is UNDEFINED:
        return UNDEFINED
    return _same(left, right)


def different(left: Value, right: Value) -> Value:
    """The opposite of ``equal``; arrays in another order differ, as they do for ``=``."""
    if left is UNDEFINED or right is UNDEFINED:
        return UNDEFINED
    return not _same(left, right)


def _same(left: Value, right: Value) -> bool:
    kind = type(left)
    if kind is not type(right):
        # Python's True equals 1; in this language they are of different types.
        return kind in NUMBERS and type(right) in NUMBERS and bool(left == right)
    # Not Python's own ==, which would find True inside equal to 1.
    if kind is list:
        return len(left) == len(right) and all(map(_same, left, right))
    if kind is dict:
        return left.keys() == right.keys() and all(_same(item, right[key]) for key, item in left.items())
    return bool(left == right)


def contains(left: Value, right: Value) -> Value:
    """``left IN right``: whether an array has an element that equals a value."""
    if left is UNDEFINED or type(right) is not list:
        return UNDEFINED
    return any(_same(left, item) for item in right)


def add(left: Value, right: Value) -> Value:
    """Sum of numbers; as soon as one side is a string, both are joined.

    Example:
        >>> add(1, Decimal("0.5")), add("5", 1), add(True, 1)
        (Decimal('1.5'), '51', UNDEFINED)
    """
    if type(left) is str or type(right) is str:
        return _joined(to_text(left), to_text(right))
    return _add(left, right)


def add_in_2015(left: Value, right: Value) -> Value:
    """The same in version 2015-10-08, whose numbers keep their point on the way into a string.

    Example:
        >>> add_in_2015("at ", Decimal("10.0"))
        'at 10.0'
    """
    if type(left) is str or type(right) is str:
        return _joined(to_written_text(left), to_written_text(right))
    return _add(left, right)


def _joined(left: Value, right: Value) -> Value:
    if left is UNDEFINED or right is UNDEFINED:
        return UNDEFINED
    return bounded_text(left + right)


def _arithmetic(whole: Callable[[int, int], Value], exact: Callable[[Value, Value], Decimal]) -> Operator:
    def compute(left: Value, right: Value) -> Value:
        # Ints never become Decimals on the way: the type of the result depends on it.
        if type(left) is int and type(right) is int:
            return whole(left, right)
        # Nearly every sum of a rule is one of numbers, and spared the conversion.
        if type(left) not in NUMBERS or type(right) not in NUMBERS:
            left, right = to_number(left), to_number(right)
            if left is UNDEFINED or right is UNDEFINED:
                return UNDEFINED
        try:
            return exact(left, right)
        # Past 9.99E999, divided by zero, or a rest that 34 digits cannot tell.
        except decimal.DecimalException:
            return UNDEFINED

    return compute


def _divide_whole(left: int, right: int) -> Value:
    """Int by Int stays Int and drops the rest.

    The guide's table says so, while the result it prints for ``(75 - 32) * 5 / 9`` has a fraction. We follow
    the table; a divisor like ``2.0`` asks for the fraction.
    """
    if right == 0:
        return UNDEFINED
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _modulo_whole(left: int, right: int) -> Value:
    # The rest has the sign of the dividend, as in Java; Python would give it that of the divisor.
    if right == 0:
        return UNDEFINED
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


_add: Final = _arithmetic(lambda left, right: bounded_int(left + right), CONTEXT.add)

subtract: Final = _arithmetic(lambda left, right: bounded_int(left - right), CONTEXT.subtract)
multiply: Final = _arithmetic(lambda left, right: bounded_int(left * right), CONTEXT.multiply)
divide: Final = _arithmetic(_divide_whole, CONTEXT.divide)
modulo: Final = _arithmetic(_modulo_whole, CONTEXT.remainder)


def negate(value: Value) -> Value:
    """The number below zero instead of above."""
    number = to_number(value)
    if number is UNDEFINED:
        return UNDEFINED
    # Decimal's own minus would round to the 28 digits that Python prefers.
    return -number if type(number) is int else number.copy_negate()


def invert(value: Value) -> Value:
    """``NOT value``."""
    truth = to_boolean(value)
    return UNDEFINED if truth is UNDEFINED else not truth


BINARY: Final[dict[str, Operator]] = {
    "=": equal,
    "<>": different,
    "<": _ordering(operator.lt),
    "<=": _ordering(operator.le),
    ">": _ordering(operator.gt),
    ">=": _ordering(operator.ge),
    "IN": contains,
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": modulo,
}

VERSION_2015_BINARY: Final[dict[str, Operator]] = {**BINARY, "+": add_in_2015}

UNARY: Final[dict[str, Callable[[Value], Value]]] = {"-": negate, "NOT": invert}
