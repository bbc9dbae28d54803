"""Functions that do not exist, calls with the wrong number of arguments, casts to types that do not exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from rules.analysis.fold import UNDEFINED, constant
from rules.analysis.types import CASTS
from rules.analysis.walk import is_constant, nodes
from rules.analysis.written import written
from rules.lint.finding import Finding, Kind
from rules.lint.registry import kind, rule_check
from rules.lint.subject import Subject
from rules.sql import hints, tree
from rules.sql.functions import FUNCTIONS
from rules.sql.tree import Node, children

UNKNOWN = kind("unknown-function", "error", "A function that AWS IoT SQL does not have.")
ARGUMENTS = kind("wrong-number-of-arguments", "error", "A call with too few arguments or too many: it is Undefined.")
CAST = kind("unknown-cast-type", "error", "cast() to a type that AWS IoT SQL does not have.")
UNDEFINED_PART = kind("always-undefined", "warning", "A constant part that is Undefined: 'a' - 1, 1 / 0, abs('x').")

Tell = Callable[[Kind, Node, str, str], Finding]
# Functions that are made to take what is Undefined.
_TAKES_UNDEFINED: Final = frozenset(("isundefined", "isnull", "nanvl", "get_or_default"))


@rule_check
def function_problems(subject: Subject) -> list[Finding]:
    """Problems with functions and casts, in the statement and in templates."""
    return [finding for tell, root in _roots(subject) for finding in _problems(root, tell)]


@rule_check
def undefined_parts(subject: Subject) -> Iterator[Finding]:
    """Parts that are Undefined for every message; those of a WHERE are told with it."""
    for clause, root in subject.clauses():
        if clause != "WHERE":
            for node in _undefined(root, subject.version):
                sentence = f"{written(node)} is Undefined for every message."
                yield subject.in_sql(UNDEFINED_PART, node, sentence, "Check the types of its operands.")


def _roots(subject: Subject) -> Iterator[tuple[Tell, Node]]:
    for _, root in subject.clauses():
        yield subject.in_sql, root
    for found in subject.expressions:
        yield partial(subject.in_template, found), found.node


def _problems(root: Node, tell: Tell) -> Iterator[Finding]:
    for node in nodes(root):
        if isinstance(node, tree.Call):
            yield from _of_call(node, tell)
        elif isinstance(node, tree.Cast) and node.type_name.lower() not in CASTS:
            sentence = f"'{node.type_name}' is no type that cast() knows."
            yield tell(CAST, node, sentence, f"The types are {', '.join(sorted(CASTS))}.")


def _of_call(node: tree.Call, tell: Tell) -> Iterator[Finding]:
    bounds = arity(node.name)
    if bounds is None:
        hint = hints.for_function(node.name, list(FUNCTIONS)) or "The functions stand in the AWS IoT developer guide."
        yield tell(UNKNOWN, node, f"There is no function {node.name}().", hint)
    elif not fits(node):
        count = len(node.arguments)
        given = f"{count} argument{'' if count == 1 else 's'}"
        sentence = f"{node.name}() is called with {given}, so it is Undefined for every message."
        yield tell(ARGUMENTS, node, sentence, f"It takes {_counts(node.name)}.")


def arity(name: str) -> tuple[int, int | None] | None:
    """The least and the greatest number of arguments of a function; None where there is no such function.

    Example:
        >>> arity("substring"), arity("concat"), arity("nope")
        ((2, 3), (1, None), None)
    """
    if name.lower() == "sql_version":
        return 0, 0
    function = FUNCTIONS.get(name.lower())
    if function is None:
        return None
    count = len(function.takes)
    # concat() without arguments is a call that AWS documents, as Undefined.
    return (max(1, count - 1), None) if function.repeats else (count - function.optional, count)


# Where AWS's signatures leave gaps between the least and the greatest number of arguments.
_EXACT: Final = {"decode": (2, 6), "get_dynamodb": (4, 6)}


def fits(node: tree.Call) -> bool:
    """Whether a call has a number of arguments that its function takes."""
    bounds = arity(node.name)
    count = len(node.arguments)
    if node.name.lower() in _EXACT:
        return count in _EXACT[node.name.lower()]
    return bounds is not None and count >= bounds[0] and (bounds[1] is None or count <= bounds[1])


def _counts(name: str) -> str:
    least, most = arity(name) or (0, 0)
    if name.lower() in _EXACT:
        return " or ".join(str(count) for count in _EXACT[name.lower()])
    if most is None:
        return f"{least} or more"
    return str(least) if least == most else f"{least} to {most}"


def _undefined(node: Node, version: str) -> Iterator[Node]:
    if isinstance(node, tree.Call) and (node.name.lower() in _TAKES_UNDEFINED or not fits(node)):
        return
    if is_constant(node) and constant(node, version) is UNDEFINED:
        yield node
        return
    below = (node.source,) if isinstance(node, tree.SubSelect) else children(node)
    for child in below:
        yield from _undefined(child, version)
