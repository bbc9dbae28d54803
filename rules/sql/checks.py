"""What the language knows of its own constructs: which ask the world outside, which are not in every version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.sql import tree
from rules.sql.errors import SqlError
from rules.sql.functions import FUNCTIONS
from rules.sql.lexer import tokens
from rules.sql.tree import Node, children

LOOK_UPS: Final = frozenset(name for name, function in FUNCTIONS.items() if function.looks_up)
"""Functions that always ask a service outside; `decode()` does so for protobuf only."""

NEWER_FUNCTIONS: Final = frozenset(
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

_NEWER_CASTS: Final = frozenset(("decimal", "bool", "boolean"))


def is_protobuf(call: tree.Call) -> bool:
    """Whether a call decodes protobuf, with a descriptor that it reads from S3.

    Example:
        >>> is_protobuf(tree.Call("Decode", (tree.Path(("a",)), tree.Literal("proto")), 0))
        True
    """
    return call.name.lower() == "decode" and tree.Literal("proto") in call.arguments[1:2]


def looks_up(node: Node) -> bool:
    """Whether a node itself asks the world outside; those below it are not asked."""
    return isinstance(node, tree.Call) and (node.name.lower() in LOOK_UPS or is_protobuf(node))


def newer_feature(node: Node) -> str:
    """What version 2015-10-08 lacks of a node itself, or nothing (AWS IoT developer guide, "SQL versions", "Literals").

    Example:
        >>> newer_feature(tree.Call("isUndefined", (), 0)), newer_feature(tree.Call("upper", (), 0))
        ('isUndefined()', '')
    """
    if isinstance(node, tree.SubSelect):
        return "sub-selects"
    if isinstance(node, tree.Call) and node.name.lower() in NEWER_FUNCTIONS:
        return f"{node.name}()"
    if isinstance(node, tree.ArrayOf | tree.ObjectOf):
        return "arrays and objects written out"
    if isinstance(node, tree.Cast) and node.type_name.lower() in _NEWER_CASTS:
        return f"cast to {node.type_name}"
    return ""


def refuse_newer(root: Node, text: str) -> None:
    """Refuse what version 2015-10-08 does not have.

    Raises:
        SqlError: the tree has one of them.
    """
    for node in _all(root):
        feature = newer_feature(node)
        if feature:
            problem = f"version 2015-10-08 has no {feature}"
            raise SqlError(problem, text=text, position=_position(node, text), hint="Use version 2016-03-23.")


def _position(node: Node, text: str) -> int:
    """Where a node starts; of an array or object that is written out, which does not know, the first bracket."""
    position: int | None = getattr(node, "position", None)
    brackets = (token.position for token in tokens(text) if token.kind == "symbol" and token.text in "[{")
    return next(brackets, 0) if position is None else position


def refuse_look_up_as_default(call: tree.Call, text: str) -> None:
    """Refuse a ``get_or_default()`` whose default asks the world outside, as the guide's note does.

    Raises:
        SqlError: it does so.
    """
    if call.name.lower() != "get_or_default":
        return
    for node in (found for default in call.arguments[1:] for found in _all(default)):
        if isinstance(node, tree.Call) and looks_up(node):
            raise SqlError(
                f"{node.name}() cannot be a default",
                text=text,
                position=node.position,
                hint="A default may not fail; put the look-up in front of it, or into a variable.",
            )


def _all(root: Node) -> Iterator[Node]:
    """All nodes of a tree, without a stack of calls: trees may be tall."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node))
