"""The `timestream` action: records as the guide's table has them, and against Timestream."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto.timestreamwrite.models import timestreamwrite_backends

from rules import sql
from rules.actions.timestream import TimestreamAction
from rules.errors import FinalError
from rules.loading import Rule
from rules.parameters import TimestreamParameters
from rules.sql import Message

ROLE = "arn:aws:iam::000000000000:role/any"


def action(tools, **changes: Any) -> TimestreamAction:
    """An action that writes to the table `readings` of the database `plant`."""
    parameters = {
        "roleArn": ROLE,
        "databaseName": "plant",
        "tableName": "readings",
        "dimensions": [
            {"name": "device_id", "value": "${clientId()}"},
            {"name": "device_firmware_sku", "value": "My Static Metadata"},
        ],
        **changes,
    }
    return TimestreamAction(TimestreamParameters.model_validate(parameters), tools.clients)


# Payload and types of the developer guide, "Timestream", examples; there the last value is shown once as a double,
# against the text above it: a quoted string is a varchar.
GUIDE = """{
  "boolean_value": true,
  "integer_value": 123456789012,
  "double_value": 123.456789012,
  "string_value": "String value",
  "boolean_value_as_string": "true",
  "integer_value_as_string": "123456789012",
  "double_value_as_string": "123.456789012",
  "array_of_integers": [23,36,56,72],
  "array of strings": ["red", "green","blue"],
  "complex_value": {"simple_element": 42, "array_of_integers": [23,36,56,72]}
}"""


def test_each_attribute_is_a_record_of_the_documented_type(tools, occasion):
    """The guide's example, attribute for attribute."""
    request = action(tools).prepare(occasion(GUIDE.encode(), timestamp=1_598_481_736_423))

    assert request.measures == (
        ("boolean_value", "BOOLEAN", "true"),
        ("integer_value", "BIGINT", "123456789012"),
        ("double_value", "DOUBLE", "123.456789012"),
        ("string_value", "VARCHAR", "String value"),
        ("boolean_value_as_string", "VARCHAR", "true"),
        ("integer_value_as_string", "VARCHAR", "123456789012"),
        ("double_value_as_string", "VARCHAR", "123.456789012"),
        ("array_of_integers", "VARCHAR", "[23,36,56,72]"),
        ("array of strings", "VARCHAR", '["red","green","blue"]'),
        ("complex_value", "VARCHAR", '{"simple_element":42,"array_of_integers":[23,36,56,72]}'),
    )
    assert request.dimensions == (("device_id", "M001"), ("device_firmware_sku", "My Static Metadata"))
    assert (request.time, request.unit) == (1_598_481_736_423, "MILLISECONDS")


@pytest.mark.parametrize(
    ("version", "kind", "text"), [("2016-03-23", "BIGINT", "10"), ("2015-10-08", "DOUBLE", "10.0")]
)
def test_a_whole_decimal_is_a_double_only_in_the_language_of_2015(tools, version, kind, text):
    """Developer guide, "Timestream", note on SQL versions."""
    rule = Rule("tried", sql.compile("SELECT temp FROM 'a/b'", version=version), (), None)
    message = Message(topic="a/b", payload=b'{"temp":10.0}', client_id="M001")
    request = action(tools).prepare(rule.occasion(message, rule.statement.evaluate(message)))

    assert request.measures == (("temp", kind, text),)


def test_the_records_are_written(fake_account, tools, occasion):
    """Read back from the table."""
    timestream = boto3.client("timestream-write")
    timestream.create_database(DatabaseName="plant")
    timestream.create_table(DatabaseName="plant", TableName="readings")
    tried = action(tools, timestamp={"value": "${at}", "unit": "SECONDS"})
    tried.perform(tried.prepare(occasion(b'{"temp":59.2,"at":1767225600}', sql="SELECT temp FROM 'a/b'")))

    table = timestreamwrite_backends["123456789012"]["us-east-1"].databases["plant"].tables["readings"]
    (record,) = table.records
    assert record == {"MeasureName": "temp", "MeasureValueType": "DOUBLE", "MeasureValue": "59.2"}


def test_the_request_is_that_of_the_api(fake_account, tools, occasion):
    """The stub compares each parameter with botocore's model of WriteRecords."""
    tried = action(tools, timestamp={"value": "${at}", "unit": "SECONDS"}, dimensions=[{"name": "d", "value": "1"}])
    request = tried.prepare(occasion(b'{"temp":59.2,"at":1767225600}', sql="SELECT temp FROM 'a/b'"))
    expected = {
        "DatabaseName": "plant",
        "TableName": "readings",
        "CommonAttributes": {
            "Dimensions": [{"Name": "d", "Value": "1"}],
            "Time": "1767225600",
            "TimeUnit": "SECONDS",
        },
        "Records": [{"MeasureName": "temp", "MeasureValueType": "DOUBLE", "MeasureValue": "59.2"}],
    }
    with Stubber(tools.clients.timestream) as service:
        service.add_response("write_records", {"RecordsIngested": {"Total": 1}}, expected)
        tried.perform(request)
        service.assert_no_pending_responses()
    assert request.describe() == expected


@pytest.mark.parametrize(
    ("changes", "payload", "said"),
    [
        ({}, b"[1]", "not a JSON object"),
        ({}, b"text", "not a JSON object"),
        ({}, b"{}", "0 values; 1-100"),
        ({}, b'{"only":null}', "0 values; 1-100"),
        ({}, b"{%s}" % b",".join(b'"v%d":1' % n for n in range(101)), "101 values; 1-100"),
        ({}, b'{"v":9223372036854775808}', "beyond a bigint"),
        ({"dimensions": [{"name": "d", "value": "${missing}"}]}, b'{"v":1}', "dimension d="),
        ({"timestamp": {"value": "${at}"}}, b'{"v":1}', "not a whole number of MILLISECONDS"),
        ({"timestamp": {"value": "${at}"}}, b'{"at":1.5}', "not a whole number"),
        # More digits than Python reads.
        ({"timestamp": {"value": "${at}"}}, b'{"at":"%s"}' % (b"9" * 5000), "not a whole number"),
    ],
)
def test_records_that_cannot_be_are_final(tools, occasion, changes, payload, said):
    """The guide's limit of 100 values, Timestream's types, and times."""
    with pytest.raises(FinalError, match=said):
        action(tools, **changes).prepare(occasion(payload))


def test_rejected_records_are_final_and_tell_why(fake_account, tools, occasion):
    """Timestream API reference, RejectedRecordsException."""
    tried = action(tools)
    request = tried.prepare(occasion(b'{"v":1}'))
    with Stubber(tools.clients.timestream) as service:
        service.add_client_error(
            "write_records",
            "RejectedRecordsException",
            "One or more records have been rejected.",
            419,
            modeled_fields={"RejectedRecords": [{"RecordIndex": 0, "Reason": "outside the retention"}]},
        )
        with pytest.raises(FinalError, match="outside the retention"):
            tried.perform(request)


def test_a_table_that_is_not_there_is_final(fake_account, tools, occasion):
    """The error action's turn."""
    tried = action(tools)
    with pytest.raises(FinalError, match="Failed to write records to Timestream"):
        tried.perform(tried.prepare(occasion(b'{"v":1}')))
