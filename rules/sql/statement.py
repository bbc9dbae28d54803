"""A rule's statement, compiled: the one thing that the rest of the project uses."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Final

from rules.sql.compiler import Compiler
from rules.sql.errors import EvaluationError, SqlError
from rules.sql.json_text import to_json
from rules.sql.message import Message
from rules.sql.nodes import OLDEST_VERSION, Scope
from rules.sql.parser import parse
from rules.sql.run import Run
from rules.sql.services import Services
from rules.sql.template import Template
from rules.sql.topic_filter import matcher
from rules.sql.values import NO_MATCH, UNDEFINED, Value, keep_written

VERSIONS: Final = (OLDEST_VERSION, "2016-03-23", "beta")
DEFAULT_VERSION: Final = "2016-03-23"
"""What the console of AWS chooses; the API takes 2015-10-08 where a rule names no version."""

MAX_VARIABLE_BYTES: Final = 128 * 1024


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


class Statement:
    """A compiled statement; it keeps no state, so any number of threads may share it.

    Args:
        text: the SQL.
        version: the version of the language.
    """

    def __init__(self, text: str, version: str) -> None:
        if version not in VERSIONS:
            raise SqlError(f"there is no version {version!r}", text=text, expected=" or ".join(VERSIONS))
        select = parse(text)
        compiler = Compiler(text, version)
        self.text = text
        self.version = version
        self.topic_filter: str | None = select.topic_filter
        self._selects = _never if select.topic_filter is None else matcher(select.topic_filter)
        self._settings = []
        for name, node in zip(select.variables, select.settings, strict=True):
            # A variable sees those before it only, so each name is added after its value is compiled.
            self._settings.append((name, compiler.compile(node, Scope())))
            compiler.variables.append(name)
        self._condition = compiler.condition(select.condition, Scope())
        self._project = compiler.project(select.projection, Scope())
        self._template = lru_cache(maxsize=256)(partial(Template, version=version, variables=select.variables))

    def __repr__(self) -> str:
        return f"Statement({self.text!r}, version={self.version!r})"

    def evaluate(self, message: Message, services: Services | None = None) -> Value:
        """The result for a message, or NO_MATCH; UNDEFINED and bytes are results too.

        A message that calls a rule directly (Basic Ingest) skips the topic filter.

        Raises:
            EvaluationError: the statement fails for this message.
        """
        if message.rule_name is None and not self._selects(message.topic):
            return NO_MATCH
        # UNDEFINED for a payload that is not JSON, which functions of the message do not mind.
        row = message.value
        run = Run(message, services)
        try:
            self._set_variables(row, run)
            if self._condition is not None and self._condition(row, run) is not True:
                return NO_MATCH
            result = self._project(row, run)
            return keep_written(result) if self.version == OLDEST_VERSION else result
        # Variables may nest what they hold ten times over, each within its own limit.
        except RecursionError as error:
            raise EvaluationError("The values of this statement nest too deeply.") from error

    def _set_variables(self, row: Value, run: Run) -> None:
        budget = MAX_VARIABLE_BYTES
        for name, closure in self._settings:
            value = closure(row, run)
            budget -= _size(value)
            if budget < 0:
                raise EvaluationError(
                    f"{name} brings the variables above {MAX_VARIABLE_BYTES} bytes.",
                    remedy="Keep only what is used.",
                )
            run.variables.append(value)

    def render(self, template: str, message: Message, services: Services | None = None) -> str:
        """A template with its ``${...}`` parts filled in from the original payload.

        Raises:
            SqlError: the template is not one.
            EvaluationError: some part fails for this message.
        """
        # Most texts of actions are plain: they ask for neither the message nor the variables.
        compiled = self.template(template)
        if compiled.is_constant:
            return compiled.text
        run = Run(message, services)
        row = message.value
        try:
            self._set_variables(row, run)
            return compiled.render(row, run)
        except RecursionError as error:
            raise EvaluationError("The values of this template nest too deeply.") from error

    def template(self, text: str) -> Template:
        """A template for this statement's messages, compiled once; to refuse a wrong one early.

        Raises:
            SqlError: some part is not an expression.
        """
        return self._template(text)


def _never(_topic: str) -> bool:
    """The filter of a statement without FROM: only Basic Ingest reaches it."""
    return False


def _size(value: Value) -> int:
    if value is UNDEFINED:
        return 0
    return len(to_json(value).encode("utf-8", "replace"))
