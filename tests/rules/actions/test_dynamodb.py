"""The actions `dynamoDB` and `dynamoDBv2` against DynamoDB."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.actions.dynamodb import DynamoDbAction, DynamoDbV2Action, attribute
from rules.errors import FinalError
from rules.parameters import DynamoDbParameters, DynamoDbV2Parameters

ROLE = "arn:aws:iam::000000000000:role/any"


@pytest.fixture
def table(fake_account: None) -> Any:
    """A table with both keys."""
    dynamodb = boto3.client("dynamodb")
    dynamodb.create_table(
        TableName="readings",
        KeySchema=[{"AttributeName": "device", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "device", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return dynamodb


def action(tools, **changes: Any) -> DynamoDbAction:
    """An action that writes to the table `readings`."""
    parameters = {
        "roleArn": ROLE,
        "tableName": "readings",
        "hashKeyField": "device",
        "hashKeyValue": "${device}",
        "rangeKeyField": "at",
        "rangeKeyValue": "${at}",
        "rangeKeyType": "NUMBER",
        **changes,
    }
    return DynamoDbAction(DynamoDbParameters.model_validate(parameters), tools.clients)


def act(tried: DynamoDbAction | DynamoDbV2Action, occasion: Any) -> None:
    """Prepare and perform."""
    tried.perform(tried.prepare(occasion))


def test_the_result_is_one_column(table, tools, occasion):
    """Named `payload` where the rule says nothing (developer guide, "DynamoDB"); numbers keep every digit."""
    sql = "SELECT temp, tags FROM 'a/b'"
    act(action(tools), occasion(b'{"device":"M001","at":7,"temp":59.12345678901234567890123456789,"tags":["a"]}', sql))

    payload = {"temp": {"N": "59.12345678901234567890123456789"}, "tags": {"L": [{"S": "a"}]}}
    assert table.scan(TableName="readings")["Items"] == [
        {"device": {"S": "M001"}, "at": {"N": "7"}, "payload": {"M": payload}}
    ]


def test_what_is_no_json_is_written_as_binary(table, tools, occasion):
    """Developer guide, "DynamoDB", note."""
    act(action(tools, hashKeyValue="${topic()}", rangeKeyValue="1", payloadField="raw"), occasion(b"\x00\xff"))

    assert table.scan(TableName="readings")["Items"][0]["raw"] == {"B": b"\x00\xff"}


def test_an_update_leaves_the_other_columns_and_a_delete_nothing(table, tools, occasion):
    """INSERT replaces; the operation may be a template."""
    table.put_item(TableName="readings", Item={"device": {"S": "M001"}, "at": {"N": "7"}, "owner": {"S": "Ada"}})
    message = b'{"device":"M001","at":7,"do":"%s"}'
    key = {"device": {"S": "M001"}, "at": {"N": "7"}}
    columns = []
    for operation in (b"UPDATE", b"INSERT", b"DELETE"):
        act(action(tools, operation="${do}"), occasion(message % operation, sql="SELECT at FROM 'a/b'"))
        columns.append(table.get_item(TableName="readings", Key=key).get("Item", {}).keys() - key.keys())

    assert columns == [{"owner", "payload"}, {"payload"}, set()]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"operation": "${'PUT'}"}, "operation='PUT'"),
        ({"hashKeyType": "${'BINARY'}"}, "hashKeyType='BINARY'"),
        ({"hashKeyValue": "${missing}"}, "cannot be empty"),
        ({"rangeKeyValue": "soon"}, "rangeKeyValue='soon' is not a number"),
        ({"rangeKeyValue": "NaN"}, "is not a number"),
        ({"rangeKeyValue": "1" * 39}, "38 digits"),
    ],
)
def test_an_item_that_cannot_be_is_final(tools, occasion, changes, said):
    """Operations and types of the guide; keys and numbers of DynamoDB."""
    with pytest.raises(FinalError, match=said):
        action(tools, **changes).prepare(occasion(b'{"device":"M001","at":7}'))


def test_nothing_to_write_is_final(tools, occasion):
    """SELECT VALUE of a key that is absent; a null is something."""
    with pytest.raises(FinalError, match="nothing to write"):
        action(tools).prepare(occasion(b'{"device":"M001","at":7}', sql="SELECT VALUE missing FROM 'a/b'"))


ALL = "SELECT * FROM 'a/+'"


def v2(tools, table_name: str = "readings") -> DynamoDbV2Action:
    """An action that writes columns."""
    parameters = {"roleArn": ROLE, "putItem": {"tableName": table_name}}
    return DynamoDbV2Action(DynamoDbV2Parameters.model_validate(parameters), tools.clients)


def test_each_key_is_a_column(table, tools, occasion):
    """Types as in JSON (developer guide, "DynamoDBv2")."""
    act(
        v2(tools, "${topic(2)}s"),
        occasion(b'{"device":"M001","at":7,"ok":false,"gone":null}', topic="a/reading", sql=ALL),
    )

    assert table.scan(TableName="readings")["Items"] == [
        {"device": {"S": "M001"}, "at": {"N": "7"}, "ok": {"BOOL": False}, "gone": {"NULL": True}}
    ]


@pytest.mark.parametrize("payload", [b"[1]", b"text", b"{}"])
def test_a_payload_without_keys_is_final(tools, occasion, payload):
    """There is no column to write."""
    with pytest.raises(FinalError, match="not a JSON object with keys"):
        v2(tools).prepare(occasion(payload))


def test_an_item_without_the_tables_keys_is_final(table, tools, occasion):
    """DynamoDB refuses it (developer guide, "DynamoDBv2", requirements)."""
    tried = v2(tools)
    request = tried.prepare(occasion(b'{"device":"M001"}'))

    assert request.describe() == {"operation": "INSERT", "tableName": "readings", "item": {"device": {"S": "M001"}}}
    with pytest.raises(FinalError, match="ValidationException"):
        tried.perform(request)


@pytest.mark.parametrize("value", [10**38 + 1, Decimal("1E200"), {"deep": [Decimal("1E-200")]}])
def test_a_number_beyond_dynamodb_is_final(value):
    """38 digits, from 1E-130 to 9.99E+125 (DynamoDB developer guide, "Supported data types")."""
    with pytest.raises(FinalError, match="beyond the numbers"):
        attribute(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=4))
def test_every_decimal_arrives_with_its_value(number):
    """Nothing is rounded on the way."""
    assert Decimal(attribute(number)["N"]) == number
