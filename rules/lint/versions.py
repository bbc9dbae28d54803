"""A rule of version 2015-10-08 that uses what came later.

The language itself tells what is newer (`rules.sql.checks`) and refuses the first; here each is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.analysis.walk import nodes
from rules.lint.finding import Finding
from rules.lint.registry import kind, rule_check
from rules.lint.subject import UNNAMED_VERSION, Subject
from rules.sql.checks import newer_feature
from rules.sql.tree import Node

NEWER = kind("newer-than-version", "error", "A feature of version 2016-03-23 in a rule of version 2015-10-08.")
_REMEDY: Final = 'Write "awsIotSqlVersion": "2016-03-23".'


@rule_check
def version_problems(subject: Subject) -> Iterator[Finding]:
    """Sub-selects, written arrays, newer functions and casts where AWS reads the first version."""
    if subject.version != UNNAMED_VERSION or subject.statement is None:
        return
    for feature, node in _newer(subject):
        sentence = f"AWS reads this rule as version {UNNAMED_VERSION}, which has no {feature}."
        yield subject.in_sql(NEWER, node, sentence, _REMEDY)


def _newer(subject: Subject) -> Iterator[tuple[str, Node]]:
    for _, root in subject.clauses():
        for node in nodes(root):
            feature = newer_feature(node)
            if feature:
                yield feature, node
