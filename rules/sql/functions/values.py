"""Functions of values of any type."""

from __future__ import annotations

from typing import Final

from rules.sql.conversions import to_whole
from rules.sql.functions.registry import anything, defined, function
from rules.sql.json_text import to_json
from rules.sql.values import UNDEFINED, Value

MAX_TRANSFORMED: Final = 128 * 1024


@function("isnull", takes=(anything,))
def is_null(value: Value) -> bool:
    """Whether a value is Null; Undefined is not."""
    return value is None


@function("isundefined", takes=(anything,))
def is_undefined(value: Value) -> bool:
    """Whether a value is Undefined."""
    return value is UNDEFINED


@function("nanvl", takes=(anything, anything))
def nanvl(value: Value, default: Value) -> Value:
    """The default in place of Undefined and Null.

    One sentence of the guide asks for a number, so that strings would give the default too; its table keeps
    them, and so do we.
    """
    return default if value is UNDEFINED or value is None else value


@function("get_or_default", takes=(anything, anything), optional=1, style="default")
def get_or_default(value: Value, default: Value = UNDEFINED) -> Value:
    """The default in place of Undefined, Null, and a look-up that fails.

    ``rules.sql.calls`` writes it out, since the first value may fail and the default may not be needed.

    Example:
        >>> get_or_default(None, 3), get_or_default(5)
        (3, 5)
    """
    return default if value is UNDEFINED or value is None else value


@function("get", takes=(defined, defined))
def get(value: Value, key: Value) -> Value:
    """An element of an array, a character of a string, or an attribute of an object.

    Example:
        >>> get(["a", "b"], "1"), get({"my-key": 3}, "my-key"), get("abc", 9)
        ('b', 3, UNDEFINED)
    """
    if type(value) is dict:
        # Of all arguments of all functions, this key alone is taken without a conversion.
        return value.get(key, UNDEFINED) if type(key) is str else UNDEFINED
    if type(value) is not list and type(value) is not str:
        return UNDEFINED
    index = to_whole(key)
    return value[index] if index is not UNDEFINED and 0 <= index < len(value) else UNDEFINED


@function("transform", takes=(defined, defined, defined), fixed=(0,))
def transform(mode: Value, attributes: Value, items: Value) -> Value:
    """A list of objects, each with the same further attributes; "enrichArray" is the only mode.

    Example:
        >>> transform("enrichArray", {"line": 1}, [{"a": 3}])
        [{'a': 3, 'line': 1}]
    """
    if mode != "enrichArray" or type(attributes) is not dict or type(items) is not list:
        return UNDEFINED
    if any(type(item) is not dict for item in items):
        return UNDEFINED
    # The attributes alone tell most of the size, before a single object is copied.
    if len(items) * len(to_json(attributes)) > MAX_TRANSFORMED:
        return UNDEFINED
    enriched = [{**item, **attributes} for item in items]
    return enriched if len(to_json(enriched).encode("utf-8", "replace")) <= MAX_TRANSFORMED else UNDEFINED
