"""Rules as a dry run takes them: with actions that this engine does not run, of which the parameters can be shown."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from pydantic import ValidationError

from rules.actions import Action, Occasion, Toolbox, not_run
from rules.errors import FinalError
from rules.loading import Rule, built_action, make_rule, read_rule
from rules.placeholders import Placeholders, fill
from rules.rule import ActionParameters, TopicRule


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of an action with their templates filled."""

    filled: dict[str, Any]

    def describe(self) -> dict[str, Any]:
        """The parameters for people."""
        return self.filled


class Rehearsed(Action[Parameters]):
    """An action that AWS would run and this engine does not.

    Args:
        kind: the name of the action.
        parameters: what stands under that name in the rule.
        why: the sentence with which the engine refuses it.
    """

    def __init__(self, kind: str, parameters: Mapping[str, Any], why: str) -> None:
        # Elsewhere a kind is a class; here it is what the rule says.
        self.kind = kind  # type: ignore[misc]
        self.failed_action = f"{kind[:1].upper()}{kind[1:]}Action"  # type: ignore[misc]
        self.resource = str(next((value for name, value in parameters.items() if name != "roleArn"), ""))
        self.why = why
        self._parameters = parameters

    def prepare(self, occasion: Occasion) -> Parameters:
        """The parameters for one message, and the payload."""
        filled = _filled(dict(self._parameters), occasion, self.kind)
        return Parameters({**filled, "payload": occasion.data.decode(errors="replace")})

    def perform(self, request: Parameters) -> NoReturn:  # noqa: ARG002 - the signature of all actions
        """Never done."""
        raise FinalError(self.why)


def _filled(value: Any, occasion: Occasion, name: str) -> Any:
    if isinstance(value, str):
        return _text(value, occasion, name)
    if isinstance(value, dict):
        return {key: item if key == "roleArn" else _filled(item, occasion, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, occasion, name) for item in value]
    return value


def _text(template: str, occasion: Occasion, name: str) -> str:
    # `$$` begins a reserved topic, which is no template.
    if template.startswith("$$"):
        return "$" + occasion.text(template[2:], name)
    return occasion.text(template, name)


def rehearsal_rule(file: Path, known: Placeholders, tools: Toolbox) -> Rule:
    """The rule of one file, ready to be shown.

    Raises:
        CatalogError: a file that cannot be read, or a rule that AWS would refuse.
    """
    value = _value(file, known)
    where = str(file)
    payload = value.get("topicRulePayload") if isinstance(value, dict) else None
    if not isinstance(payload, dict) or not isinstance(payload.get("actions"), list):
        # What is no rule at all is told as the engine tells it.
        return make_rule(read_rule(file, known), tools, where)
    made = [_made(item, tools, where) for item in payload["actions"]]
    error = _made(payload["errorAction"], tools, where) if payload.get("errorAction") is not None else None
    runs = [item for item, action in zip(payload["actions"], made, strict=True) if not isinstance(action, Rehearsed)]
    kept = payload | {"actions": runs} | ({"errorAction": None} if isinstance(error, Rehearsed) else {})
    try:
        topic_rule = TopicRule.model_validate(value | {"topicRulePayload": kept})
    except ValidationError:
        # The same refusal, in the sentences of the catalog.
        return make_rule(read_rule(file, known), tools, where)
    rule = make_rule(topic_rule, tools, where)
    return dataclasses.replace(rule, actions=tuple(filter(None, made)), error_action=error)


def _value(file: Path, known: Placeholders) -> Any:
    try:
        return fill(json.loads(file.read_text(encoding="utf-8")), known, str(file))
    except (OSError, ValueError, RecursionError):
        # Told by `read_rule`, which reads it again.
        return None


def _made(item: Any, tools: Toolbox, where: str) -> Action[Any] | None:
    """The action of a rule; None where the schema refuses it."""
    try:
        parameters = ActionParameters.model_validate(item)
    except ValidationError:
        return None
    said = not_run(parameters.kind)
    if said:
        return Rehearsed(parameters.kind, item[parameters.kind], f"{said[:1].upper()}{said[1:]}; AWS would.")
    return built_action(parameters, tools, where)
