"""The catalog, from files to rules that can run.

A file a rule, in the form that `aws iot create-topic-rule --cli-input-json` takes. Everything that can be wrong with a
rule is found here, before the first message flows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError

from rules.actions import Action, Occasion, Toolbox, make_action
from rules.errors import CatalogError
from rules.lookups import NO_LOOK_UPS, Asks, asks_of
from rules.placeholders import Placeholders, fill
from rules.rule import ActionParameters, TopicRule, TopicRulePayload
from rules.sql import Message, SqlError, Statement, compile, dumps  # noqa: A004 - the language's own word
from rules.sql.services import Services

log = structlog.get_logger(__name__)

CATALOG_DIR = Path(__file__).parent / "catalog"
"""The factory's own rules."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule ready to run.

    Args:
        name: as in the catalog.
        statement: its SQL, compiled.
        actions: what it does with a message that it matches.
        error_action: what takes a message that an action could not.
        disabled: it is loaded and checked, but not run.
        asks: which parts of it look something up.
    """

    name: str
    statement: Statement
    actions: tuple[Action[Any], ...]
    error_action: Action[Any] | None
    disabled: bool = False
    asks: Asks = NO_LOOK_UPS

    def occasion(
        self, message: Message, result: Any, data: bytes | None = None, services: Services | None = None
    ) -> Occasion:
        """What the actions of this rule get for a message."""
        return Occasion(message, result, dumps(result) if data is None else data, self.renderer(message, services))

    def renderer(self, message: Message, services: Services | None = None) -> Callable[[str], str]:
        """The function that fills templates from a message."""
        asked = services if self.asks.templates else None
        return lambda template: self.statement.render(template, message, asked)


def load_catalog(directory: Path, known: Placeholders, tools: Toolbox, *, more: Path | None = None) -> tuple[Rule, ...]:
    """All rules of a directory, and of another one beside it, in the order of their file names.

    Raises:
        CatalogError: no rules, two of one name, or one that cannot run.
    """
    rules: dict[str, Rule] = {}
    for file in [*rule_files(directory), *(rule_files(more) if more is not None else [])]:
        written = read_rule(file, known)
        rule = make_rule(written, tools, where=str(file))
        if rule.name in rules:
            raise CatalogError(f"the rule {rule.name!r} is there twice.", where=str(file), remedy="Rename one.")
        _warn_of_age(written)
        rules[rule.name] = rule
    return tuple(rules.values())


def rule_files(directory: Path) -> list[Path]:
    """The files of a directory of rules, in the order of their names.

    Raises:
        CatalogError: there are none, or none that may be read.
    """
    # os.access, as is_dir and glob differ by version of Python in what they make of a closed door.
    files = sorted(directory.glob("*.json")) if os.access(directory, os.R_OK | os.X_OK) and directory.is_dir() else []
    if not files:
        raise CatalogError(
            "no rule (*.json) is there, or none that may be read.",
            where=str(directory),
            remedy="Name a directory of rules.",
        )
    return files


def load_rule(file: Path, known: Placeholders, tools: Toolbox) -> Rule:
    """The rule of one file.

    Raises:
        CatalogError: a file that cannot be read, or a rule that cannot run.
    """
    return make_rule(read_rule(file, known), tools, where=str(file))


def read_rule(file: Path, known: Placeholders) -> TopicRule:
    """The rule of one file as AWS would get it: placeholders filled, nothing compiled.

    Raises:
        CatalogError: a file that cannot be read, or a key or value that AWS would refuse.
    """
    try:
        text = file.read_text(encoding="utf-8")
        value = json.loads(text)
    except OSError as error:
        raise CatalogError(f"it cannot be read: {error.strerror}.", where=str(file)) from None
    except (ValueError, RecursionError) as error:
        raise CatalogError(f"it is not JSON: {error}.", where=str(file)) from None
    return checked_rule(fill(value, known, str(file)), where=str(file))


def checked_rule(value: Any, where: str) -> TopicRule:
    """A rule whose placeholders are filled, in AWS's schema.

    Raises:
        CatalogError: a key or value that AWS would refuse.
    """
    try:
        return TopicRule.model_validate(value)
    except ValidationError as error:
        raise CatalogError("; ".join(_sentences(error)) + ".", where=where) from None


def make_rule(rule: TopicRule, tools: Toolbox, where: str) -> Rule:
    """A rule with its SQL compiled and its actions built.

    Raises:
        CatalogError: SQL that is none, or an action that names something unknown.
    """
    payload = rule.topic_rule_payload
    try:
        statement = compile(payload.sql, version=payload.aws_iot_sql_version)
    except SqlError as error:
        raise CatalogError(str(error), where=where) from error
    _check_templates(payload, statement, where)
    return Rule(
        name=rule.rule_name,
        statement=statement,
        actions=tuple(built_action(parameters, tools, where) for parameters in payload.actions),
        error_action=built_action(payload.error_action, tools, where) if payload.error_action is not None else None,
        disabled=payload.rule_disabled,
        asks=asks_of(statement, _action_texts(payload)),
    )


def built_action(parameters: ActionParameters, tools: Toolbox, where: str) -> Action[Any]:
    """The action that a rule names.

    Raises:
        CatalogError: it names something unknown, or the engine does not run it.
    """
    try:
        return make_action(parameters, tools)
    except CatalogError as error:
        raise CatalogError(error.message, where=where, remedy=error.remedy) from None


def _warn_of_age(rule: TopicRule) -> None:
    payload = rule.topic_rule_payload
    if "aws_iot_sql_version" not in payload.model_fields_set:
        log.warning(
            "the rule names no awsIotSqlVersion, so it gets AWS's oldest, in which some numbers and paths differ",
            rule=rule.rule_name,
            version=payload.aws_iot_sql_version,
        )


def _action_texts(payload: TopicRulePayload) -> Iterator[str]:
    for action in (*payload.actions, *filter(None, [payload.error_action])):
        yield from _texts(action.parameters.model_dump())


def _check_templates(payload: TopicRulePayload, statement: Statement, where: str) -> None:
    for action in (*payload.actions, *filter(None, [payload.error_action])):
        for text in _texts(action.parameters.model_dump()):
            try:
                # `$$` begins a reserved topic, which is no template.
                statement.template(text.removeprefix("$$"))
            except SqlError as error:
                raise CatalogError(f"{action.kind}: {error}", where=where) from error


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _sentences(error: ValidationError) -> list[str]:
    sentences = []
    for problem in error.errors(include_url=False):
        place = ".".join(str(part) for part in problem["loc"])
        said = "it is missing" if problem["type"] == "missing" else problem["msg"].removeprefix("Value error, ")
        value = "" if isinstance(problem["input"], dict | list | tuple) else f" (it is {problem['input']!r})"
        sentences.append(f"{place}: {said}{value}" if place else said)
    return sentences
