"""The tree of a statement, drawn with lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rules.analysis.types import type_of_value
from rules.analysis.written import quoted, written
from rules.sql import tree
from rules.sql.tree import Node, children


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of the drawing and what hangs below it."""

    label: str
    below: tuple[Branch, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The branch as JSON."""
        told: dict[str, Any] = {"node": self.label}
        return told | ({"below": [branch.as_json() for branch in self.below]} if self.below else {})

    def lines(self) -> list[str]:
        r"""The drawing.

        Example:
            >>> print("\n".join(Branch("a", (Branch("b", (Branch("c"),)), Branch("d"))).lines()))
            a
            ├─ b
            │  └─ c
            └─ d
        """
        drawn = [self.label]
        for index, branch in enumerate(self.below):
            is_last = index == len(self.below) - 1
            first, *rest = branch.lines()
            drawn.append(f"{'└─' if is_last else '├─'} {first}")
            drawn += [f"{'  ' if is_last else '│ '} {line}" for line in rest]
        return drawn


def outline(statement: tree.Select) -> Branch:
    """The drawing of a whole statement, its clauses in the order in which they are evaluated."""
    clauses = []
    if statement.topic_filter is not None:
        clauses.append(Branch(f"FROM {quoted(statement.topic_filter)}"))
    if statement.variables:
        pairs = zip(statement.variables, statement.settings, strict=True)
        clauses.append(Branch("SET", tuple(Branch(name, (_branch(value),)) for name, value in pairs)))
    if statement.condition is not None:
        clauses.append(Branch("WHERE", (_branch(statement.condition),)))
    clauses.append(_branch(statement.projection))
    return Branch("statement", tuple(clauses))


_LEAVES: Final = (tree.Literal, tree.Path, tree.Variable, tree.Star)


def _branch(node: Node) -> Branch:
    if isinstance(node, tree.Column):
        return _column(node)
    # A call of names and numbers is read more easily than drawn.
    if isinstance(node, tree.Call) and all(isinstance(argument, _LEAVES) for argument in node.arguments):
        return Branch(written(node))
    label = _LABELS[type(node)](node)
    if isinstance(node, tree.Case):
        return Branch(label, _case(node))
    if isinstance(node, tree.SubSelect):
        return Branch(label, _sub_select(node))
    return Branch(label, _all(tuple(children(node))))


def _all(nodes: Sequence[Node]) -> tuple[Branch, ...]:
    return tuple(_branch(node) for node in nodes)


def _case(node: tree.Case) -> tuple[Branch, ...]:
    branches = [
        Branch(f"WHEN {written(test)}", (_branch(result),))
        for test, result in zip(node.tests, node.results, strict=True)
    ]
    otherwise = [Branch("ELSE", (_branch(node.otherwise),))] if node.otherwise is not None else []
    return (_branch(node.subject), *branches, *otherwise)


def _sub_select(node: tree.SubSelect) -> tuple[Branch, ...]:
    alias = f" AS {node.alias}" if node.alias is not None else ""
    where = [Branch("WHERE", (_branch(node.condition),))] if node.condition is not None else []
    return (Branch(f"FROM{alias}", (_branch(node.source),)), *where, _branch(node.projection))


def _literal(node: tree.Literal) -> str:
    kind = type_of_value(node.value)
    return written(node) if kind == "Null" else f"{written(node)} ({kind})"


def _column(node: tree.Column) -> Branch:
    value = _branch(node.value)
    return Branch(f"{'.'.join(node.name)} = {value.label}", value.below) if node.name else value


_LABELS: Final[dict[type[Node], Callable[[Any], str]]] = {
    tree.Literal: _literal,
    tree.Star: lambda _: "* (everything)",
    tree.Path: lambda node: ".".join(node.names),
    tree.Variable: lambda node: node.name,
    tree.Member: lambda node: "." + ".".join(node.names),
    tree.Call: lambda node: f"{node.name}()",
    tree.Cast: lambda node: f"cast AS {node.type_name}",
    tree.ArrayOf: lambda _: "[…]",
    tree.ObjectOf: lambda node: "{" + ", ".join(node.keys) + "}",
    tree.Unary: lambda node: node.operator,
    tree.Binary: lambda node: node.operator,
    tree.Logical: lambda node: node.operator,
    tree.Case: lambda _: "CASE",
    tree.SubSelect: lambda _: "sub-select",
    tree.Exists: lambda _: "EXISTS",
    tree.Projection: lambda node: "SELECT VALUE" if node.is_value else "SELECT",
}
