"""What AWS refuses although it can be read: constructs in the wrong place, or of a later version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.sql import tree
from rules.sql.errors import SqlError
from rules.sql.lexer import tokens
from rules.sql.tree import Node, children

LOOK_UPS: Final = frozenset(
    (
        "aws_lambda",
        "get_dynamodb",
        "get_registry_data",
        "get_secret",
        "get_thing_shadow",
        "machinelearning_predict",
    )
)

NEWER: Final = frozenset(
    (
        "decode",
        "encode",
        "get_dynamodb",
        "get_or_default",
        "get_registry_data",
        "get_thing_shadow",
        "indexof",
        "isundefined",
        "length",
        "numbytes",
        "parse_time",
        "sourceip",
        "time_to_epoch",
        "transform",
    )
)
"""Functions that the guide marks as supported by version 2016-03-23 and later."""


def refuse_look_up_as_default(call: tree.Call, text: str) -> None:
    """Refuse a ``get_or_default()`` whose default asks the world outside, as the guide's note does.

    Raises:
        SqlError: it does so.
    """
    if call.name.lower() != "get_or_default":
        return
    for node in (found for default in call.arguments[1:] for found in _all(default)):
        if isinstance(node, tree.Call) and _looks_up(node):
            raise SqlError(
                f"{node.name}() cannot be a default",
                text=text,
                position=node.position,
                hint="A default may not fail; put the look-up in front of it, or into a variable.",
            )


def _looks_up(call: tree.Call) -> bool:
    name = call.name.lower()
    return name in LOOK_UPS or (name == "decode" and tree.Literal("proto") in call.arguments[1:2])


def refuse_newer(root: Node, text: str) -> None:
    """Refuse what version 2015-10-08 does not have: some functions, and arrays and objects written out.

    Raises:
        SqlError: the tree has one of them.
    """
    for node in _all(root):
        if isinstance(node, tree.Call) and node.name.lower() in NEWER:
            _refuse(f"version 2015-10-08 has no {node.name}()", text, node.position)
        if isinstance(node, tree.ArrayOf | tree.ObjectOf):
            brackets = (token.position for token in tokens(text) if token.kind == "symbol" and token.text in "[{")
            _refuse("version 2015-10-08 has no arrays and objects as literals", text, next(brackets, 0))


def _refuse(problem: str, text: str, position: int) -> None:
    raise SqlError(problem, text=text, position=position, hint="Use version 2016-03-23.")


def _all(root: Node) -> Iterator[Node]:
    """All nodes of a tree, without a stack of calls: trees may be tall."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node))
