"""Questions about a tree that nobody has to evaluate: what it reads, calls and depends on."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from rules.sql import tree
from rules.sql.checks import LOOK_UPS
from rules.sql.functions import FUNCTIONS
from rules.sql.tree import Names, Node, children

_NEVER_THE_SAME: Final = frozenset(("rand", "newuuid"))
_OF_THE_MESSAGE: Final = frozenset(name for name, function in FUNCTIONS.items() if function.style == "message")
_VARYING: Final = _OF_THE_MESSAGE | _NEVER_THE_SAME | LOOK_UPS
"""Functions whose answer does not follow from their arguments."""


def nodes(root: Node) -> Iterator[Node]:
    """A node and everything below it, in the order of the text.

    Example:
        >>> from rules.sql.parser import parse_expression
        >>> [type(node).__name__ for node in nodes(parse_expression("a + f(b)"))]
        ['Binary', 'Path', 'Call', 'Path']
    """
    yield root
    for child in children(root):
        yield from nodes(child)


def calls(root: Node) -> Iterator[tree.Call]:
    """All calls of functions."""
    return (node for node in nodes(root) if isinstance(node, tree.Call))


def payload_names(root: Node) -> Iterator[Names]:
    """The attributes of the message that are read; those of the elements of sub-selects are not among them.

    Example:
        >>> from rules.sql.parser import parse_expression
        >>> list(payload_names(parse_expression("a.b + (SELECT VALUE c FROM d)")))
        [('a', 'b'), ('d',)]
    """
    for node in in_message(root):
        if isinstance(node, tree.Path):
            yield node.names


def in_message(root: Node) -> Iterator[Node]:
    """As `nodes`, without the inside of sub-selects, where names mean something else."""
    yield root
    below = (root.source,) if isinstance(root, tree.SubSelect) else children(root)
    for child in below:
        yield from in_message(child)


def parts(statement: tree.Select) -> Iterator[tuple[str, Node]]:
    """The expressions of a statement with the clause in which they stand: SET, SELECT, WHERE."""
    for value in statement.settings:
        yield "SET", value
    for column in statement.projection.columns:
        yield "SELECT", column.value
    if statement.condition is not None:
        yield "WHERE", statement.condition


def conjuncts(condition: Node | None) -> tuple[Node, ...]:
    """The parts of a WHERE that all have to be true."""
    if condition is None:
        return ()
    is_chain = isinstance(condition, tree.Logical) and condition.operator == "AND"
    if not is_chain:
        return (condition,)
    return tuple(part for operand in condition.operands for part in conjuncts(operand))  # type: ignore[attr-defined]


def is_constant(root: Node) -> bool:
    """Whether an expression has the same value for every message."""
    varying = tree.Path | tree.Star | tree.Variable | tree.SubSelect
    return not any(
        isinstance(node, varying) or (isinstance(node, tree.Call) and node.name.lower() in _VARYING)
        for node in nodes(root)
    )


def is_steady(root: Node) -> bool:
    """Whether an expression gives the same value when it is written twice for one message."""
    return not any(call.name.lower() in _NEVER_THE_SAME for call in calls(root))


MANY: Final = 99
"""Calls inside a sub-select, which runs for each element: more than one, whatever their number."""


def most_calls(node: Node, names: Collection[str], per_element: int = MANY) -> int:
    """How often some functions can run in one evaluation: of the branches of a CASE only one counts.

    Args:
        node: the expression.
        names: of the functions, in lower case.
        per_element: how often a call counts that a sub-select makes for each element.

    Example:
        >>> from rules.sql.parser import parse_expression
        >>> most_calls(parse_expression("CASE a WHEN 1 THEN f(b) ELSE f(c) END"), ["f"])
        1
    """
    here = 1 if isinstance(node, tree.Call) and node.name.lower() in names else 0

    def most(part: Node | None) -> int:
        return 0 if part is None else most_calls(part, names, per_element)

    if isinstance(node, tree.Case):
        always = most(node.subject) + sum(map(most, node.tests))
        return always + max(map(most, (*node.results, node.otherwise)))
    if isinstance(node, tree.SubSelect):
        return most(node.source) + per_element * (most(node.projection) + most(node.condition))
    return here + sum(map(most, children(node)))
