"""Parts of a WHERE that exclude each other: `x = 1 AND x = 2`, `x > 5 AND x < 3`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any, Final

from rules.analysis.walk import is_steady
from rules.analysis.written import written
from rules.sql import UNDEFINED, tree
from rules.sql.conversions import to_number
from rules.sql.operators import BINARY, equal
from rules.sql.tree import Node

_MIRRORED: Final = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>"}


@dataclass(frozen=True, slots=True)
class Bound:
    """`subject operator value`, with the value written out in the statement."""

    subject: str
    operator: str
    value: Any
    node: Node


def contradictions(parts: Sequence[Node]) -> Iterator[tuple[Node, Node]]:
    """Pairs of parts that no value satisfies together; each part is told once.

    Example:
        >>> from rules.sql.parser import parse_expression
        >>> from rules.analysis.walk import conjuncts
        >>> parts = conjuncts(parse_expression("a > 5 AND b = 1 AND 3 > a"))
        >>> [(written(first), written(second)) for first, second in contradictions(parts)]
        [('a > 5', '3 > a')]
    """
    bounds = [bound for part in parts if (bound := _bound(part)) is not None]
    told: list[Node] = []
    for first, second in combinations(bounds, 2):
        if first.subject == second.subject and not _compatible(first, second) and second.node not in told:
            told.append(second.node)
            yield first.node, second.node


def _bound(part: Node) -> Bound | None:
    if not isinstance(part, tree.Binary) or part.operator not in _MIRRORED or not is_steady(part):
        return None
    left, right = part.left, part.right
    if isinstance(right, tree.Literal) and not isinstance(left, tree.Literal):
        return Bound(written(left), part.operator, right.value, part)
    if isinstance(left, tree.Literal) and not isinstance(right, tree.Literal):
        return Bound(written(right), _MIRRORED[part.operator], left.value, part)
    return None


def _compatible(first: Bound, second: Bound) -> bool:
    """Whether some value satisfies both; where that is not sure, yes."""
    if first.operator == "=":
        return _satisfies(first.value, second)
    if second.operator == "=":
        return _satisfies(second.value, first)
    if "<>" in (first.operator, second.operator):
        return True
    return _overlap(first, second)


def _satisfies(value: Any, bound: Bound) -> bool:
    if bound.operator == "=":
        return equal(value, bound.value) is True
    if bound.operator == "<>":
        return equal(value, bound.value) is not True
    number, limit = to_number(value), to_number(bound.value)
    if number is UNDEFINED or limit is UNDEFINED:
        return False
    return BINARY[bound.operator](number, limit) is True


def _overlap(first: Bound, second: Bound) -> bool:
    below = first if first.operator.startswith("<") else second
    above = second if below is first else first
    if first.operator[0] == second.operator[0]:
        return True
    upper, lower = to_number(below.value), to_number(above.value)
    if upper is UNDEFINED or lower is UNDEFINED:
        return True
    both_closed = below.operator == "<=" and above.operator == ">="
    return bool(Decimal(lower) < Decimal(upper) or (lower == upper and both_closed))
