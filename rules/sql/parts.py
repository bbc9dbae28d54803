"""A substitution template, cut into plain text and the expressions of `${…}`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rules.sql.errors import SqlError

_OPENING: Final = "${"
# A string in either quotes, or a brace: all that matters for finding the end of an expression.
_WORD: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|[{}]")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a template.

    Args:
        start: where it starts in the template [characters]; of an expression, behind the `${`.
        text: the plain text, or the expression.
        is_expression: which of the two.
    """

    start: int
    text: str
    is_expression: bool


def split(template: str) -> list[Part]:
    """The parts of a template, empty ones left out.

    Raises:
        SqlError: a `${` never ends.

    Example:
        >>> [part.text for part in split("a/${topic(2)}/b")]
        ['a/', 'topic(2)', '/b']
    """
    found: list[Part] = []
    start = 0
    # `$$` begins a reserved topic, which is no template.
    while (opening := template.find(_OPENING, start)) >= 0:
        closing = _closing(template, opening)
        inside = opening + len(_OPENING)
        found += [Part(start, template[start:opening], False), Part(inside, template[inside:closing], True)]
        start = closing + 1
    found.append(Part(start, template[start:], False))
    return [part for part in found if part.text or part.is_expression]


def _closing(template: str, opening: int) -> int:
    """Where the brace closes that opens an expression; braces in strings do not count."""
    depth = 1
    for match in _WORD.finditer(template, opening + len(_OPENING)):
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        if depth == 0:
            return match.start()
    raise SqlError("this part never ends", text=template, position=opening, expected="a closing }")
