"""What a statement means, as a tree of frozen records: the parser grows it, the compiler walks it once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Literal as OneOf
from typing import TypeAlias

from rules.sql.values import Value

Names: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """Anything that has a value."""


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, string, boolean or Null that is written out."""

    value: Value


@dataclass(frozen=True, slots=True)
class Star(Node):
    """``*``: the whole message, or the whole element of a sub-select."""


@dataclass(frozen=True, slots=True)
class Path(Node):
    """``a.b.c``: an attribute, step by step."""

    names: Names


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """``@name``: a value that SET has given."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Member(Node):
    """``base.a.b``: attributes of any other expression."""

    base: Node
    names: Names


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``function(a, b)``."""

    name: str
    arguments: tuple[Node, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Cast(Node):
    """``cast(operand AS type)``."""

    operand: Node
    type_name: str
    position: int


@dataclass(frozen=True, slots=True)
class ArrayOf(Node):
    """``[a, b]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ObjectOf(Node):
    """``{'key': a}``."""

    keys: Names
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """``-a`` or ``NOT a``."""

    operator: OneOf["-", "NOT"]
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Two operands and arithmetic, a comparison or IN between them."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logical(Node):
    """A chain of AND or of OR: one record, however long, so that it never nests."""

    operator: OneOf["AND", "OR"]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Case(Node):
    """``CASE subject WHEN t THEN r ... ELSE otherwise END``."""

    subject: Node
    tests: tuple[Node, ...]
    results: tuple[Node, ...]
    otherwise: Node | None


@dataclass(frozen=True, slots=True)
class Column(Node):
    """One item of a SELECT list; its name is a path, and empty for a bare ``*``."""

    value: Node
    name: Names


@dataclass(frozen=True, slots=True)
class Projection(Node):
    """The SELECT list; with VALUE it is a single column without a name."""

    columns: tuple[Column, ...]
    is_value: bool


@dataclass(frozen=True, slots=True)
class SubSelect(Node):
    """``(SELECT ... FROM source AS alias WHERE condition)``."""

    projection: Projection
    source: Node
    alias: str | None
    condition: Node | None
    position: int


@dataclass(frozen=True, slots=True)
class Exists(Node):
    """``EXISTS (SELECT ...)``."""

    query: SubSelect


@dataclass(frozen=True, slots=True)
class Select(Node):
    """A whole statement."""

    variables: Names
    settings: tuple[Node, ...]
    projection: Projection
    topic_filter: str | None
    condition: Node | None


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below a node."""
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Node))


def height(node: Node) -> int:
    """How many levels a tree has; counted level by level, since it may be too tall to recurse.

    Example:
        >>> height(Unary("-", Literal(1)))
        2
    """
    level, count = [node], 0
    while level:
        count += 1
        level = [child for parent in level for child in children(parent)]
    return count
