"""What a rule would do with a message, without doing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rules.actions import Action, Occasion
from rules.actions.action import as_text
from rules.envelope import error_occasion
from rules.errors import FinalError
from rules.loading import Rule
from rules.rehearsal import Rehearsed
from rules.sql import NO_MATCH, EvaluationError, Message, Services
from rules.sql.topic_filter import matches
from rules.work import Failure


@dataclass(frozen=True, slots=True)
class Step:
    """One action and the request that it would perform, or why it could prepare none.

    Args:
        kind: name of the action.
        request: what it would do.
        failure: why it would fail.
        remark: why the engine does not do it at all, though AWS would.
    """

    kind: str
    request: dict[str, Any] | None
    failure: str | None = None
    remark: str = ""

    def as_json(self) -> dict[str, Any]:
        """The step as JSON."""
        told: dict[str, Any] = {self.kind: self.request}
        if self.failure is not None:
            told["failure"] = self.failure
        return told | ({"remark": self.remark} if self.remark else {})


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen.

    Args:
        matched: FROM and WHERE select the message.
        reason: why not, what failed, or what is odd about it.
        result: what SELECT gives, as the bytes that actions receive.
        steps: the actions.
        error_step: what the error action would get if the first action failed.
    """

    rule: str
    topic: str
    matched: bool
    reason: str = ""
    result: bytes = b""
    steps: list[Step] = field(default_factory=list)
    error_step: Step | None = None

    def as_json(self) -> dict[str, Any]:
        """The preview as JSON."""
        told: dict[str, Any] = {"rule": self.rule, "topic": self.topic, "matched": self.matched}
        if self.reason:
            told["reason"] = self.reason
        if self.matched:
            told["result"] = as_text(self.result)
            told["actions"] = [step.as_json() for step in self.steps]
            told["errorAction"] = self.error_step.as_json() if self.error_step else None
        return told


def preview(rule: Rule, message: Message, services: Services | None = None) -> Preview:
    """What a rule would do with a message.

    Args:
        rule: the rule, its actions made without anything that could perform them.
        message: the message; one of Basic Ingest is taken without asking FROM, if it names this rule.
        services: who answers look-ups; without one they fail.
    """
    unheard = _unheard(rule, message)
    if unheard:
        return Preview(rule.name, message.topic, False, unheard)
    try:
        result = rule.statement.evaluate(message, services)
    except EvaluationError as error:
        return Preview(rule.name, message.topic, False, with_payload(f"The SQL fails: {error}", message))
    if result is NO_MATCH:
        return Preview(rule.name, message.topic, False, with_payload("WHERE is not true.", message))

    occasion = rule.occasion(message, result, services=services)
    steps = [_step(action, occasion) for action in rule.actions]
    reason = with_payload("The rule is disabled: it would not run." if rule.disabled else "", message)
    return Preview(rule.name, message.topic, True, reason, occasion.data, steps, _error_step(rule, occasion))


def not_json(message: Message) -> str:
    """The sentence on a payload that is not JSON, or nothing where it is."""
    problem = message.json_problem
    return "" if problem is None else f"The payload is not JSON ({problem}): every attribute of it is Undefined."


def with_payload(reason: str, message: Message) -> str:
    """A sentence, and what there is to say about the payload behind it."""
    return " ".join(filter(None, [reason, not_json(message)]))


def _unheard(rule: Rule, message: Message) -> str:
    """Why the rule does not hear of a message; nothing where it does."""
    if message.rule_name is not None:
        # Basic Ingest names the rule, and FROM is not asked.
        return "" if message.rule_name == rule.name else f"The topic calls the rule {message.rule_name!r}."
    topic_filter = rule.statement.topic_filter
    if topic_filter is None:
        return f"The SQL has no FROM: only Basic Ingest reaches the rule ($aws/rules/{rule.name}/…)."
    return "" if matches(topic_filter, message.topic) else f"FROM {topic_filter!r} does not select this topic."


def _step(action: Action[Any], occasion: Occasion) -> Step:
    remark = action.why if isinstance(action, Rehearsed) else ""
    try:
        return Step(action.kind, action.prepare(occasion).describe(), remark=remark)
    except FinalError as error:
        return Step(action.kind, None, str(error), remark)


def _error_step(rule: Rule, occasion: Occasion) -> Step | None:
    if rule.error_action is None or not rule.actions:
        return None
    first = rule.actions[0]
    failures = [Failure(first.failed_action, first.resource, "(why the action failed)")]
    return _step(rule.error_action, error_occasion(rule.name, occasion, failures))
