"""Statements evaluated node by node: slow and plain, to hold what the compiler writes against.

The operators, conversions and functions are the language's own, which other tests hold against the guide. What is
written here a second time is all that the compiler decides: what is evaluated, in which order, and what is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rules.sql import UNDEFINED, EvaluationError, Message, tree
from rules.sql.casts import CASTS
from rules.sql.conversions import to_boolean
from rules.sql.functions import FUNCTIONS
from rules.sql.functions.registry import anything
from rules.sql.operators import BINARY, UNARY
from rules.sql.parser import parse
from rules.sql.projection import attributes, place
from rules.sql.run import Run
from rules.sql.tree import Names, Node
from rules.sql.values import NO_MATCH

VERSION = "2016-03-23"


@dataclass(frozen=True)
class _Place:
    """Where an expression is evaluated: a message or an element of a sub-select, with what is known there."""

    message: Message
    row: Any
    run: Run
    variables: Mapping[str, Any] = field(default_factory=dict)
    alias: str | None = None
    is_message: bool = True


def evaluated(text: str, message: Message) -> Any:
    """What a statement gives for a message that its FROM selects."""
    select = parse(text)
    here = _Place(message, message.value, Run(None))
    for name, setting in zip(select.variables, select.settings, strict=True):
        here = replace(here, variables={**here.variables, name: _value(setting, here)})
    return _projected(select.projection, here) if _passes(select.condition, here) else NO_MATCH


def _passes(condition: Node | None, here: _Place) -> bool:
    if isinstance(condition, tree.Logical) and condition.operator == "AND":
        return all(to_boolean(_value(part, here)) is True for part in condition.operands)
    return condition is None or _value(condition, here) is True


def _projected(projection: tree.Projection, here: _Place) -> Any:
    first = projection.columns[0]
    if projection.is_value or (len(projection.columns) == 1 and not first.name):
        if isinstance(first.value, tree.Star) and here.is_message and here.row is UNDEFINED:
            return here.message.payload
        return _value(first.value, here)
    result: dict[str, Any] = {}
    for column, value in [(column, _value(column.value, here)) for column in projection.columns]:
        if not column.name:
            # An empty payload may have data added (developer guide, "Working with binary payloads").
            result.update({} if here.is_message and not here.message.payload else attributes(value))
        elif value is not UNDEFINED:
            place(result, column.name, value)
    return result


def _steps(value: Any, names: Names) -> Any:
    for name in names:
        value = value.get(name, UNDEFINED) if isinstance(value, dict) else UNDEFINED
    return value


def _value(node: Any, here: _Place) -> Any:
    return globals()[f"_{type(node).__name__.lower()}"](node, here)


def _literal(node: tree.Literal, _here: _Place) -> Any:
    return node.value


def _star(_node: tree.Star, here: _Place) -> Any:
    return here.row


def _path(node: tree.Path, here: _Place) -> Any:
    return _steps(here.row, node.names[1:] if node.names[0] == here.alias else node.names)


def _variable(node: tree.Variable, here: _Place) -> Any:
    return here.variables[node.name]


def _member(node: tree.Member, here: _Place) -> Any:
    return _steps(_value(node.base, here), node.names)


def _arrayof(node: tree.ArrayOf, here: _Place) -> Any:
    return [item for item in [_value(each, here) for each in node.items] if item is not UNDEFINED]


def _objectof(node: tree.ObjectOf, here: _Place) -> Any:
    values = [_value(each, here) for each in node.items]
    return {key: value for key, value in zip(node.keys, values, strict=True) if value is not UNDEFINED}


def _unary(node: tree.Unary, here: _Place) -> Any:
    return UNARY[node.operator](_value(node.operand, here))


def _binary(node: tree.Binary, here: _Place) -> Any:
    return BINARY[node.operator](_value(node.left, here), _value(node.right, here))


def _logical(node: tree.Logical, here: _Place) -> Any:
    truths = [to_boolean(value) for value in [_value(each, here) for each in node.operands]]
    if UNDEFINED in truths:
        return UNDEFINED
    return all(truths) if node.operator == "AND" else any(truths)


def _case(node: tree.Case, here: _Place) -> Any:
    subject = _value(node.subject, here)
    if subject is UNDEFINED:
        return UNDEFINED
    for test, result in zip(node.tests, node.results, strict=True):
        if BINARY["="](subject, _value(test, here)) is True:
            return _value(result, here)
    return UNDEFINED if node.otherwise is None else _value(node.otherwise, here)


def _cast(node: tree.Cast, here: _Place) -> Any:
    return CASTS[node.type_name.lower()](_value(node.operand, here))


def _subselect(node: tree.SubSelect, here: _Place) -> Any:
    source = _value(node.source, here)
    found = _elements(node, source, here)
    if isinstance(source, list) or (isinstance(source, dict) and isinstance(node.source, tree.Star)):
        return found
    return found[0] if found else UNDEFINED


def _exists(node: tree.Exists, here: _Place) -> Any:
    return bool(_elements(node.query, _value(node.query.source, here), here))


def _elements(node: tree.SubSelect, source: Any, here: _Place) -> list[Any]:
    rows = source if isinstance(source, list) else [source] if isinstance(source, dict) else []
    inside = [replace(here, row=row, alias=node.alias, is_message=False) for row in rows]
    found = [_projected(node.projection, each) for each in inside if _passes(node.condition, each)]
    return [each for each in found if each is not UNDEFINED]


def _call(node: tree.Call, here: _Place) -> Any:
    if node.name.lower() == "sql_version" and not node.arguments:
        return VERSION
    function = FUNCTIONS[node.name.lower()]
    if not function.accepts(len(node.arguments)):
        return UNDEFINED
    if function.style == "default":
        return _default(node, here)
    values = [
        here.message.payload
        if function.raw_star and here.is_message and isinstance(argument, tree.Star)
        else _value(argument, here)
        for argument in node.arguments
    ]
    conversions = function.conversions(len(values))
    given = [convert(value) for convert, value in zip(conversions, values, strict=True)]
    if any(value is UNDEFINED for convert, value in zip(conversions, given, strict=True) if convert is not anything):
        return UNDEFINED
    first = {"message": [here.message], "run": [here.run]}.get(function.style, [])
    return function.body(*first, *given)


def _default(node: tree.Call, here: _Place) -> Any:
    try:
        wanted = _value(node.arguments[0], here)
    except EvaluationError:
        wanted = None
    if wanted is not UNDEFINED and wanted is not None:
        return wanted
    return _value(node.arguments[1], here) if len(node.arguments) > 1 else UNDEFINED
