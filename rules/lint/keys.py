"""Keys by which messages are stored: constant ones, and ones that nobody can ask for again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from rules.analysis.fold import UNKNOWN, constant
from rules.analysis.types import NUMBERS, types_of, types_of_projection
from rules.lint.finding import Finding
from rules.lint.registry import kind, rule_check
from rules.lint.subject import Deed, Expression, Subject, expressions
from rules.sql import tree
from rules.sql.tree import Node

CONSTANT = kind("constant-key", "warning", "A key without a template: each message overwrites the last.")
PARTITION = kind("constant-partition-key", "warning", "A constant partition key: all messages go to one shard.")
DECIMAL = kind("decimal-key", "warning", "A DynamoDB or partition key from a value that may be a Decimal.")
NO_ROOT_KEY = kind("dynamodbv2-no-key", "error", "dynamoDBv2 where SELECT gives no attribute that can be the key.")
BATCH = kind("batch-mode-object", "warning", "batchMode where SELECT gives an object and never an array.")

_PARTITION_KEYS: Final = {"kinesis": "partitionKey", "kafka": "key"}
# Attributes that count or name something hold whole numbers, whatever else a sensor may send.
_WHOLE_NAME: Final = re.compile(r"(?i:(?:^|_)(?:id|seq|sequence|run|count|number|index|timestamp|time|ts|ms|epoch))$")
_WHOLE_CAMEL: Final = re.compile(r"[a-z](?:Id|ID|Seq|Count|Number|Index|Timestamp|Time|Ts|Ms|Epoch)$")


@rule_check
def constant_keys(subject: Subject) -> Iterator[Finding]:
    """Keys under which every message lands."""
    for deed in subject.deeds:
        for name, value in _storage_keys(deed):
            if _is_constant(value):
                sentence = f"{name} is always {value!r}: each message overwrites the last."
                yield subject.at(CONSTANT, f"{deed.place}.{name}", sentence, "Add a template, such as ${newuuid()}.")
        partition = _PARTITION_KEYS.get(deed.kind, "")
        given = deed.parameters.get(partition)
        if isinstance(given, str) and _is_constant(given):
            sentence = f"{partition} is always {given!r}: all messages go to one shard, and its limits hold for all."
            yield subject.at(PARTITION, f"{deed.place}.{partition}", sentence, "Take ${topic()} or ${newuuid()}.")


def _storage_keys(deed: Deed) -> Iterator[tuple[str, str]]:
    """The parameter that tells one message's place from another's, where it is a text."""
    given = deed.parameters
    name = {"s3": "key", "openSearch": "id", "elasticsearch": "id"}.get(deed.kind)
    if (
        deed.kind == "dynamoDB"
        and given.get("operation") in (None, "INSERT")
        and not _varies(given.get("rangeKeyValue"))
    ):
        name = "hashKeyValue"
    value = given.get(name) if name is not None else None
    if name is not None and isinstance(value, str):
        yield name, value


def _varies(value: Any) -> bool:
    return isinstance(value, str) and not _is_constant(value)


def _is_constant(template: str) -> bool:
    if "${" not in template:
        return True
    found = list(expressions("", template))
    # A template that does not parse is told elsewhere.
    return len(found) == template.count("${") and all(
        constant(each.node, "2016-03-23") is not UNKNOWN for each in found
    )


@rule_check
def decimal_keys(subject: Subject) -> Iterator[Finding]:
    """Keys of DynamoDB and partition keys that may be fractions."""
    for deed in subject.deeds:
        for name, is_number in _keys(deed):
            found = _lone_expression(deed, name)
            if found is not None and _may_be_fraction(found.node, is_number=is_number):
                yield subject.in_template(found, DECIMAL, found.node, *_fraction_told(name, found.part.text))
    yield from _decimal_columns(subject)


def _keys(deed: Deed) -> Iterator[tuple[str, bool]]:
    """Names of the key parameters of an action, and whether they are numbers to DynamoDB."""
    if deed.kind == "dynamoDB":
        yield "hashKeyValue", deed.parameters.get("hashKeyType") == "NUMBER"
        yield "rangeKeyValue", deed.parameters.get("rangeKeyType") == "NUMBER"
    elif deed.kind in _PARTITION_KEYS:
        yield _PARTITION_KEYS[deed.kind], False


def _lone_expression(deed: Deed, name: str) -> Expression | None:
    """The expression that is the whole value; inside a longer text a number is but a part of the name."""
    template = deed.parameters.get(name)
    if not isinstance(template, str):
        return None
    found = list(expressions(f"{deed.place}.{name}", template))
    return found[0] if len(found) == 1 and template == f"${{{found[0].part.text}}}" else None


def _may_be_fraction(node: Node, *, is_number: bool) -> bool:
    types = types_of(node)
    if types <= NUMBERS | {"Undefined"}:
        return "Decimal" in types
    is_counted = isinstance(node, tree.Path | tree.Member) and _is_counted(node.names[-1])
    # A STRING key from an attribute is most likely a name; a NUMBER key may well be a measured value.
    return is_number and "Decimal" in types and not is_counted


def _is_counted(name: str) -> bool:
    return _WHOLE_NAME.search(name) is not None or _WHOLE_CAMEL.search(name) is not None


def _fraction_told(name: str, expression: str) -> tuple[str, str]:
    sentence = (
        f"{name} takes ${{{expression}}}, which may be a Decimal: an item is found again by the exact value only, "
        "to the last of its 34 digits, and equal readings overwrite each other."
    )
    return sentence, f"Use a whole number or a name: ${{floor({expression})}}, ${{timestamp()}}, ${{topic(2)}}."


def _decimal_columns(subject: Subject) -> Iterator[Finding]:
    """dynamoDBv2 stores the columns of SELECT: the key is among them, whichever it is."""
    deed = _dynamodb_v2(subject)
    if deed is None or subject.statement is None or subject.statement.projection.is_value:
        return
    columns = subject.statement.projection.columns
    types = [types_of(column.value) for column in columns if column.name]
    if len(types) == len(columns) and all(each <= NUMBERS | {"Undefined"} and "Decimal" in each for each in types):
        sentence = "Every column of SELECT may be a Decimal, so the table's key is one too."
        yield subject.in_sql(DECIMAL, columns[0].value, sentence, "Select a name or a whole number for the key.")


def _dynamodb_v2(subject: Subject) -> Deed | None:
    return next((deed for deed in subject.actions if deed.kind == "dynamoDBv2"), None)


@rule_check
def root_keys(subject: Subject) -> Iterator[Finding]:
    """dynamoDBv2 needs the table's key at the root of the result (developer guide, "DynamoDBv2")."""
    deed = _dynamodb_v2(subject)
    if deed is None or subject.statement is None:
        return
    projection = subject.statement.projection
    if "Object" not in types_of_projection(projection):
        sentence = "SELECT VALUE gives no object, and dynamoDBv2 stores the attributes of one."
        yield subject.in_sql(NO_ROOT_KEY, projection.columns[0].value, sentence, "Select columns, the key among them.")
    elif not projection.is_value and not any(_may_be_key(column) for column in projection.columns):
        sentence = "No attribute at the root of the result can be the table's key: each is an object or an array."
        yield subject.in_sql(
            NO_ROOT_KEY, projection.columns[0].value, sentence, "Select the key as a column of its own."
        )


def _may_be_key(column: tree.Column) -> bool:
    if not column.name:
        return True
    if len(column.name) > 1 or isinstance(column.value, tree.Star):
        return False
    return bool(types_of(column.value) & (NUMBERS | {"String"}))


@rule_check
def batches(subject: Subject) -> Iterator[Finding]:
    """BatchMode takes an array apart; an object it cannot."""
    if subject.statement is None:
        return
    projection = subject.statement.projection
    for deed in subject.actions:
        if deed.parameters.get("batchMode") is True and "Array" not in types_of_projection(projection):
            sentence = f"batchMode of {deed.kind} needs an array, and this SELECT always gives an object."
            remedy = "Select an array with SELECT VALUE, or leave batchMode out."
            yield subject.at(BATCH, f"{deed.place}.batchMode", sentence, remedy)
