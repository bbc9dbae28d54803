"""Turns trees into closures, once, so that no message ever meets a tree.

A closure takes the row that names refer to (the message, or the element of a sub-select) and the run.
"""

from __future__ import annotations

from typing import NoReturn

from rules.sql import projection, tree
from rules.sql.conversions import to_boolean
from rules.sql.errors import SqlError
from rules.sql.nodes import COMPILERS, MAX_PROTOBUF_CALLS, Scope
from rules.sql.run import Closure, Run
from rules.sql.tree import Node
from rules.sql.values import UNDEFINED, Value


class Compiler:
    """Compiles the expressions of one statement.

    Args:
        text: the statement, for errors.
        version: the version of the language.
        variables: the variables that may be used.
        is_template: whether this is a substitution template, which may not decode protobuf.
    """

    def __init__(self, text: str, version: str, variables: tuple[str, ...] = (), *, is_template: bool = False) -> None:
        self.text = text
        self.version = version
        self.variables = list(variables)
        self.protobuf_calls = MAX_PROTOBUF_CALLS if is_template else 0

    def compile(self, node: Node, scope: Scope) -> Closure:
        """The closure of an expression.

        Raises:
            SqlError: the expression names a function, a type or a variable that does not exist.
        """
        return COMPILERS[type(node)](self, node, scope)

    def compile_all(self, nodes: tuple[Node, ...], scope: Scope) -> tuple[Closure, ...]:
        """The closures of some expressions."""
        return tuple([self.compile(node, scope) for node in nodes])

    def condition(self, node: Node | None, scope: Scope) -> Closure | None:
        """The closure of a WHERE, which is True exactly for what passes.

        A WHERE asks only for True, so a chain of AND may stop at the first part that is not.
        """
        if not isinstance(node, tree.Logical) or node.operator != "AND":
            return None if node is None else self.compile(node, scope)
        parts = self.compile_all(node.operands, scope)

        def passes(row: Value, run: Run) -> bool:
            for part in parts:
                value = part(row, run)
                # AND takes the string "true" for true, a WHERE alone does not.
                if value is not True and to_boolean(value) is not True:
                    return False
            return True

        return passes

    def project(self, node: tree.Projection, scope: Scope) -> Closure:
        """The closure of a SELECT list."""
        if node.is_value or (len(node.columns) == 1 and not node.columns[0].name):
            return self._whole(node.columns[0].value, scope)
        columns = [(column.name, self.compile(column.value, scope)) for column in node.columns]
        return projection.columns(columns)

    def _whole(self, node: Node, scope: Scope) -> Closure:
        """A result that is one value; a payload that is not JSON passes through ``*`` as it came."""
        if isinstance(node, tree.Star) and scope.is_message:
            return lambda row, run: run.message.payload if row is UNDEFINED else row
        return self.compile(node, scope)

    def fail(self, problem: str, position: int, *, hint: str | None = None) -> NoReturn:
        """Raise the SqlError for a spot of the statement."""
        raise SqlError(problem, text=self.text, position=position, hint=hint)
