"""What a statement needs and gives: names, look-ups, the order of its WHERE, the shape of its result."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rules.analysis.types import ANY, types_of
from rules.analysis.walk import calls, conjuncts, nodes, parts, payload_names
from rules.analysis.written import written
from rules.sql import tree
from rules.sql.checks import looks_up
from rules.sql.tree import Node

LIMITS: Final[dict[str, str]] = {
    "aws_lambda": "invokes a Lambda function; AWS waits 2000 ms",
    "decode": "reads a descriptor of at most 32 KB from S3; at most twice in a statement",
    "get_dynamodb": "reads an item; once in a statement, items above 8 KB may fail",
    "get_registry_data": "asks the registry; once in a statement",
    "get_secret": "reads a secret; AWS keeps it for 15 minutes",
    "get_thing_shadow": "reads a shadow",
    "machinelearning_predict": "asks a model of Amazon ML",
}
"""Functions that ask outside, with AWS's limits (AWS IoT developer guide, "Functions"; AWS General Reference)."""


def names_read(roots: Iterable[Node]) -> list[str]:
    """The attributes of the payload that are read, sorted; `*` where all of it is.

    Example:
        >>> from rules.sql.parser import parse_expression
        >>> names_read([parse_expression("b.c + a + b.c")])
        ['a', 'b.c']
    """
    roots = list(roots)
    whole = ["*"] if any(isinstance(node, tree.Star) for root in roots for node in nodes(root)) else []
    return whole + sorted({".".join(names) for root in roots for names in payload_names(root)})


def look_ups(roots: Iterable[Node]) -> list[tuple[str, str]]:
    """Each function that asks outside, as it is written, with what it does and its limits."""
    found = [call for root in roots for call in calls(root) if looks_up(call)]
    return list(dict.fromkeys((written(call), LIMITS[call.name.lower()]) for call in found))


def order(statement: tree.Select) -> list[str]:
    """What is evaluated before SELECT, step by step."""
    settings = zip(statement.variables, statement.settings, strict=True)
    return [f"SET {name} = {written(value)}" for name, value in settings] + [
        written(part) for part in conjuncts(statement.condition)
    ]


def result_shape(projection: tree.Projection) -> list[tuple[str, str]]:
    """The attributes of the result with their types; a lone value has no name.

    Example:
        >>> from rules.sql.parser import parse
        >>> result_shape(parse("SELECT *, topic(2) AS line, temp FROM 'a/+'").projection)
        [('*', 'all attributes of the payload'), ('line', 'String'), ('temp', 'as in the payload')]
    """
    if projection.is_value:
        return [("", _types(projection.columns[0].value))]
    if len(projection.columns) == 1 and not projection.columns[0].name:
        return [("", "the payload as it came")]
    return [(".".join(column.name) or "*", _column_types(column)) for column in projection.columns]


def _column_types(column: tree.Column) -> str:
    return _types(column.value) if column.name else "all attributes of the payload"


def _types(node: Node) -> str:
    types = types_of(node)
    if types == ANY:
        return "as in the payload" if isinstance(node, tree.Path | tree.Star) else "any type"
    return " or ".join(sorted(types - {"Undefined"})) or "Undefined"


def all_roots(statement: tree.Select) -> list[Node]:
    """The expressions of a statement."""
    return [root for _, root in parts(statement)]
