"""Keys that are whole numbers or names pass, fractions do not."""

from __future__ import annotations

import pytest

ROLE = "arn:aws:iam::123456789012:role/rule"


def table(**parameters):
    """A dynamoDB action."""
    given = {"roleArn": ROLE, "tableName": "t", "hashKeyField": "h", "hashKeyValue": "${topic(1)}"}
    return {"dynamoDB": given | parameters}


@pytest.mark.parametrize(
    ("value", "is_fraction"),
    [
        ("${temp}", True),
        ("${sqrt(a)}", True),
        ("${floor(temp)}", False),
        ("${cast(temp AS Int)}", False),
        ("${timestamp()}", False),
        ("${seq}", False),
        ("${message.timestamp}", False),
        ("${deviceId}", False),
        ("${humid}", True),
        ("7", False),
    ],
)
def test_number_keys(codes, value, is_fraction):
    """A NUMBER key from an attribute may be a fraction, unless its name says that it counts."""
    action = table(rangeKeyField="r", rangeKeyType="NUMBER", rangeKeyValue=value)

    assert ("decimal-key" in codes("SELECT * FROM 'a'", [action])) is is_fraction


@pytest.mark.parametrize(
    ("value", "is_fraction"), [("${temp}", False), ("${temp / 2.0}", True), ("${topic(1)}-${temp / 2.0}", False)]
)
def test_string_keys(codes, value, is_fraction):
    """An attribute is most likely a name; a computed fraction is none."""
    assert ("decimal-key" in codes("SELECT * FROM 'a'", [table(hashKeyValue=value)])) is is_fraction


@pytest.mark.parametrize(
    ("parameters", "is_told"),
    [
        ({"hashKeyValue": "fixed"}, True),
        ({"hashKeyValue": "${'fixed'}"}, True),
        ({"hashKeyValue": "fixed", "rangeKeyField": "r", "rangeKeyValue": "${timestamp()}"}, False),
        ({"hashKeyValue": "fixed", "operation": "DELETE"}, False),
        ({"hashKeyValue": "${nope()}"}, False),
    ],
)
def test_a_constant_key_overwrites(codes, parameters, is_told):
    """Unless the sort key varies, or overwriting is meant."""
    assert ("constant-key" in codes("SELECT * FROM 'a'", [table(**parameters)])) is is_told


@pytest.mark.parametrize(
    ("select", "is_told"),
    [
        ("SELECT * AS message", True),
        ("SELECT a AS x.y, b AS x.z", True),
        ("SELECT VALUE 'a'", True),
        ("SELECT VALUE a", False),
        ("SELECT a AS x.y, id", False),
        ("SELECT *", False),
    ],
)
def test_dynamodb_v2_needs_a_key_at_the_root(codes, select, is_told):
    """A key is a string, a number or bytes (DynamoDB developer guide, "Primary key")."""
    action = {"dynamoDBv2": {"roleArn": ROLE, "putItem": {"tableName": "t"}}}

    assert ("dynamodbv2-no-key" in codes(f"{select} FROM 't'", [action])) is is_told
