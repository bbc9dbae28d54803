"""A rule's statement, compiled: the one thing that the rest of the project uses."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final, Protocol

from rules.sql import tree
from rules.sql.checks import refuse_newer
from rules.sql.code import Module
from rules.sql.compiler import Compiler, function_of_message, title_of
from rules.sql.errors import SqlError
from rules.sql.message import Message
from rules.sql.parser import parse
from rules.sql.runtime import NAMESPACE
from rules.sql.services import Services
from rules.sql.template import Template
from rules.sql.topic_filter import matcher
from rules.sql.values import NO_MATCH, OLDEST_VERSION, Value

VERSIONS: Final = (OLDEST_VERSION, "2016-03-23", "beta")
DEFAULT_VERSION: Final = "2016-03-23"
"""What the console of AWS chooses; the API takes 2015-10-08 where a rule names no version."""

REMEMBERED_TEMPLATES: Final = 4_096
"""Templates that a statement keeps compiled: ten `http` actions may have a hundred headers each."""

REMEMBERED_TOPICS: Final = 1_000
"""Topics for which a statement knows whether its filter selects them."""


def compile_statement(text: str, version: str = DEFAULT_VERSION) -> Statement:
    """The statement that a text stands for.

    Raises:
        SqlError: the text is not AWS IoT SQL, or the version does not exist.

    Example:
        >>> hot = compile_statement("SELECT celsius FROM 'line/+' WHERE celsius > 80")
        >>> hot.evaluate(Message(topic="line/press-1", payload=b'{"celsius": 81, "rpm": 900}'))
        {'celsius': 81}
        >>> hot.evaluate(Message(topic="line/press-1", payload=b'{"celsius": 79}'))
        NO_MATCH
    """
    return Statement(text, version)


class Apply(Protocol):
    """What ``Statement.apply`` is."""

    def __call__(self, message: Message, services: Services | None = None) -> Value:
        """The result for a message that FROM selects."""


class Statement:
    """A compiled statement; it keeps no state, so any number of threads may share it.

    Args:
        text: the SQL.
        version: the version of the language.

    Attributes:
        topic_filter: the FROM, or None where only Basic Ingest reaches the statement.
        looks_up: whether it asks the world outside, and so may take its time.
    """

    apply: Apply
    """What ``evaluate`` gives, for who knows already that FROM selects the message, as an engine with a trie does."""

    def __init__(self, text: str, version: str) -> None:
        if version not in VERSIONS:
            raise SqlError(f"there is no version {version!r}", text=text, expected=" or ".join(VERSIONS))
        self.text = text
        self.version = version
        select = parse(text)
        if version == OLDEST_VERSION:
            refuse_newer(select, text)
        self.topic_filter: str | None = select.topic_filter
        # A key for what messages keep of this statement; not itself, which would tie the two into a knot.
        self._key = object()
        self._selected = _Selected(select.topic_filter)
        module = Module({**NAMESPACE, "statement": self._key})
        self.looks_up = _write(module, select, text, version)
        functions = module.built(title_of(text))
        self.apply = functions["apply"]
        self._set_variables: Callable[[Message, Services | None], None] | None = functions.get("set_variables")
        self._template = lru_cache(maxsize=REMEMBERED_TEMPLATES)(
            partial(Template, version=version, variables=select.variables, values_of=self._values_of)
        )

    def __repr__(self) -> str:
        return f"Statement({self.text!r}, version={self.version!r})"

    def evaluate(self, message: Message, services: Services | None = None) -> Value:
        """The result for a message, or NO_MATCH; UNDEFINED and bytes are results too.

        A message that calls a rule directly (Basic Ingest) skips the topic filter.

        Raises:
            EvaluationError: the statement fails for this message.
        """
        if message.rule_name is None and not self._selected[message.topic]:
            return NO_MATCH
        return self.apply(message, services)

    def render(self, template: str, message: Message, services: Services | None = None) -> str:
        """A template with its ``${...}`` parts filled in from the original payload.

        Raises:
            SqlError: the template is not one.
            EvaluationError: some part fails for this message.
        """
        return self.template(template).render(message, services)

    def template(self, text: str) -> Template:
        """A template for this statement's messages, compiled once; to refuse a wrong one early.

        Raises:
            SqlError: some part is not an expression.
        """
        return self._template(text)

    def _values_of(self, message: Message, services: Services | None) -> tuple[Value, ...]:
        """The variables for a message: those that its evaluation gave, so that SET is done once."""
        if message.variables(self._key) is None and self._set_variables is not None:
            self._set_variables(message, services)
        return message.variables(self._key) or ()


def _write(module: Module, select: tree.Select, text: str, version: str) -> bool:
    """Write the functions of a statement; whether it asks the world outside."""
    compiler = Compiler(text, version)
    with function_of_message(module, "apply") as (body, scope):
        if select.variables:
            body.line(f"message.keep_variables(statement, {compiler.write_variables(body, select, scope)})")
        compiler.write_condition(body, select.condition, scope, "return NO_MATCH")
        result = compiler.write_projection(body, select.projection, scope).code
        body.line(f"return keep_written({result})" if version == OLDEST_VERSION else f"return {result}")
    if select.variables:
        with function_of_message(module, "set_variables") as (body, scope):
            values = Compiler(text, version).write_variables(body, select, scope)
            body.line(f"message.keep_variables(statement, {values})")
    return compiler.looks_up


class _Selected(dict[str, bool]):
    """Whether a filter selects a topic, found out once: topics of a plant repeat with every message."""

    def __init__(self, topic_filter: str | None) -> None:
        super().__init__()
        # Only Basic Ingest reaches a statement without FROM.
        self._selects = (lambda _topic: False) if topic_filter is None else matcher(topic_filter)

    def __missing__(self, topic: str) -> bool:
        if len(self) >= REMEMBERED_TOPICS:
            self.clear()
        found = self[topic] = bool(self._selects(topic))
        return found
