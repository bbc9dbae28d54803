"""What AWS would refuse before it looks at the SQL: names, quotas, keys and values of the rule's JSON.

Names and limits: API reference, CreateTopicRule and TopicRulePayload; AWS General Reference, "AWS IoT Core quotas".
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from pydantic import ValidationError

from rules.lint.finding import Finding, Kind
from rules.lint.registry import kind, rule_check
from rules.lint.subject import Subject
from rules.rule import MAX_ACTIONS, MAX_PAYLOAD_BYTES, TopicRule

Loc = tuple[str | int, ...]

RULE_NAME = kind("rule-name", "error", "A rule name that is missing, too long, or holds more than letters, digits, _.")
UNKNOWN_KEY = kind("unknown-key", "error", "A key that AWS does not know.")
UNKNOWN_ACTION = kind("unknown-action", "error", "An action that AWS IoT does not have.")
TOO_MANY_ACTIONS = kind("too-many-actions", "error", "More than 10 actions.")
TOO_LARGE = kind("rule-too-large", "error", "A rule of more than 128 KB.")
SCHEMA = kind("schema", "error", "Any other key or value that AWS refuses.")
NO_ACTIONS = kind("no-actions", "warning", "A rule that does nothing.")
NO_VERSION = kind("missing-sql-version", "warning", "No awsIotSqlVersion: AWS then takes 2015-10-08.")


@rule_check
def refusals(subject: Subject) -> Iterator[Finding]:
    """Every refusal of the catalog's schema, each at its place."""
    value = copy.deepcopy(subject.value)
    problems = _problems(value)
    # A key that is not known may hide what else is wrong: it is told, taken away, and the rest is looked at again.
    while unknown := [place for problem in problems if (place := _unknown_key(problem)) and _remove(value, place)]:
        for place in unknown:
            yield subject.at(UNKNOWN_KEY, _place(place), f"AWS knows no key {place[-1]!r} here.", _SLIP)
        problems = _problems(value)
    for problem in problems:
        if not _is_told_elsewhere(problem):
            yield _finding(subject, problem)


_SLIP: Final = "Look for a slip of the pen; AWS writes keys in camel case."
_OWN_WORDS: Final = re.compile(r"AWS has no key '([^']*)' here")


def _problems(value: Any) -> list[Any]:
    try:
        TopicRule.model_validate(value)
    except ValidationError as error:
        return error.errors(include_url=False)
    return []


def _unknown_key(problem: Any) -> Loc | None:
    """Where a key stands that is not known, if that is the problem."""
    if problem["type"] == "extra_forbidden":
        place: Loc = problem["loc"]
        return place
    told = _OWN_WORDS.search(problem["msg"])
    return (*problem["loc"], told[1]) if told else None


def _remove(value: Any, place: Loc) -> bool:
    """Take a key away; False where it is not there."""
    way, key = place[:-1], place[-1]
    for step in way:
        value = value[step] if isinstance(value, dict | list) else None  # type: ignore[index]
    return isinstance(value, dict) and value.pop(key, value) is not value


def _is_told_elsewhere(problem: Any) -> bool:
    # The size has a check of its own.
    return "bytes" in problem["msg"] and str(MAX_PAYLOAD_BYTES) in problem["msg"]


def _finding(subject: Subject, problem: Any) -> Finding:
    place = _place(problem["loc"])
    found, sentence, remedy = _told(problem, place)
    return subject.at(found, place, sentence, remedy)


def _told(problem: Any, place: str) -> tuple[Kind, str, str]:
    value = problem["input"]
    if place == "ruleName" and problem["type"] != "missing":
        return RULE_NAME, f"{value!r} is no name of a rule.", "Use 1 to 128 letters, digits and underscores."
    if place == "actions" and isinstance(value, list | tuple):
        return TOO_MANY_ACTIONS, f"The rule has {len(value)} actions; AWS takes {MAX_ACTIONS}.", "Split the rule."
    said = problem["msg"].removeprefix("Value error, ").rstrip(".")
    shown = "" if isinstance(value, dict | list | tuple) else f" (it is {value!r})"
    found = UNKNOWN_ACTION if "AWS IoT has no action" in said else SCHEMA
    return found, f"{said[:1].upper()}{said[1:]}{shown}.", ""


def _place(loc: Loc) -> str:
    """A place as in `actions[0].s3.key`, below `topicRulePayload`."""
    steps = loc[1:] if loc[:1] == ("topicRulePayload",) and len(loc) > 1 else loc
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.removeprefix(".")


@rule_check
def size(subject: Subject) -> Iterator[Finding]:
    """A rule above the quota of bytes; blanks that JSON does not need do not count."""
    found = len(json.dumps(subject.payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
    if found > MAX_PAYLOAD_BYTES:
        sentence = f"The rule has {found} bytes; AWS takes {MAX_PAYLOAD_BYTES}."
        yield subject.at(TOO_LARGE, "", sentence, "Shorten its SQL, or split it into two rules.")


@rule_check
def version(subject: Subject) -> Iterator[Finding]:
    """A rule whose language AWS would choose."""
    if subject.payload and "awsIotSqlVersion" not in subject.payload:
        sentence = (
            "awsIotSqlVersion is missing: AWS reads the SQL as version 2015-10-08, with other numbers and arrays."
        )
        yield subject.at(NO_VERSION, "awsIotSqlVersion", sentence, 'Write "awsIotSqlVersion": "2016-03-23".')


@rule_check
def does_something(subject: Subject) -> Iterator[Finding]:
    """A rule without actions."""
    if subject.payload.get("actions") == []:
        yield subject.at(NO_ACTIONS, "actions", "The rule has no actions: it is metered and does nothing.", "Add one.")
