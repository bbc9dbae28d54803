"""Which types an expression may have, told from its text alone.

A type stands in the answer unless the language rules it out, so that whoever warns because a type is missing never
warns in vain. Names are those of the guide (AWS IoT developer guide, "Data types").
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from rules.sql import UNDEFINED, tree
from rules.sql.tree import Node

Types = frozenset[str]

ANY: Final[Types] = frozenset(("Int", "Decimal", "Boolean", "String", "Array", "Object", "Null", "Undefined"))
NUMBERS: Final[Types] = frozenset(("Int", "Decimal"))
UNDEFINED_ONLY: Final[Types] = frozenset(("Undefined",))
_BOOLEAN: Final[Types] = frozenset(("Boolean", "Undefined"))
_NUMBER: Final[Types] = NUMBERS | {"Undefined"}
_INT: Final[Types] = frozenset(("Int", "Undefined"))
_TEXT: Final[Types] = frozenset(("String", "Undefined"))

_BY_FUNCTION: Final[dict[str, Types]] = {
    **dict.fromkeys(("startswith", "endswith", "regexp_matches"), _BOOLEAN),
    **dict.fromkeys(("isnull", "isundefined"), frozenset(("Boolean",))),
    **dict.fromkeys(("acos", "asin", "atan", "atan2", "cos", "cosh", "exp", "ln", "log", "power", "rand"), _NUMBER),
    **dict.fromkeys(("abs", "mod", "remainder", "sin", "sinh", "sqrt", "tan", "tanh", "trunc"), _NUMBER),
    **dict.fromkeys(("ceil", "floor", "round", "sign", "bitand", "bitor", "bitxor", "bitnot"), _INT),
    **dict.fromkeys(("indexof", "length", "numbytes", "time_to_epoch"), _INT),
    "timestamp": frozenset(("Int",)),
    **dict.fromkeys(("chr", "lower", "upper", "trim", "ltrim", "rtrim", "lpad", "rpad", "replace", "substring"), _TEXT),
    **dict.fromkeys(("regexp_replace", "regexp_substr", "encode", "parse_time", "accountid", "principal"), _TEXT),
    **dict.fromkeys(("md2", "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sourceip", "traceid"), _TEXT),
    **dict.fromkeys(("topic", "get_mqtt_property"), _TEXT),
    **dict.fromkeys(("clientid", "newuuid", "sql_version"), frozenset(("String",))),
    "concat": _TEXT | {"Array"},
    **dict.fromkeys(("get_user_properties", "transform"), frozenset(("Array", "Undefined"))),
    **dict.fromkeys(("get_registry_data", "get_thing_shadow", "get_dynamodb"), frozenset(("Object", "Undefined"))),
    "machinelearning_predict": frozenset(("Object", "Undefined")),
}
"""What each function can give; one that is missing here can give anything."""

CASTS: Final[dict[str, Types]] = {
    **dict.fromkeys(("string", "nvarchar", "text", "ntext", "varchar"), _TEXT),
    **dict.fromkeys(("int", "integer"), _INT),
    **dict.fromkeys(("double", "decimal"), _NUMBER),
    **dict.fromkeys(("bool", "boolean"), _BOOLEAN),
}
"""What each type of `cast(x AS type)` gives; the names are all that the language has."""


def types_of(node: Node) -> Types:
    """The types that an expression may have.

    Example:
        >>> from rules.sql.parser import parse_expression
        >>> sorted(types_of(parse_expression("temp * 2"))), types_of(parse_expression("temp")) == ANY
        (['Decimal', 'Int', 'Undefined'], True)
    """
    read = _READERS.get(type(node))
    return ANY if read is None else read(node)


def type_of_value(value: Any) -> str:
    """The type of a value that is there."""
    if value is UNDEFINED:
        return "Undefined"
    return {
        bool: "Boolean",
        int: "Int",
        Decimal: "Decimal",
        str: "String",
        list: "Array",
        dict: "Object",
    }.get(type(value), "Null")


def _binary(node: tree.Binary) -> Types:
    if node.operator in ("=", "<>", "<", "<=", ">", ">=", "IN"):
        return _BOOLEAN
    left, right = types_of(node.left), types_of(node.right)
    if node.operator == "+" and "String" in left | right:
        is_text = left <= _TEXT or right <= _TEXT
        return _TEXT if is_text else _TEXT | _NUMBER
    # Int by Int stays Int; with a Decimal, or a text that is read as one, it does not.
    return _INT if left | right <= _INT else _NUMBER


def _unary(node: tree.Unary) -> Types:
    if node.operator == "NOT":
        return _BOOLEAN
    return _INT if types_of(node.operand) <= _INT else _NUMBER


def _call(node: tree.Call) -> Types:
    name = node.name.lower()
    if name == "get_or_default" and node.arguments:
        defaults = [types_of(argument) for argument in node.arguments[1:]] or [UNDEFINED_ONLY]
        return (types_of(node.arguments[0]) - UNDEFINED_ONLY).union(*defaults)
    if name == "nanvl" and len(node.arguments) == 2:
        return types_of(node.arguments[0]) | types_of(node.arguments[1])
    return _BY_FUNCTION.get(name, ANY)


def _case(node: tree.Case) -> Types:
    otherwise = types_of(node.otherwise) if node.otherwise is not None else UNDEFINED_ONLY
    return UNDEFINED_ONLY.union(otherwise, *(types_of(result) for result in node.results))


def _sub_select(node: tree.SubSelect) -> Types:
    source = types_of(node.source)
    if isinstance(node.source, tree.Star) or source <= {"Array", "Undefined"}:
        return frozenset(("Array", "Undefined"))
    of_object = types_of_projection(node.projection)
    return of_object | {"Array", "Undefined"}


def types_of_projection(node: tree.Projection) -> Types:
    """The types of what a SELECT list gives."""
    if node.is_value or not node.columns[0].name:
        # A bare `*` gives whatever came, whereas beside columns it has to be an object.
        return types_of(node.columns[0].value) if len(node.columns) == 1 else frozenset(("Object",))
    return frozenset(("Object",))


_READERS: Final[dict[type[Node], Callable[[Any], Types]]] = {
    tree.Literal: lambda node: frozenset((type_of_value(node.value),)),
    tree.ArrayOf: lambda _: frozenset(("Array",)),
    tree.ObjectOf: lambda _: frozenset(("Object",)),
    tree.Unary: _unary,
    tree.Binary: _binary,
    tree.Logical: lambda _: _BOOLEAN,
    tree.Case: _case,
    tree.Cast: lambda node: CASTS.get(node.type_name.lower(), ANY),
    tree.SubSelect: _sub_select,
    tree.Exists: lambda _: frozenset(("Boolean",)),
    tree.Call: _call,
}
