"""The actions `dynamoDB`, a message in one column, and `dynamoDBv2`, a column for each key of a message.

Numbers keep every digit: DynamoDB's have 38, those of AWS IoT SQL 34.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import Any, ClassVar, cast

from boto3.dynamodb.types import DYNAMODB_CONTEXT, TypeSerializer

from rules.actions.action import Action, Occasion, as_text
from rules.actions.aws import Clients, sorted_errors
from rules.errors import FinalError
from rules.parameters import DynamoDbParameters, DynamoDbV2Parameters
from rules.sql import UNDEFINED

OPERATIONS = ("INSERT", "UPDATE", "DELETE")
KEY_TYPES = {"STRING": "S", "NUMBER": "N"}
DEED = "Failed to write to DynamoDB"
Attribute = dict[str, Any]
"""A value with its type, as DynamoDB's API writes it: `{"N": "59.2"}`."""


@dataclass(frozen=True, slots=True)
class Write:
    """What happens to one item."""

    operation: str
    table: str
    key: dict[str, Attribute]
    columns: dict[str, Attribute]

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        shown = {name: _shown(attribute) for name, attribute in {**self.key, **self.columns}.items()}
        return {"operation": self.operation, "tableName": self.table, "item": shown}


class DynamoDbAction(Action[Write]):
    """Writes the result of SELECT to one column of the item whose key the rule gives; what is no JSON goes as binary.

    INSERT replaces the item, UPDATE sets the one column of it, DELETE removes it.
    """

    kind: ClassVar[str] = "dynamoDB"
    failed_action: ClassVar[str] = "DynamoDBAction"

    def __init__(self, parameters: DynamoDbParameters, clients: Clients) -> None:
        self._parameters = parameters
        self._clients = clients
        self.resource = parameters.table_name

    def prepare(self, occasion: Occasion) -> Write:
        """The write for one message."""
        rule = self._parameters
        operation = occasion.text(rule.operation, "operation")
        if operation not in OPERATIONS:
            raise FinalError(f"{DEED}. operation={operation!r} is not {' or '.join(OPERATIONS)}.")
        table = occasion.text(rule.table_name, "tableName")
        column = occasion.text(rule.payload_field, "payloadField")
        columns = {} if operation == "DELETE" else {column: self._payload(occasion)}
        return Write(operation, table, self._key(occasion), columns)

    def perform(self, request: Write) -> None:
        """Write it; once more gives the same item."""
        with sorted_errors(DEED):
            _write(self._clients, request)

    def _key(self, occasion: Occasion) -> dict[str, Attribute]:
        rule = self._parameters
        key = dict([_key_field(occasion, "hashKey", rule.hash_key_field, rule.hash_key_type, rule.hash_key_value)])
        if rule.range_key_field is not None and rule.range_key_value is not None:
            kind = rule.range_key_type or "STRING"
            key.update([_key_field(occasion, "rangeKey", rule.range_key_field, kind, rule.range_key_value)])
        return key

    @staticmethod
    def _payload(occasion: Occasion) -> Attribute:
        if occasion.result is UNDEFINED:
            raise FinalError(f"{DEED}. SELECT gave nothing to write.")
        return attribute(occasion.result)


class DynamoDbV2Action(Action[Write]):
    """Writes each key of the result to a column of its own; the table's keys must be among them."""

    kind: ClassVar[str] = "dynamoDBv2"
    failed_action: ClassVar[str] = "DynamoDBv2Action"

    def __init__(self, parameters: DynamoDbV2Parameters, clients: Clients) -> None:
        self._table = parameters.put_item.table_name
        self._clients = clients
        self.resource = self._table

    def prepare(self, occasion: Occasion) -> Write:
        """The item of one message."""
        if not isinstance(occasion.result, dict) or not occasion.result:
            raise FinalError(f"{DEED}. The payload is not a JSON object with keys: {as_text(occasion.data)[:80]!r}.")
        columns = {name: attribute(value) for name, value in occasion.result.items()}
        return Write("INSERT", occasion.text(self._table, "tableName"), {}, columns)

    def perform(self, request: Write) -> None:
        """Put it."""
        with sorted_errors(DEED):
            _write(self._clients, request)


def attribute(value: Any) -> Attribute:
    """A value of AWS IoT SQL as DynamoDB has it.

    Raises:
        FinalError: a number beyond 38 digits or 1E126.

    Example:
        >>> attribute({"celsius": Decimal("59.20"), "ok": True})
        {'M': {'celsius': {'N': '59.20'}, 'ok': {'BOOL': True}}}
    """
    try:
        return cast("Attribute", TypeSerializer().serialize(value))
    except (DecimalException, TypeError) as error:
        raise FinalError(f"{DEED}. {str(value)[:80]} is beyond the numbers of DynamoDB.") from error


def _key_field(occasion: Occasion, name: str, field: str, kind: str, value: str) -> tuple[str, Attribute]:
    field = occasion.text(field, f"{name}Field")
    kind = occasion.text(kind, f"{name}Type")
    if kind not in KEY_TYPES:
        raise FinalError(f"{DEED}. {name}Type={kind!r} is not STRING or NUMBER.")
    text = occasion.text(value, f"{name}Value")
    if not field or not text:
        raise FinalError(f"{DEED}. {name}Field={field!r} with {name}Value={text!r}: a key cannot be empty.")
    return field, {KEY_TYPES[kind]: text if kind == "STRING" else _number(text, f"{name}Value")}


def _number(text: str, name: str) -> str:
    try:
        number: Decimal | None = DYNAMODB_CONTEXT.create_decimal(text)
    except DecimalException:
        number = None
    if number is None or not number.is_finite():
        raise FinalError(f"{DEED}. {name}={text!r} is not a number of at most 38 digits.")
    return str(number)


def _write(clients: Clients, request: Write) -> None:
    if request.operation == "INSERT":
        clients.dynamodb.put_item(TableName=request.table, Item={**request.key, **request.columns})
    elif request.operation == "DELETE":
        clients.dynamodb.delete_item(TableName=request.table, Key=request.key)
    else:
        ((column, value),) = request.columns.items()
        clients.dynamodb.update_item(
            TableName=request.table,
            Key=request.key,
            UpdateExpression="SET #column = :value",
            ExpressionAttributeNames={"#column": column},
            ExpressionAttributeValues={":value": value},
        )


def _shown(attribute: Attribute) -> Attribute:
    return {kind: as_text(value) if isinstance(value, bytes) else value for kind, value in attribute.items()}
