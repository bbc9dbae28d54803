"""A WHERE that no message can make true.

WHERE is a chain of AND, of which every part must be true; a part that is never true, or two that exclude each other,
keep the rule from running (AWS IoT developer guide, "WHERE clause" and "Operators").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from rules.analysis.fold import UNDEFINED, UNKNOWN, constant, is_true
from rules.analysis.types import NUMBERS, types_of
from rules.analysis.walk import conjuncts, in_message, payload_names
from rules.analysis.written import written
from rules.lint.finding import Finding
from rules.lint.ranges import contradictions
from rules.lint.registry import kind, rule_check
from rules.lint.subject import Subject
from rules.sql import tree
from rules.sql.conversions import to_number
from rules.sql.tree import Node, children

NEVER = kind("where-never-true", "error", "A WHERE that is never true.")
WITH_NULL = kind("compare-with-null", "warning", "A comparison with Null, which the guide leaves open.")
ALIAS = kind("where-alias", "warning", "A name that AS gives, used in WHERE, which reads the payload before SELECT.")

_ORDER: Final = ("<", "<=", ">", ">=")
_SAME: Final[dict[str, str]] = {"Int": "Number", "Decimal": "Number"}


@rule_check
def never_true(subject: Subject) -> Iterator[Finding]:
    """Parts that are never true, alone or beside another."""
    condition = subject.statement.condition if subject.statement is not None else None
    if condition is None:
        return
    parts = conjuncts(condition)
    found = False
    for part in parts:
        reason = _why_never(part, subject.version, alone=len(parts) == 1)
        if reason:
            found = True
            yield subject.in_where(NEVER, part, f"{written(part)} is never true: {reason}.", _REMEDY)
    for first, second in [] if found else contradictions(parts):
        sentence = f"{written(first)} and {written(second)} are never true together."
        yield subject.in_where(NEVER, second, sentence, "Join them with OR, or leave one out.")


_REMEDY: Final = "Only a WHERE that is exactly true lets the rule run."


def _why_never(part: Node, version: str, *, alone: bool) -> str:
    """Why a part of a WHERE is never true, or nothing."""
    value = constant(part, version)
    if value is not UNKNOWN:
        is_enough = value is True if alone else is_true(value)
        return "" if is_enough else _why_constant(part, value)
    if isinstance(part, tree.Logical) and part.operator == "OR":
        return _why_or(part, version)
    if isinstance(part, tree.Binary):
        reason = _why_comparison(part)
        if reason:
            return reason
    types = types_of(part)
    accepted = {"Boolean"} if alone else {"Boolean", "String"}
    return "" if types & accepted else f"it is {_named(types)} and no Boolean"


def _why_constant(part: Node, value: Any) -> str:
    reason = _why_comparison(part) if isinstance(part, tree.Binary) else ""
    return reason or f"its value is always {_shown(value)}"


def _why_or(part: tree.Logical, version: str) -> str:
    reasons = [_why_never(operand, version, alone=False) for operand in part.operands]
    if any(types_of(operand) <= {"Undefined"} or constant(operand, version) is UNDEFINED for operand in part.operands):
        return "OR beside Undefined is Undefined"
    return "none of its parts is" if all(reasons) else ""


def _why_comparison(node: tree.Binary) -> str:
    left, right = types_of(node.left), types_of(node.right)
    if node.operator in _ORDER:
        odd = next((side for side in (node.left, node.right) if not _may_be_number(side)), None)
        return f"{node.operator} compares numbers, and {written(odd)} is none" if odd is not None else ""
    if node.operator == "=" and not _classes(left) & _classes(right):
        return f"{written(node.left)} is {_named(left)} and {written(node.right)} is {_named(right)}"
    if node.operator == "IN":
        if "Array" not in right:
            return f"IN looks into an array, and {written(node.right)} is {_named(right)}"
        return "the array is empty" if node.right == tree.ArrayOf(()) else ""
    return ""


def _may_be_number(node: Node) -> bool:
    """Whether a side of `<` can be read as a number: a text can, if it is written as one."""
    if isinstance(node, tree.Literal):
        return to_number(node.value) is not UNDEFINED
    return bool(types_of(node) & (NUMBERS | {"String"}))


def _classes(types: frozenset[str]) -> set[str]:
    """Types that `=` can find the same; Int and Decimal are, Undefined never is."""
    return {_SAME.get(name, name) for name in types if name != "Undefined"}


def _named(types: frozenset[str]) -> str:
    names = sorted({_SAME.get(name, name) for name in types} - {"Undefined"}) or ["Undefined"]
    article = "an" if names[0][0] in "AO" else "a"
    return "Undefined" if names == ["Undefined"] else "Null" if names == ["Null"] else f"{article} {' or '.join(names)}"


def _shown(value: Any) -> str:
    if value is UNDEFINED:
        return "Undefined"
    return written(tree.Literal(value)) if not isinstance(value, list | dict) else str(value)


@rule_check
def null_comparisons(subject: Subject) -> Iterator[Finding]:
    """`x <> NULL` and `x = NULL`, of which the guide only says that Null <> Null is false."""
    condition = subject.statement.condition if subject.statement is not None else None
    for node in in_message(condition) if condition is not None else ():
        if (
            isinstance(node, tree.Binary)
            and node.operator in ("=", "<>")
            and tree.Literal(None) in (node.left, node.right)
        ):
            other = node.left if node.right == tree.Literal(None) else node.right
            sentence = f"{written(node)} compares with Null; it is Undefined where {written(other)} is absent."
            test = f"isNull({written(other)})"
            yield subject.in_where(WITH_NULL, node, sentence, f"Use {test if node.operator == '=' else 'NOT ' + test}.")


@rule_check
def aliases(subject: Subject) -> Iterator[Finding]:
    """A name of AS in WHERE, unless the statement shows that the payload has an attribute of that name too."""
    if subject.statement is None or subject.statement.condition is None:
        return
    named = only_aliases(subject.statement)
    for node in _asked_for(subject.statement.condition):
        if isinstance(node, tree.Path) and node.names[0] in named:
            name, value = node.names[0], written(named[node.names[0]])
            sentence = f"WHERE reads {name} from the payload, before SELECT names {value} so."
            yield subject.in_where(ALIAS, node, sentence, f"Write {value} in its place.")


def _asked_for(node: Node) -> Iterator[Node]:
    """The nodes of a WHERE, without those of which it only asks whether they are there: a mark against loops."""
    yield node
    if isinstance(node, tree.Call) and node.name.lower() in ("isundefined", "isnull", "get_or_default"):
        return
    below = (node.source,) if isinstance(node, tree.SubSelect) else children(node)
    for child in below:
        yield from _asked_for(child)


def only_aliases(statement: tree.Select) -> dict[str, Node]:
    """Names that AS gives and that neither SELECT nor SET reads as attributes, with what they stand for."""
    projection = statement.projection
    read = {names[0] for node in (*statement.settings, projection) for names in payload_names(node)}
    return {
        column.name[0]: column.value
        for column in projection.columns
        if len(column.name) == 1 and column.name[0] not in read
    }
