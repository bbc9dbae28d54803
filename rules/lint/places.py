"""Where in a text an expression stands, though its tree does not say so."""

from __future__ import annotations

from rules.analysis.walk import nodes
from rules.analysis.written import written
from rules.sql import SqlError
from rules.sql.lexer import Token, tokens
from rules.sql.tree import Node


def locate(node: Node, text: str, start: int = 0) -> int:
    """Where an expression starts in the text that it was parsed from [characters]; `start` where that cannot be told.

    Args:
        node: the expression.
        text: the text.
        start: where in the text to begin to look [characters].

    Example:
        >>> from rules.sql.parser import parse_expression
        >>> locate(parse_expression("b  <> 1"), "SELECT a WHERE b <>   1")
        15
    """
    try:
        words = [word for word in tokens(text)[:-1] if word.position >= start]
        wanted = tokens(written(node))[:-1]
    except SqlError:
        return start
    position = getattr(node, "position", None)
    if isinstance(position, int):
        return position
    found = _place_of(wanted, words)
    if found is not None:
        return found
    # Brackets that the tree does not keep stand in the way: the first part of it that is found has to do.
    for part in nodes(node):
        found = _place_of(tokens(written(part))[:-1], words) if part is not node else None
        if found is not None:
            return found
    return start


def where_position(text: str) -> int:
    """Where the WHERE of the statement itself starts, not one of a sub-select; 0 without one.

    Example:
        >>> where_position("SELECT (SELECT a FROM b WHERE c) FROM 't' WHERE d")
        42
    """
    depth = 0
    for word in tokens(text):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(word.text, 0)
        if word.word == "WHERE" and depth == 0:
            return word.position
    return 0


def _place_of(wanted: list[Token], words: list[Token]) -> int | None:
    keys, all_keys = [_key(word) for word in wanted], [_key(word) for word in words]
    for start in range(len(words) - len(wanted) + 1):
        if all_keys[start : start + len(keys)] == keys:
            return words[start].position
    return None


def _key(word: Token) -> str:
    # Strings may stand in either quotes, keywords in any case.
    if word.kind == "string":
        return f"'{word.string}"
    return word.word or word.text
