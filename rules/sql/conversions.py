"""How a value of one type becomes a value of another, as the guide's conversion tables say.

Every conversion gives ``UNDEFINED`` where there is no such value; none of them raises.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

from rules.sql.json_text import decimal_text, to_json
from rules.sql.values import CONTEXT, UNDEFINED, Value, bounded_text, from_double, keep_written, whole

# The guide's own pattern: no plus sign, no bare point, no blanks around.
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE]-?[0-9]+)?")


def to_number(value: Value) -> Value:
    """An Int or Decimal; strings count if they are written as one.

    Example:
        >>> to_number("-1.5"), to_number("5."), to_number(True)
        (Decimal('-1.5'), UNDEFINED, UNDEFINED)
    """
    # Not isinstance(): Python's bool is an int, the language's Boolean is no number.
    kind = type(value)
    if kind is int or kind is Decimal:
        return value
    if kind is str and _NUMBER.fullmatch(value):
        return _parsed(value)
    # Null: one table of the guide keeps Null, those of the functions say Undefined. The functions' tables
    # are the ones that examples bear out.
    return UNDEFINED


def _parsed(text: str) -> Value:
    try:
        return CONTEXT.create_decimal(text)
    except decimal.DecimalException:
        return UNDEFINED


def to_whole(value: Value) -> Value:
    """An Int, rounded down.

    One table says "rounded to the nearest", but every example of a function rounds down
    (``substring("012345", 2.745)`` starts at 2), so that is what we do.

    Example:
        >>> to_whole(Decimal("2.745")), to_whole("-1.5")
        (2, -2)
    """
    number = to_number(value)
    if type(number) is not Decimal:
        return number
    return int(number.to_integral_value(decimal.ROUND_FLOOR))


def floored(number: int | Decimal) -> int | Decimal:
    """The greatest whole number that is not above."""
    return number if type(number) is int else whole(_integral(number, decimal.ROUND_FLOOR))


def _integral(number: int | Decimal, rounding: str) -> Decimal:
    return Decimal(number).to_integral_value(rounding)


def to_boolean(value: Value) -> Value:
    """True or false; of strings only "true" and "false", in any case.

    Example:
        >>> to_boolean("TRUE"), to_boolean(1)
        (True, UNDEFINED)
    """
    if value is True or value is False:
        return value
    if type(value) is str:
        return _TRUTH.get(value.lower(), UNDEFINED)
    return UNDEFINED


_TRUTH: Final = {"true": True, "false": False}


def to_text(value: Value) -> Value:
    """A String: numbers in standard notation, arrays and objects as compact JSON.

    Example:
        >>> to_text(Decimal("10.0")), to_text(["a", 1]), to_text(None)
        ('10', '["a",1]', UNDEFINED)
    """
    kind = type(value)
    if kind is str:
        return value
    write = _TEXT_OF.get(kind)
    return UNDEFINED if write is None else write(value)


def to_written_text(value: Value) -> Value:
    """A String as version 2015-10-08 makes it, in which a Decimal keeps its point and its zeros.

    Example:
        >>> to_written_text(Decimal("10.0")), to_written_text([Decimal("1.50")]), to_written_text(5)
        ('10.0', '[1.50]', '5')
    """
    return _json_of(keep_written(value)) if type(value) in (Decimal, list, dict) else to_text(value)


def _json_of(value: Value) -> str:
    return bounded_text(to_json(value))


_TEXT_OF: Final[dict[type, Callable[[Value], str]]] = {
    bool: lambda value: "true" if value else "false",
    int: str,
    Decimal: decimal_text,
    list: _json_of,
    dict: _json_of,
}


def from_python(value: object) -> Value:
    """A look-up's answer, as a caller's Python value, brought into the language.

    Example:
        >>> from_python({"threshold": 0.1, "lines": ("A", "B")})
        {'threshold': Decimal('0.1'), 'lines': ['A', 'B']}
    """
    # Before int, for the same reason: True must not become 1.
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str | int):
        # Subclasses, such as the members of an IntEnum, have no place in the writers below.
        return str(value) if isinstance(value, str) else int(value)
    if isinstance(value, Decimal):
        return _exact(value)
    if isinstance(value, float):
        return from_double(value)
    if isinstance(value, dict):
        return _without_undefined(value)
    if isinstance(value, list | tuple):
        return [item for item in map(from_python, value) if item is not UNDEFINED]
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def _exact(number: Decimal) -> Value:
    return CONTEXT.create_decimal(number) if number.is_finite() else UNDEFINED


def _without_undefined(pairs: dict[object, object]) -> Value:
    converted = {str(key): from_python(item) for key, item in pairs.items()}
    return {key: item for key, item in converted.items() if item is not UNDEFINED}
