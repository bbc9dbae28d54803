"""SELECT lists: from the columns to the lines that build an object of them."""

from __future__ import annotations

from collections.abc import Sequence

from rules.sql.code import Body, Kind, Operand
from rules.sql.errors import EvaluationError
from rules.sql.tree import Names
from rules.sql.values import Value


def columns(body: Body, named: Sequence[tuple[Names, Operand]]) -> Operand:
    """An object with one attribute per column; a column without a name is a ``*``."""
    # Most rules name plain columns: they need no walk through nested objects.
    if all(len(names) == 1 for names, _ in named):
        return flat(body, [(names[0], value) for names, value in named])
    result = body.let("{}", Kind.OTHER)
    for names, value in named:
        if names:
            path = ", ".join(body.module.constant(name) for name in names)
            _unless_undefined(body, value, f"place({result.code}, ({path},), {value.code})")
        else:
            body.line(f"{result.code}.update(attributes({value.code}))")
    return result


def flat(body: Body, pairs: Sequence[tuple[str, Operand]]) -> Operand:
    """An object with plain keys, from which Undefined values are left out."""
    # What is surely there is written as one display; from the first doubt on, key by key, which keeps the order.
    sure = next((place for place, (_, value) in enumerate(pairs) if value.may_be(Kind.UNDEFINED)), len(pairs))
    display = ", ".join(f"{body.module.constant(key)}: {value.code}" for key, value in pairs[:sure])
    result = body.let(f"{{{display}}}", Kind.OTHER)
    for key, value in pairs[sure:]:
        _unless_undefined(body, value, f"{result.code}[{body.module.constant(key)}] = {value.code}")
    return result


def _unless_undefined(body: Body, value: Operand, line: str) -> None:
    body.line(f"if {value.code} is not UNDEFINED: {line}" if value.may_be(Kind.UNDEFINED) else line)


def attributes(value: Value) -> dict[str, Value]:
    """What ``*`` adds to the other columns.

    Raises:
        EvaluationError: it is no object.
    """
    if type(value) is dict:
        return value
    raise EvaluationError(
        "`*` beside other columns needs a JSON object to add them to.",
        remedy="Use `SELECT *` alone, or encode(*, 'base64') for a payload that is not JSON.",
    )


def place(result: dict[str, Value], names: Names, value: Value) -> None:
    """Put a value at a path; siblings stay.

    Each object on the way is copied, because it may belong to the message that other rules share.

    Example:
        >>> result = {"a": {"b": 1}}
        >>> place(result, ("a", "c"), 2)
        >>> result
        {'a': {'b': 1, 'c': 2}}
    """
    for name in names[:-1]:
        inner = result.get(name)
        result[name] = dict(inner) if type(inner) is dict else {}
        result = result[name]
    result[names[-1]] = value
