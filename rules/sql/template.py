"""Substitution templates: texts of actions with ``${expression}`` in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from rules.sql.calls import MAX_PROTOBUF_CALLS
from rules.sql.checks import refuse_newer
from rules.sql.code import Body, Module, Operand
from rules.sql.compiler import Compiler, function_of_message, title_of
from rules.sql.errors import SqlError
from rules.sql.message import Message
from rules.sql.nodes import Scope
from rules.sql.parser import parse_expression
from rules.sql.parts import Part, split
from rules.sql.runtime import NAMESPACE
from rules.sql.services import Services
from rules.sql.values import OLDEST_VERSION, Value

ValuesOf = Callable[[Message, Services | None], tuple[Value, ...]]
"""The variables of a statement for a message."""


class Render(Protocol):
    """What ``Template.render`` is."""

    def __call__(self, message: Message, services: Services | None = None) -> str:
        """The text for one message."""


class Template:
    """A text whose ``${...}`` parts are evaluated for each message.

    Args:
        text: the template as the rule has it.
        version: the version of the language.
        variables: the variables of the statement that it belongs to.
        values_of: tells their values.

    Raises:
        SqlError: some part is not an expression.

    Attributes:
        is_constant: whether it has no such part.
        looks_up: whether some part asks the world outside.
        render: the text for one message; EvaluationError where some part fails for it.
    """

    render: Render

    def __init__(self, text: str, version: str, variables: Sequence[str], values_of: ValuesOf) -> None:
        self.text = text
        self.looks_up = False
        parts = split(text)
        self.is_constant = not any(part.is_expression for part in parts)
        if self.is_constant:
            self.render = lambda _message, _services=None: text
            return
        module = Module({**NAMESPACE, "values_of": values_of})
        with function_of_message(module, "render") as (body, scope):
            values = {name: Operand(body.local()) for name in variables}
            set_values = body.reserve()
            shown = [self._shown(body, scope, part, version, values) for part in parts]
            body.line(f"return ''.join(({', '.join(shown)},))")
            if any(value.code in _LOCALS.findall("\n".join(body.lines)) for value in values.values()):
                listed = "".join(f"{value.code}, " for value in values.values())
                set_values(f"{listed}= values_of(message, services)")
        self.render = module.built(title_of(text))["render"]

    def _shown(self, body: Body, scope: Scope, part: Part, version: str, values: dict[str, Operand]) -> str:
        """What stands in the result for a part: a constant or a call."""
        if not part.is_expression:
            return body.module.constant(part.text)
        compiler = Compiler(part.text, version, values, protobuf_calls=MAX_PROTOBUF_CALLS)
        try:
            expression = parse_expression(part.text)
            if version == OLDEST_VERSION:
                refuse_newer(expression, part.text)
            value = compiler.write(body, expression, scope)
        except SqlError as error:
            raise SqlError(
                error.problem,
                text=self.text,
                position=part.start + error.position,
                expected=error.expected,
                hint=error.hint,
            ) from error
        self.looks_up |= compiler.looks_up
        return f"shown({value.code})"


_LOCALS: Final = re.compile(r"\bt\d+\b")
