"""Writes statements as Python functions, once, so that no message ever meets a tree.

Of a rule with ``WHERE temp > 40`` this becomes, with the constants put back in their places::

    def apply(message, services=None):
     try:
      r1 = message.value
      g2 = r1.get if type(r1) is dict else nothing
      t3 = g2('temp', UNDEFINED)
      t4 = t3 > Decimal(40) if type(t3) is Decimal else t3 > 40 if type(t3) is int else greater(t3, 40)
      if t4 is not True: return NO_MATCH
      …
     except RecursionError as error: raise EvaluationError('The values nest too deeply.') from error

``code`` knows how such lines are kept, ``nodes`` and ``calls`` write them for each kind of node, ``runtime`` has what
they call. Closures made of closures were tried before: a quarter of the speed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NoReturn

from rules.sql import projection, tree
from rules.sql.code import Body, Kind, Module, Operand
from rules.sql.errors import SqlError
from rules.sql.nodes import WRITERS, Scope, as_truth
from rules.sql.runtime import MAX_VARIABLE_BYTES
from rules.sql.tree import Node

_RUN: Final = re.compile(r"\brun\b")


class Compiler:
    """Writes the expressions of one statement, or of one part of a template.

    Args:
        text: the statement, for errors.
        version: the version of the language.
        variables: the variables that may be used, and the locals that hold them.
        protobuf_calls: how many of those that a statement may have are used up.

    Attributes:
        looks_up: whether anything written so far asks the world outside.
    """

    def __init__(
        self, text: str, version: str, variables: dict[str, Operand] | None = None, *, protobuf_calls: int = 0
    ) -> None:
        self.text = text
        self.version = version
        self.variables = variables or {}
        self.protobuf_calls = protobuf_calls
        self.looks_up = False

    def write(self, body: Body, node: Node, scope: Scope) -> Operand:
        """Write the lines of an expression.

        Raises:
            SqlError: the expression names a function, a type or a variable that does not exist.
        """
        return WRITERS[type(node)](self, body, node, scope)

    def write_all(self, body: Body, nodes: Sequence[Node], scope: Scope) -> list[Operand]:
        """Write some expressions, one after the other."""
        return [self.write(body, node, scope) for node in nodes]

    def write_variables(self, body: Body, select: tree.Select, scope: Scope) -> str:
        """Write the SET of a statement; the values as the source of a tuple."""
        body.line(f"budget = {MAX_VARIABLE_BYTES}")
        for name, node in zip(select.variables, select.settings, strict=True):
            value = self.write(body, node, scope)
            body.line(f"budget = spend(budget, {body.module.constant(name)}, {value.code})")
            # A variable sees those before it only.
            self.variables[name] = value
        return f"({''.join(f'{value.code}, ' for value in self.variables.values())})"

    def write_condition(self, body: Body, node: Node | None, scope: Scope, leave: str) -> None:
        """Write a WHERE: a row that does not pass leaves by the given line.

        A WHERE asks only for True, so a chain of AND stops at the first part that is not.
        """
        if isinstance(node, tree.Logical) and node.operator == "AND":
            for part in node.operands:
                # AND takes the string "true" for true, a WHERE alone does not.
                body.line(f"if {as_truth(body, self.write(body, part, scope)).code} is not True: {leave}")
        elif node is not None:
            body.line(f"if {self.write(body, node, scope).code} is not True: {leave}")

    def write_projection(self, body: Body, node: tree.Projection, scope: Scope) -> Operand:
        """Write a SELECT list."""
        if node.is_value or (len(node.columns) == 1 and not node.columns[0].name):
            return self._write_whole(body, node.columns[0].value, scope)
        return projection.columns(body, [(each.name, self._write_column(body, each, scope)) for each in node.columns])

    def _write_column(self, body: Body, column: tree.Column, scope: Scope) -> Operand:
        value = self.write(body, column.value, scope)
        if column.name or not scope.is_message:
            return value
        # A `*` beside other columns: the guide lets an empty payload have data added.
        return body.let(f"{value.code} if message.payload else {{}}", Kind.OTHER)

    def _write_whole(self, body: Body, node: Node, scope: Scope) -> Operand:
        """A result that is one value; a payload that is not JSON passes through ``*`` as it came."""
        if isinstance(node, tree.Star) and scope.is_message:
            row = scope.row.code
            return body.let(f"message.payload if {row} is UNDEFINED else {row}", Kind.DEFINED)
        return self.write(body, node, scope)

    def fail(self, problem: str, position: int, *, hint: str | None = None) -> NoReturn:
        """Raise the SqlError for a spot of the statement."""
        raise SqlError(problem, text=self.text, position=position, hint=hint)


@contextmanager
def function_of_message(module: Module, name: str) -> Iterator[tuple[Body, Scope]]:
    """Write a function of a message and its services.

    Args:
        module: where it goes.
        name: its name.
    """
    body = Body(module)
    row = Operand(body.local("r"))
    body.line(f"{row.code} = message.value")
    yield body, Scope.of(body, row)
    # Only statements that visit arrays or ask the world outside have something to keep count of.
    run = ["run = Run(services)"] if any(map(_RUN.search, body.lines)) else []
    lines = [f" {line}" for line in body.lines if line]
    end = "except RecursionError as error: raise EvaluationError('The values nest too deeply.') from error"
    module.function(name, "message, services=None", [*run, "try:", *lines, end])


def title_of(text: str) -> str:
    """What a traceback calls the functions of a text."""
    return f"aws-iot-sql-{zlib.crc32(text.encode('utf-8', 'replace')):08x}.py"
