"""SELECT lists and sub-selects, as closures made of closures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rules.sql.errors import EvaluationError
from rules.sql.run import Closure, Run
from rules.sql.tree import Names
from rules.sql.values import UNDEFINED, Value


def columns(named: Sequence[tuple[Names, Closure]]) -> Closure:
    """An object with one attribute per column; a column without a name is a ``*``."""
    # Most rules name plain columns: they need no walk through nested objects.
    if all(len(names) == 1 for names, _ in named):
        return flat([(names[0], closure) for names, closure in named])

    def nested(row: Value, run: Run) -> Value:
        result: dict[str, Value] = {}
        for names, closure in named:
            value = closure(row, run)
            if not names:
                result.update(_attributes(value))
            elif value is not UNDEFINED:
                _place(result, names, value)
        return result

    return nested


def flat(pairs: Iterable[tuple[str, Closure]]) -> Closure:
    """An object with plain keys, from which Undefined values are left out."""
    steps = tuple(pairs)

    def build(row: Value, run: Run) -> Value:
        result = {}
        for key, closure in steps:
            value = closure(row, run)
            if value is not UNDEFINED:
                result[key] = value
        return result

    return build


def _attributes(value: Value) -> dict[str, Value]:
    if type(value) is dict:
        return value
    raise EvaluationError(
        "`*` beside other columns needs a JSON object to add them to.",
        remedy="Use `SELECT *` alone, or encode(*, 'base64') for a payload that is not JSON.",
    )


def _place(result: dict[str, Value], names: Names, value: Value) -> None:
    """Put a value at a path; siblings stay.

    Each object on the way is copied, because it may belong to the message that other rules share.
    """
    for name in names[:-1]:
        inner = result.get(name)
        result[name] = dict(inner) if type(inner) is dict else {}
        result = result[name]
    result[names[-1]] = value


def sub_select(*, source: Closure, project: Closure, condition: Closure | None, of_everything: bool) -> Closure:
    """A SELECT over an attribute.

    An array gives one result per element that passes, an object is projected itself. ``FROM *`` gives an
    array of one, as AWS was seen to do.
    """

    def elements(found: list[Value], run: Run) -> list[Value]:
        run.visit(len(found))
        kept = found if condition is None else [item for item in found if condition(item, run) is True]
        results = [project(item, run) for item in kept]
        return [result for result in results if result is not UNDEFINED]

    def query(row: Value, run: Run) -> Value:
        found = source(row, run)
        if type(found) is list:
            return elements(found, run)
        if type(found) is not dict:
            return UNDEFINED
        # Only for objects: an array that is the whole message was handled above.
        if of_everything:
            return elements([found], run)
        if condition is not None and condition(found, run) is not True:
            return UNDEFINED
        return project(found, run)

    return query
