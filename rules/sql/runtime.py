"""What the lines of a compiled statement may call, besides operators, conversions and functions of the language."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from rules.sql import projection
from rules.sql.conversions import to_boolean, to_text
from rules.sql.errors import EvaluationError
from rules.sql.json_text import to_json
from rules.sql.run import Run
from rules.sql.values import NO_MATCH, UNDEFINED, Value, keep_written

MAX_VARIABLE_BYTES: Final = 128 * 1024
"""What all variables of a statement may hold together, as JSON [bytes]."""


def nothing(_name: str, default: Value) -> Value:
    """The attribute of what has none."""
    return default


def spend(budget: int, name: str, value: Value) -> int:
    """What is left for variables once a value is kept [bytes].

    Raises:
        EvaluationError: less than nothing.

    Example:
        >>> spend(10, "@a", "text")
        4
    """
    left = budget - (0 if value is UNDEFINED else len(to_json(value).encode("utf-8", "replace")))
    if left < 0:
        raise EvaluationError(
            f"{name} brings the variables above {MAX_VARIABLE_BYTES} bytes.", remedy="Keep only what is used."
        )
    return left


def shown(value: Value) -> str:
    """A value inside a text: Undefined is nothing at all, as it is when it is sent alone."""
    if value is UNDEFINED:
        return ""
    return "null" if value is None else str(to_text(value))


NAMESPACE: Final[dict[str, Any]] = {
    "Decimal": Decimal,
    "EvaluationError": EvaluationError,
    "NO_MATCH": NO_MATCH,
    "Run": Run,
    "UNDEFINED": UNDEFINED,
    "attributes": projection.attributes,
    "keep_written": keep_written,
    "nothing": nothing,
    "place": projection.place,
    "shown": shown,
    "spend": spend,
    "to_boolean": to_boolean,
}
"""The names that stand in the lines as they are; everything else there is a constant."""
