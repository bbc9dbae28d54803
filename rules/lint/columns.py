"""What SELECT and SET name: columns twice, variables for nobody, divisions that lose their rest."""

from __future__ import annotations

from collections.abc import Iterator

from rules.analysis.walk import in_message, nodes
from rules.analysis.written import column_text, written
from rules.lint.conditions import only_aliases
from rules.lint.finding import Finding
from rules.lint.registry import kind, rule_check
from rules.lint.subject import Subject
from rules.sql import tree
from rules.sql.tree import Node

TWICE = kind("duplicate-column", "warning", "Two columns of one name: only the last is kept.")
UNUSED = kind("unused-variable", "warning", "A variable that SET gives and nobody uses.")
TEMPLATE_ALIAS = kind("template-alias", "warning", "A name of AS in a template, which reads the original payload.")
DIVISION = kind("integer-division", "warning", "A division of whole numbers that drops its rest: 7 / 2 is 3.")


@rule_check
def columns_twice(subject: Subject) -> Iterator[Finding]:
    """Names that stand twice in SELECT."""
    seen: set[tuple[str, ...]] = set()
    for column in subject.statement.projection.columns if subject.statement is not None else ():
        if column.name and column.name in seen:
            sentence = f"The column {'.'.join(column.name)} is there twice; {column_text(column)} replaces the first."
            yield subject.in_sql(TWICE, column.value, sentence, "Give one of them another name with AS.")
        seen.add(column.name)


@rule_check
def unused_variables(subject: Subject) -> Iterator[Finding]:
    """Variables that neither the statement nor a template reads."""
    if subject.statement is None:
        return
    roots = [root for _, root in subject.clauses()] + [found.node for found in subject.expressions]
    used = {node.name for root in roots for node in nodes(root) if isinstance(node, tree.Variable)}
    # A template that does not parse may use any of them.
    unread = " ".join(text for _, text in subject.templates)
    for name in subject.statement.variables:
        if name not in used and name not in unread:
            sentence = f"SET gives {name} a value that nobody uses."
            yield subject.in_sql(UNUSED, subject.sql.find(name), sentence, "Leave it out.")


@rule_check
def template_aliases(subject: Subject) -> Iterator[Finding]:
    """`${t}` where t is a name that AS gives, and nothing shows that the payload has it too."""
    if subject.statement is None:
        return
    named = only_aliases(subject.statement)
    for found in subject.expressions:
        for node in in_message(found.node):
            if isinstance(node, tree.Path) and node.names[0] in named:
                value = written(named[node.names[0]])
                sentence = (
                    f"${{{found.part.text}}} reads {node.names[0]} from the original payload, where AS names nothing."
                )
                remedy = "" if value == "*" else f"Write {value} in its place."
                yield subject.in_template(found, TEMPLATE_ALIAS, node, sentence, remedy)


@rule_check
def divisions(subject: Subject) -> Iterator[Finding]:
    """Whole numbers that are written out and do not divide evenly."""
    for _, root in subject.clauses():
        for node in _uneven(root):
            yield subject.in_sql(DIVISION, node, *_told(node))
    for found in subject.expressions:
        for node in _uneven(found.node):
            yield subject.in_template(found, DIVISION, node, *_told(node))


def _uneven(root: Node) -> Iterator[tree.Binary]:
    for node in nodes(root):
        if isinstance(node, tree.Binary) and node.operator == "/":
            left, right = _whole(node.left), _whole(node.right)
            if left is not None and right and left % right:
                yield node


def _whole(node: Node) -> int | None:
    return node.value if isinstance(node, tree.Literal) and type(node.value) is int else None


def _told(node: tree.Binary) -> tuple[str, str]:
    # The guide's table of operators says Int, against one example that keeps the fraction.
    return f"{written(node)} divides whole numbers: the rest is dropped.", f"Write {written(node)}.0 to keep it."
