"""A rule as lint sees it: raw JSON, the tree of its SQL and the expressions of its templates.

Nothing here refuses a rule. What cannot be read is absent, and the checks that need it pass over it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from rules.analysis.walk import parts
from rules.lint.finding import Finding, Kind
from rules.lint.places import locate, where_position
from rules.sql import VERSIONS, SqlError, Statement, compile, tree  # noqa: A004 - the language's own word
from rules.sql.parser import parse, parse_expression
from rules.sql.parts import Part, split
from rules.sql.tree import Node
from rules.sql.values import OLDEST_VERSION

UNNAMED_VERSION: Final = OLDEST_VERSION
"""What AWS takes where a rule names no version (API reference, TopicRulePayload)."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An action of a rule, as it is written.

    Args:
        place: `actions[0].s3` or `errorAction.s3`.
        kind: the name of the action.
        parameters: what stands under that name.
        is_error_action: whether it takes over when another fails.
    """

    place: str
    kind: str
    parameters: dict[str, Any]
    is_error_action: bool


@dataclass(frozen=True, slots=True)
class Expression:
    """One `${…}` of a template that parses, and where it stands."""

    place: str
    template: str
    part: Part
    node: Node


@dataclass(frozen=True)
class Subject:
    """One rule of a catalog.

    Args:
        file: where it was read.
        value: its JSON, placeholders filled.
    """

    file: str
    value: dict[str, Any]

    @cached_property
    def name(self) -> str:
        """The name of the rule, or nothing."""
        name = self.value.get("ruleName")
        return name if isinstance(name, str) else ""

    @cached_property
    def payload(self) -> dict[str, Any]:
        """What stands under `topicRulePayload`."""
        payload = self.value.get("topicRulePayload")
        return payload if isinstance(payload, dict) else {}

    @cached_property
    def sql(self) -> str:
        """The text of the statement, or nothing."""
        sql = self.payload.get("sql")
        return sql if isinstance(sql, str) else ""

    @cached_property
    def version(self) -> str:
        """The version of the language in which AWS reads it."""
        version = self.payload.get("awsIotSqlVersion")
        return version if version in VERSIONS else UNNAMED_VERSION

    @cached_property
    def statement(self) -> tree.Select | None:
        """The tree of the statement, or None where it does not parse."""
        try:
            return parse(self.sql) if self.sql else None
        except SqlError:
            return None

    @cached_property
    def compiled(self) -> Statement | None:
        """The statement as the language compiles it, or None where it refuses."""
        try:
            return compile(self.sql, version=self.version) if self.sql else None
        except SqlError:
            return None

    @property
    def disabled(self) -> bool:
        """Whether AWS would not run it."""
        return self.payload.get("ruleDisabled") is True

    @cached_property
    def deeds(self) -> tuple[Deed, ...]:
        """The actions in their order, and at the end the error action."""
        listed = self.payload.get("actions")
        actions = [(f"actions[{i}]", item, False) for i, item in enumerate(listed)] if isinstance(listed, list) else []
        written = [*actions, ("errorAction", self.payload.get("errorAction"), True)]
        return tuple(
            Deed(f"{place}.{kind}", kind, parameters, is_error)
            for place, item, is_error in written
            if isinstance(item, dict)
            for kind, parameters in item.items()
            if isinstance(parameters, dict)
        )

    @property
    def actions(self) -> tuple[Deed, ...]:
        """The actions without the error action."""
        return tuple(deed for deed in self.deeds if not deed.is_error_action)

    @cached_property
    def templates(self) -> tuple[tuple[str, str], ...]:
        """Every text of every action, with its place; ARNs of roles take no templates."""
        return tuple(
            (place, text)
            for deed in self.deeds
            for place, text in texts(deed.parameters, deed.place)
            if not place.endswith(".roleArn")
        )

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """Every `${…}` that parses."""
        return tuple(found for place, text in self.templates for found in expressions(place, text))

    def clauses(self) -> Iterator[tuple[str, Node]]:
        """The expressions of the statement with their clauses, where it parses."""
        return parts(self.statement) if self.statement is not None else iter(())

    def in_sql(self, kind: Kind, node: Node | int | None, sentence: str, remedy: str = "") -> Finding:
        """A finding in the statement, at a node or a position of it."""
        position = node if isinstance(node, int) else 0 if node is None else locate(node, self.sql)
        return Finding(kind, self.file, self.name, "sql", sentence, remedy, self.sql, position)

    def in_where(self, kind: Kind, node: Node, sentence: str, remedy: str = "") -> Finding:
        """A finding in the WHERE of the statement."""
        return self.in_sql(kind, locate(node, self.sql, where_position(self.sql)), sentence, remedy)

    def in_template(self, found: Expression, kind: Kind, node: Node, sentence: str, remedy: str = "") -> Finding:
        """A finding in a template, at a node of one of its expressions."""
        position = found.part.start + locate(node, found.part.text)
        return Finding(kind, self.file, self.name, found.place, sentence, remedy, found.template, position)

    def at(self, kind: Kind, place: str, sentence: str, remedy: str = "") -> Finding:
        """A finding outside of any SQL."""
        return Finding(kind, self.file, self.name, place, sentence, remedy)


def texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Every string below a JSON value, with its place.

    Example:
        >>> list(texts({"headers": [{"key": "a"}]}, "http"))
        [('http.headers[0].key', 'a')]
    """
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, f"{place}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts(item, f"{place}[{index}]")


def expressions(place: str, template: str) -> Iterator[Expression]:
    """The `${…}` of one template that parse."""
    try:
        found = split(template)
    except SqlError:
        return
    for part in found:
        if part.is_expression:
            try:
                yield Expression(place, template, part, parse_expression(part.text))
            except SqlError:
                continue
