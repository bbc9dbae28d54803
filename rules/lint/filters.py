"""A FROM that selects nothing, or not what its writer may think (AWS IoT developer guide, "FROM clause")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from rules.analysis.fold import constant
from rules.analysis.walk import calls, conjuncts, nodes
from rules.analysis.written import written
from rules.lint.finding import Finding
from rules.lint.patterns import of_filter, overlap
from rules.lint.registry import catalog_check, kind, rule_check
from rules.lint.subject import Subject
from rules.sql import tree
from rules.sql.tree import Node

NO_FROM = kind("no-from", "warning", "No FROM: only Basic Ingest ($aws/rules/NAME) reaches the rule.")
BASIC_INGEST = kind("from-basic-ingest", "error", "A FROM under $aws/rules/, which hands no messages to rules.")
RESERVED = kind("from-reserved", "error", "A FROM on a reserved topic that never reaches rules.")
WILDCARD_FIRST = kind("from-wildcard-first", "warning", "A leading wildcard where an $aws/ topic seems to be meant.")
EMPTY_LEVEL = kind("from-empty-level", "warning", "A FROM with an empty level: a//b, /a or a/.")
PARENT = kind("from-hash-parent", "warning", "a/# does not select a itself, on which messages are expected.")
CONTRADICTED = kind("where-contradicts-from", "warning", "A WHERE on topic() that no topic of FROM satisfies.")
BEYOND = kind("topic-level-beyond", "warning", "topic(n) where FROM has fewer levels: always Undefined.")

_DIRECT_JOB_TOPIC: Final = re.compile(
    r"\$aws/things/[^/]+/jobs/(get|start-next|[^/]+/get|[^/]+/update)/(accepted|rejected)"
)
_RESERVED_LOOK: Final = re.compile(
    r"\+/(things/[^/]+/(shadow|jobs|defender)(/|$)|events/(presence|subscriptions|job)(/|$))"
)


@rule_check
def from_clause(subject: Subject) -> Iterator[Finding]:
    """What is wrong with the filter by itself."""
    if subject.statement is None:
        return
    topic_filter = subject.statement.topic_filter
    if topic_filter is None:
        sentence = f"The SQL has no FROM: only messages on $aws/rules/{subject.name or 'NAME'}/… reach the rule."
        yield subject.in_sql(NO_FROM, None, sentence, "Add FROM 'topic/filter' if others should reach it.")
    else:
        yield from _of_filter(subject, topic_filter)


def _of_filter(subject: Subject, topic_filter: str) -> Iterator[Finding]:
    spot = _spot(subject, topic_filter)
    levels = topic_filter.split("/")
    if levels[:2] == ["$aws", "rules"]:
        sentence = f"FROM '{topic_filter}' never selects a message: Basic Ingest calls a rule by its name."
        yield subject.in_sql(BASIC_INGEST, spot, sentence, "Leave the prefix $aws/rules/NAME out.")
    elif topic_filter.startswith("$") and levels[0] != "$aws":
        sentence = f"FROM '{topic_filter}' never selects a message: nobody may publish on topics that begin with $."
        yield subject.in_sql(RESERVED, spot, sentence, "Reserved topics begin with $aws/.")
    elif _DIRECT_JOB_TOPIC.fullmatch(topic_filter):
        sentence = f"FROM '{topic_filter}' never selects a message: this answer goes to its device alone."
        yield subject.in_sql(RESERVED, spot, sentence, "Use the topics notify, notify-next or $aws/events/job….")
    elif _RESERVED_LOOK.match(topic_filter):
        sentence = f"FROM '{topic_filter}' selects no topic that begins with $aws: a leading wildcard passes over them."
        yield subject.in_sql(WILDCARD_FIRST, spot, sentence, f"Write '$aws{topic_filter[1:]}'.")
    if "" in levels:
        sentence = f"FROM '{topic_filter}' selects only topics with an empty level."
        yield subject.in_sql(EMPTY_LEVEL, spot, sentence, "Leave out the slash that has nothing beside it.")


def _spot(subject: Subject, topic_filter: str) -> int:
    """Where the filter stands: the quoted text behind the last FROM that has one."""
    found = [match.start(1) for match in re.finditer(r"(?i)\bfrom\s*('[^']*')", subject.sql)]
    return next((place for place in found if subject.sql[place + 1 :].startswith(topic_filter)), 0)


@rule_check
def topic_levels(subject: Subject) -> Iterator[Finding]:
    """`topic(5)` of a filter with four levels, in the statement and in templates."""
    if subject.statement is None or subject.statement.topic_filter is None:
        return
    topic_filter = subject.statement.topic_filter
    count = topic_filter.count("/") + 1
    if topic_filter.endswith("#"):
        return
    remedy = "Levels are counted from 1."
    for _, root in subject.clauses():
        for call, level in _levels(root, subject.version):
            if not 1 <= level <= count:
                yield subject.in_sql(BEYOND, call, _beyond(level, topic_filter, count), remedy)
    for found in subject.expressions:
        for call, level in _levels(found.node, subject.version):
            if not 1 <= level <= count:
                yield subject.in_template(found, BEYOND, call, _beyond(level, topic_filter, count), remedy)


def _levels(root: tree.Node, version: str) -> Iterator[tuple[tree.Call, int]]:
    for call in calls(root):
        if call.name.lower() == "topic" and len(call.arguments) == 1:
            level = constant(call.arguments[0], version)
            if type(level) is int:
                yield call, level


def _beyond(level: int, topic_filter: str, count: int) -> str:
    return f"topic({level}) is always Undefined: '{topic_filter}' has {count} level{'s' if count > 1 else ''}."


@rule_check
def contradicted_topics(subject: Subject) -> Iterator[Finding]:
    """`topic(2) = 'x'` in WHERE where FROM has another name in that level."""
    topic_filter = subject.statement.topic_filter if subject.statement is not None else None
    if subject.statement is None or topic_filter is None:
        return
    for part in conjuncts(subject.statement.condition):
        for call, text in _asked_topic(part):
            if not _may_be(call, text, topic_filter, subject.version):
                sentence = f"{written(part)} is never true for a topic of FROM '{topic_filter}'."
                yield subject.in_where(CONTRADICTED, part, sentence, "Change one of them; Basic Ingest alone passes.")


def _asked_topic(part: Node) -> Iterator[tuple[tree.Call, str]]:
    if isinstance(part, tree.Binary) and part.operator == "=":
        for side, other in ((part.left, part.right), (part.right, part.left)):
            is_text = isinstance(other, tree.Literal) and isinstance(other.value, str)
            if isinstance(side, tree.Call) and side.name.lower() == "topic" and is_text:
                yield side, other.value  # type: ignore[attr-defined]


def _may_be(call: tree.Call, text: str, topic_filter: str, version: str) -> bool:
    if not call.arguments:
        # The level above a `#` has a finding of its own.
        return overlap(of_filter(topic_filter), tuple(text)) or topic_filter == f"{text}/#"
    level = constant(call.arguments[0], version)
    levels = topic_filter.split("/")
    if type(level) is not int or not 1 <= level <= len(levels):
        return True
    return levels[level - 1] == text or (levels[level - 1] in ("+", "#") and "/" not in text)


@catalog_check
def hash_parents(subjects: Sequence[Subject]) -> Iterator[Finding]:
    """`a/#` where something in the catalog says that messages come on `a`."""
    for subject in subjects:
        topic_filter = subject.statement.topic_filter if subject.statement is not None else None
        if topic_filter is None or not topic_filter.endswith("/#"):
            continue
        parent = topic_filter[:-2]
        reason = _reason(subject, parent, subjects)
        if reason:
            sentence = f"FROM '{topic_filter}' does not select '{parent}' itself, which {reason}."
            yield subject.in_sql(PARENT, _spot(subject, topic_filter), sentence, f"Add a rule with FROM '{parent}'.")


def _reason(subject: Subject, parent: str, subjects: Sequence[Subject]) -> str:
    """Why messages on the parent are expected, unless another rule takes them."""
    others = [other for other in subjects if other.statement is not None and other.statement.topic_filter == parent]
    if any(other.payload.get("actions") == subject.payload.get("actions") for other in others):
        return ""
    if _compares_topic(subject, parent):
        return "the statement asks for"
    publishers = [
        other.name or other.file
        for other in subjects
        for deed in other.actions
        if deed.kind == "republish" and deed.parameters.get("topic") == parent
    ]
    return f"the rule {publishers[0]} publishes on" if publishers and not others else ""


def _compares_topic(subject: Subject, parent: str) -> bool:
    whole_topic = [
        side
        for _, root in subject.clauses()
        for node in nodes(root)
        if isinstance(node, tree.Binary) and node.operator == "=" and tree.Literal(parent) in (node.left, node.right)
        for side in (node.left, node.right)
    ]
    return any(
        isinstance(side, tree.Call) and side.name.lower() == "topic" and not side.arguments for side in whole_topic
    )
