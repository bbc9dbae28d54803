"""One exam for all actions: made from a rule, named as AWS names them, and refused where the engine runs none."""

from __future__ import annotations

import json
from typing import Any

import botocore.session
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.actions import RUN_HERE, make_action
from rules.errors import CatalogError, FinalError
from rules.rule import AWS_ACTIONS, ActionParameters

API = botocore.session.get_session().get_service_model("iot").shape_for("Action").members
ROLE = {"roleArn": "arn:aws:iam::000000000000:role/any"}
SEARCH = {**ROLE, "endpoint": "https://search.example.com", "index": "i", "type": "t", "id": "1"}
VALUE = {"value": {"doubleValue": "1"}, "timestamp": {"timeInSeconds": "1"}}
LOGIN = {"bootstrap.servers": "k:9092", "ssl.keystore": "k", "ssl.keystore.password": "p"}
DESTINATION = "arn:aws:iot:us-east-1:000000000000:ruledestination/vpc/1"
METRIC = {"metricName": "m", "metricNamespace": "n", "metricUnit": "None", "metricValue": "1"}

RUN: dict[str, dict[str, Any]] = {
    "cloudwatchAlarm": {**ROLE, "alarmName": "a", "stateReason": "${n}", "stateValue": "OK"},
    "cloudwatchLogs": {**ROLE, "logGroupName": "g"},
    "cloudwatchMetric": {**ROLE, **METRIC},
    "dynamoDB": {**ROLE, "tableName": "table", "hashKeyField": "k", "hashKeyValue": "v"},
    "dynamoDBv2": {**ROLE, "putItem": {"tableName": "table"}},
    "firehose": {**ROLE, "deliveryStreamName": "s"},
    "http": {"url": "https://example.com/"},
    "kinesis": {**ROLE, "streamName": "s", "partitionKey": "k"},
    "lambda": {"functionArn": "arn:aws:lambda:us-east-1:000000000000:function:f"},
    "republish": {**ROLE, "topic": "t"},
    "s3": {**ROLE, "bucketName": "lake", "key": "k"},
    "sns": {**ROLE, "targetArn": "arn:aws:sns:us-east-1:000000000000:t"},
    "sqs": {**ROLE, "queueUrl": "https://sqs.us-east-1.amazonaws.com/000000000000/q"},
    "stepFunctions": {**ROLE, "stateMachineName": "m"},
    "timestream": {**ROLE, "databaseName": "data", "tableName": "table", "dimensions": [{"name": "d", "value": "v"}]},
}
REFUSED: dict[str, dict[str, Any]] = {
    "elasticsearch": SEARCH,
    "influxDB": {**ROLE, "destinationArn": DESTINATION, "databaseName": "data", "tableName": "t"},
    "iotAnalytics": {**ROLE, "channelName": "c"},
    "iotEvents": {**ROLE, "inputName": "i"},
    "iotSiteWise": {
        **ROLE,
        "putAssetPropertyValueEntries": [{"propertyAlias": "a", "propertyValues": [VALUE]}],
    },
    "kafka": {"destinationArn": DESTINATION, "topic": "t", "clientProperties": LOGIN},
    "location": {**ROLE, "trackerName": "t", "deviceId": "d", "latitude": "1", "longitude": "2"},
    "openSearch": SEARCH,
    "salesforce": {
        "token": "t" * 40,
        "url": "https://ingestion-abc.de.sfdcnow.com/streams/a/b/event",
    },
}


def test_every_action_of_aws_is_run_or_refused():
    """None is both, none is forgotten."""
    assert set(RUN) | set(REFUSED) == AWS_ACTIONS
    assert set(RUN) == set(RUN_HERE)


@pytest.mark.parametrize("kind", sorted(RUN))
def test_an_action_is_named_as_aws_names_it(tools, kind):
    """The guide's envelopes show S3Action, LambdaAction, HttpAction: the shapes of the API, so the others too."""
    made = make_action(ActionParameters.model_validate({kind: RUN[kind]}), tools)

    assert (made.kind, made.failed_action) == (kind, API[kind].name)
    assert made.resource


@pytest.mark.parametrize("kind", sorted(RUN))
def test_a_request_is_prepared_without_a_network_and_can_be_shown(tools, occasion, kind):
    """`factory rules test` shows JSON values."""
    made = make_action(ActionParameters.model_validate({kind: RUN[kind]}), tools)
    shown = made.prepare(occasion(b'{"n":1}')).describe()

    assert isinstance(shown, dict)
    assert "1" in str(shown)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
TEMPLATES: dict[str, dict[str, Any]] = {
    "cloudwatchAlarm": {"alarmName": "${a}", "stateReason": "${b}", "stateValue": "${a}"},
    "cloudwatchLogs": {"logGroupName": "${a}", "batchMode": True},
    "cloudwatchMetric": {"metricName": "${a}", "metricUnit": "${b}", "metricValue": "${a}", "metricTimestamp": "${b}"},
    "dynamoDB": {"hashKeyField": "${a}", "hashKeyValue": "${b}", "hashKeyType": "NUMBER", "operation": "${a}"},
    "dynamoDBv2": {"putItem": {"tableName": "${a}"}},
    "firehose": {"deliveryStreamName": "${a}", "batchMode": True},
    "http": {"url": "${a}", "confirmationUrl": "${b}", "headers": [{"key": "k", "value": "${a}"}]},
    "kinesis": {"partitionKey": "${a}"},
    "lambda": {"functionArn": "${a}"},
    "republish": {"topic": "${a}", "headers": {"messageExpiry": "${b}", "correlationData": "${a}"}},
    "s3": {"key": "${a}"},
    "sns": {"targetArn": "${a}", "messageFormat": "JSON"},
    "sqs": {"queueUrl": "${a}"},
    "stepFunctions": {"executionNamePrefix": "${a}"},
    "timestream": {"timestamp": {"value": "${a}", "unit": "${b}"}, "dimensions": [{"name": "d", "value": "${b}"}]},
}


@pytest.mark.parametrize("kind", sorted(RUN))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(payload=st.fixed_dictionaries({"a": JSON, "b": JSON}).map(json.dumps) | JSON.map(json.dumps) | st.binary())
def test_any_message_gives_a_request_or_a_failure_in_a_sentence(tools, occasion, kind, payload):
    """Whatever it puts into the templates: the envelope is for people, and what is shown is JSON."""
    made = make_action(ActionParameters.model_validate({kind: {**RUN[kind], **TEMPLATES[kind]}}), tools)
    data = payload if isinstance(payload, bytes) else payload.encode()
    try:
        json.dumps(made.prepare(occasion(data)).describe())
    except FinalError as error:
        told = error.message
    else:
        told = "prepared."
    assert told.endswith(".")


@pytest.mark.parametrize("kind", sorted(REFUSED))
def test_an_action_that_the_engine_does_not_run_is_refused_by_its_name(tools, kind):
    """The sentence says what it runs instead."""
    parameters = ActionParameters.model_validate({kind: REFUSED[kind]})

    with pytest.raises(CatalogError, match=f"this engine does not run {kind}; it runs cloudwatchAlarm, .*, timestream"):
        make_action(parameters, tools)
