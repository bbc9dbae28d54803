"""Substitution templates: texts of actions with ``${expression}`` in them."""

from __future__ import annotations

import re
from typing import Final

from rules.sql.compiler import Compiler
from rules.sql.conversions import to_text
from rules.sql.errors import SqlError
from rules.sql.nodes import Scope
from rules.sql.parser import parse_expression
from rules.sql.run import Closure, Run
from rules.sql.values import UNDEFINED, Value

_OPENING: Final = "${"
# A string in either quotes, or a brace: all that matters for finding the end of a part.
_WORD: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[{}]")


class Template:
    """A text whose ``${...}`` parts are evaluated for each message.

    Args:
        text: the template as the rule has it.
        version: the version of the language.
        variables: the variables of the statement that it belongs to.

    Raises:
        SqlError: some part is not an expression.
    """

    def __init__(self, text: str, version: str, variables: tuple[str, ...]) -> None:
        self.text = text
        self._parts = [
            _compiled(text, start, end, version, variables) if is_expression else text[start:end]
            for start, end, is_expression in _split(text)
        ]
        self.is_constant = all(isinstance(part, str) for part in self._parts)

    def render(self, row: Value, run: Run) -> str:
        """The text for one message."""
        return "".join([part if isinstance(part, str) else _shown(part(row, run)) for part in self._parts])


def _shown(value: Value) -> str:
    """A value inside a text: Undefined is nothing at all, as it is when it is sent alone."""
    if value is UNDEFINED:
        return ""
    return "null" if value is None else str(to_text(value))


def _split(text: str) -> list[tuple[int, int, bool]]:
    """The parts of a template, as places in the text, and whether each is an expression."""
    parts = []
    start = 0
    while (opening := text.find(_OPENING, start)) >= 0:
        parts.append((start, opening, False))
        closing = _closing(text, opening)
        parts.append((opening + len(_OPENING), closing, True))
        start = closing + 1
    parts.append((start, len(text), False))
    return parts


def _closing(text: str, opening: int) -> int:
    """Where the brace closes that opens a part; braces in strings do not count."""
    depth = 1
    for match in _WORD.finditer(text, opening + len(_OPENING)):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        if depth == 0:
            return match.start()
    raise SqlError("this part never ends", text=text, position=opening, expected="a closing }")


def _compiled(text: str, start: int, end: int, version: str, variables: tuple[str, ...]) -> Closure:
    expression = text[start:end]
    try:
        compiler = Compiler(expression, version, variables, is_template=True)
        return compiler.compile(parse_expression(expression), Scope())
    except SqlError as error:
        raise SqlError(
            error.problem,
            text=text,
            position=start + error.position,
            expected=error.expected,
            hint=error.hint,
        ) from error
