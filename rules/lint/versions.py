"""A rule of version 2015-10-08 that uses what came later.

Sources: AWS IoT developer guide, "SQL versions", "Literals", and the versions that "Functions" names for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.lint.finding import Finding
from rules.lint.registry import kind, rule_check
from rules.lint.subject import DEFAULT_VERSION, Subject
from rules.sql import tree
from rules.sql.tree import Node
from rules.walk import nodes

NEWER = kind("newer-than-version", "error", "A feature of version 2016-03-23 in a rule of version 2015-10-08.")
_NEWER_CASTS: Final = frozenset(("decimal", "bool", "boolean"))
_NEWER_FUNCTIONS: Final = frozenset(
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
        "time_to_epoch",
        "transform",
    )
)
_REMEDY: Final = 'Write "awsIotSqlVersion": "2016-03-23".'


@rule_check
def version_problems(subject: Subject) -> Iterator[Finding]:
    """Sub-selects, VALUE, written arrays, newer functions and casts where AWS reads the first version."""
    if subject.version != DEFAULT_VERSION or subject.statement is None:
        return
    for feature, node in _newer(subject):
        sentence = f"AWS reads this rule as version {DEFAULT_VERSION}, which has no {feature}."
        yield subject.in_sql(NEWER, node, sentence, _REMEDY)


def _newer(subject: Subject) -> Iterator[tuple[str, Node]]:
    if subject.statement is not None and subject.statement.projection.is_value:
        yield "SELECT VALUE", subject.statement.projection.columns[0].value
    for _, root in subject.clauses():
        for node in nodes(root):
            feature = _feature(node)
            if feature:
                yield feature, node


def _feature(node: Node) -> str:
    if isinstance(node, tree.SubSelect):
        return "sub-selects"
    if isinstance(node, tree.Call) and node.name.lower() in _NEWER_FUNCTIONS:
        return f"{node.name}()"
    if isinstance(node, tree.ArrayOf | tree.ObjectOf):
        return "arrays and objects written out"
    if isinstance(node, tree.Cast) and node.type_name.lower() in _NEWER_CASTS:
        return f"cast to {node.type_name}"
    return ""
