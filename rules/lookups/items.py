"""Keys and items of DynamoDB, to and from values of the language."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from rules.errors import LookUpError
from rules.sql.json_text import decode, to_json
from rules.sql.values import Value

Attribute = Mapping[str, Any]
"""A value as DynamoDB's wire has it: one type and what stands under it (API reference, AttributeValue)."""


def key_attribute(name: str, value: Value) -> dict[str, str]:
    """A key attribute; its type follows from the value.

    Raises:
        LookUpError: the value is neither text nor number, and so cannot be a key.

    Example:
        >>> key_attribute("id", "press"), key_attribute("n", Decimal("1.50"))
        ({'S': 'press'}, {'N': '1.5'})
    """
    # type() and not isinstance(): Python's bool is an int.
    if type(value) is str:
        return {"S": value}
    if type(value) is int or type(value) is Decimal:
        return {"N": to_json(value)}
    raise LookUpError(f"the key {name}={to_json(value)} cannot be looked up.", remedy="A key is a String or a number.")


def plain_item(item: Mapping[str, Attribute]) -> dict[str, Value]:
    """An item as an object: numbers exact, sets as arrays, binary as base64 text.

    Example:
        >>> plain_item({"limit": {"N": "80.25"}, "lines": {"SS": ["A", "B"]}, "note": {"NULL": True}})
        {'limit': Decimal('80.25'), 'lines': ['A', 'B'], 'note': None}
    """
    return {name: _plain(attribute) for name, attribute in item.items()}


def _plain(attribute: Attribute) -> Value:
    ((kind, value),) = attribute.items()
    return _PLAIN[kind](value)


def _text(data: Any) -> str:
    return base64.b64encode(bytes(data)).decode("ascii")


_PLAIN: Final[dict[str, Callable[[Any], Value]]] = {
    "B": _text,
    "BOOL": bool,
    "BS": lambda values: [_text(value) for value in values],
    "L": lambda values: [_plain(value) for value in values],
    "M": plain_item,
    # A number is read as one of a payload is, and so has the same 34 digits.
    "N": decode,
    "NS": lambda values: [decode(value) for value in values],
    "NULL": lambda _: None,
    "S": str,
    "SS": list,
}
