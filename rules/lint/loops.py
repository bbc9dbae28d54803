"""Which rule's republished messages reach which rule, and the ways that lead back.

An edge is left out only where the message surely does not pass: the topics have nothing in common, or the next WHERE
cannot be true for what SELECT gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rules.analysis.fold import UNKNOWN, constant, is_true, with_payload
from rules.analysis.walk import calls, conjuncts, in_message, is_constant, payload_names
from rules.lint.patterns import LEVEL, REST, Pattern, of_filter, overlap
from rules.lint.subject import Deed, Subject, expressions
from rules.sql import SqlError, tree
from rules.sql.conversions import to_text
from rules.sql.parts import split
from rules.sql.tree import Node

_ENVELOPE: Final = ("ruleName", "topic", "cloudwatchTraceId", "clientId", "base64OriginalPayload", "failures")


@dataclass(frozen=True, slots=True)
class Edge:
    """A republish action of one rule that may reach another, by their places in the catalog."""

    source: int
    target: int
    deed: Deed


@dataclass(frozen=True, slots=True)
class Sent:
    """A republished message, as far as the rule tells it.

    Args:
        topic: the topics it may have.
        attributes: what its payload has, UNKNOWN where that depends on the message.
        has_others: whether the payload may have other attributes too.
    """

    topic: Pattern
    attributes: Mapping[str, Any]
    has_others: bool


def edges(subjects: Sequence[Subject]) -> list[Edge]:
    """All ways by which messages go from rule to rule."""
    found = []
    for source, subject in enumerate(subjects):
        for deed in [] if subject.disabled or subject.statement is None else subject.deeds:
            if deed.kind == "republish" and isinstance(deed.parameters.get("topic"), str):
                targets = _targets(_sent(subject, deed), deed.parameters["topic"], subjects)
                found += [Edge(source, target, deed) for target in targets]
    return found


def _targets(sent: Sent, topic: str, subjects: Sequence[Subject]) -> Iterator[int]:
    for index, subject in enumerate(subjects):
        if subject.disabled or subject.statement is None:
            continue
        if topic.startswith("$$aws/rules/"):
            reached = topic.split("/")[2:3] == [subject.name]
        else:
            reached = _selects(subject.statement.topic_filter, sent.topic)
        if reached and not _is_stopped(subject, sent):
            yield index


def _selects(topic_filter: str | None, topic: Pattern) -> bool:
    if topic_filter is None:
        return False
    # A leading wildcard passes over reserved topics.
    if topic[:1] == ("$",) and topic_filter[0] in "+#":
        return False
    return overlap(of_filter(topic_filter), topic)


def _sent(subject: Subject, deed: Deed) -> Sent:
    topic = topic_pattern(subject, deed.parameters["topic"])
    if deed.is_error_action or subject.statement is None:
        return Sent(topic, dict.fromkeys(_ENVELOPE, UNKNOWN), has_others=False)
    projection = subject.statement.projection
    if projection.is_value:
        return Sent(topic, {}, has_others=True)
    named = {column.name[0]: _value(column, subject.version) for column in projection.columns if column.name}
    return Sent(topic, named, has_others=any(not column.name for column in projection.columns))


def _value(column: tree.Column, version: str) -> Any:
    return constant(column.value, version) if len(column.name) == 1 else UNKNOWN


def topic_pattern(subject: Subject, template: str) -> Pattern:
    """The topics that a template may give; a value of the payload counts as one level.

    Example:
        >>> value = {"topicRulePayload": {"sql": "SELECT * FROM 'a/+'"}}
        >>> topic_pattern(Subject("x.json", value), "b/${topic(2)}")
        ('b', '/', '<level>')
    """
    prefix = "$" if template.startswith("$$") else ""
    rest = template[2:] if prefix else template
    try:
        parts = split(rest)
    except SqlError:
        return (REST,)
    nodes = {found.part.start: found.node for found in expressions("", rest)}
    symbols = [_of_node(subject, nodes.get(part.start)) if part.is_expression else tuple(part.text) for part in parts]
    return (*prefix, *(symbol for each in symbols for symbol in each))


def _of_node(subject: Subject, node: Node | None) -> Pattern:
    if node is None:
        return (REST,)
    value = constant(node, subject.version)
    if value is not UNKNOWN:
        text = to_text(value)
        return tuple(text) if isinstance(text, str) else ()
    if isinstance(node, tree.Binary) and node.operator == "+":
        return _of_node(subject, node.left) + _of_node(subject, node.right)
    if isinstance(node, tree.Call) and node.name.lower() == "concat":
        return tuple(symbol for argument in node.arguments for symbol in _of_node(subject, argument))
    if isinstance(node, tree.Call) and node.name.lower() == "topic":
        return _of_topic(subject, node)
    return (LEVEL,)


def _of_topic(subject: Subject, node: tree.Call) -> Pattern:
    topic_filter = subject.statement.topic_filter if subject.statement is not None else None
    if topic_filter is None:
        return (LEVEL,) if node.arguments else (REST,)
    if not node.arguments:
        return of_filter(topic_filter)
    level = constant(node.arguments[0], subject.version)
    levels = topic_filter.split("/")
    inside = type(level) is int and 1 <= level <= len(levels)
    name = levels[level - 1] if inside else "+"
    return (LEVEL,) if name in "+#" and name else tuple(name)


def _is_stopped(subject: Subject, sent: Sent) -> bool:
    """Whether the WHERE of a rule is surely not true for a message."""
    condition = subject.statement.condition if subject.statement is not None else None
    return any(_is_never_true(part, sent, subject.version) for part in conjuncts(condition))


def _is_never_true(part: Node, sent: Sent, version: str) -> bool:
    topic = None if LEVEL in sent.topic or REST in sent.topic else "".join(sent.topic)
    names = {names[0] for names in payload_names(part)}
    known = {name: value for name, value in sent.attributes.items() if value is not UNKNOWN}
    if any(name not in known and (name in sent.attributes or sent.has_others) for name in names):
        return False
    if not _depends_on_names_alone(part, has_topic=topic is not None):
        return False
    value = with_payload(part, known, version, topic=topic)
    return value is not UNKNOWN and not is_true(value)


def _depends_on_names_alone(part: Node, *, has_topic: bool) -> bool:
    if any(isinstance(node, tree.Star | tree.Variable | tree.SubSelect) for node in in_message(part)):
        return False
    told = [call for call in calls(part) if not (has_topic and call.name.lower() == "topic")]
    return all(is_constant(tree.Call(call.name, (), 0)) for call in told)


def cycles(found: Sequence[Edge]) -> Iterator[tuple[Edge, ...]]:
    """The shortest way back to each rule that has one; every set of rules is told once."""
    told: set[frozenset[int]] = set()
    for start in sorted({edge.source for edge in found}):
        way = _way_back(start, found)
        rules = frozenset(edge.source for edge in way)
        if way and rules not in told:
            told.add(rules)
            yield way


def _way_back(start: int, found: Sequence[Edge]) -> tuple[Edge, ...]:
    waiting: list[tuple[Edge, ...]] = [(edge,) for edge in found if edge.source == start]
    seen: set[int] = set()
    while waiting:
        way = waiting.pop(0)
        here = way[-1].target
        if here == start:
            return way
        if here not in seen:
            seen.add(here)
            waiting += [(*way, edge) for edge in found if edge.source == here]
    return ()
