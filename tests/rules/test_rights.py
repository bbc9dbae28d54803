"""What a key must be allowed so that a rule can run; ARNs are those of the Service Authorization Reference."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from contracts.resources import Resources
from rules.actions import RUN_HERE
from rules.loading import CATALOG_DIR, read_rule, rule_files
from rules.placeholders import placeholders
from rules.rights import Right, rights_of, role_rights_of
from rules.rule import TopicRule

NAMES = Resources("plant1", "123456789012")
ROLE = {"roleArn": "arn:aws:iam::123456789012:role/any"}
KEY = {"hashKeyField": "id", "hashKeyValue": "${device_id}"}
SERIES = {"databaseName": "plant", "tableName": "readings", "dimensions": [{"name": "d", "value": "${device_id}"}]}
METRIC = {"metricName": "m", "metricNamespace": "n", "metricUnit": "None", "metricValue": "1"}

ACTIONS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "cloudwatchAlarm": (
        {**ROLE, "alarmName": "hot", "stateReason": "r", "stateValue": "ALARM"},
        ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:hot"],
    ),
    "cloudwatchLogs": (
        {**ROLE, "logGroupName": "readings"},
        [
            "arn:aws:logs:us-east-1:123456789012:log-group:readings",
            "arn:aws:logs:us-east-1:123456789012:log-group:readings:log-stream:*",
        ],
    ),
    "cloudwatchMetric": ({**ROLE, **METRIC}, ["*"]),
    "dynamoDB": ({**ROLE, "tableName": "kept", **KEY}, ["arn:aws:dynamodb:us-east-1:123456789012:table/kept"]),
    "dynamoDBv2": (
        {**ROLE, "putItem": {"tableName": "kept"}},
        ["arn:aws:dynamodb:us-east-1:123456789012:table/kept"],
    ),
    "firehose": (
        {**ROLE, "deliveryStreamName": "s"},
        ["arn:aws:firehose:us-east-1:123456789012:deliverystream/s"],
    ),
    "http": ({"url": "https://example.com/a"}, []),
    "kinesis": ({**ROLE, "streamName": "s"}, ["arn:aws:kinesis:us-east-1:123456789012:stream/s"]),
    "lambda": (
        {"functionArn": "arn:aws:lambda:us-east-1:123456789012:function:f"},
        ["arn:aws:lambda:us-east-1:123456789012:function:f"],
    ),
    "republish": ({**ROLE, "topic": "a/b"}, []),
    "s3": ({**ROLE, "bucketName": "lake", "key": "k/${device_id}"}, ["arn:aws:s3:::lake/k/*"]),
    "sns": (
        {**ROLE, "targetArn": "arn:aws:sns:us-east-1:123456789012:t"},
        ["arn:aws:sns:us-east-1:123456789012:t"],
    ),
    "sqs": (
        {**ROLE, "queueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/q"},
        ["arn:aws:sqs:eu-west-1:123456789012:q"],
    ),
    "stepFunctions": (
        {**ROLE, "stateMachineName": "inspect"},
        ["arn:aws:states:us-east-1:123456789012:stateMachine:inspect"],
    ),
    "timestream": (
        {**ROLE, **SERIES},
        ["arn:aws:timestream:us-east-1:123456789012:database/plant/table/readings", "*"],
    ),
}


def rule(sql: str = "SELECT * FROM 'a'", *actions: dict[str, Any], **payload: Any) -> TopicRule:
    """A rule with these actions."""
    written = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": list(actions), **payload}
    return TopicRule.model_validate({"ruleName": "tried", "topicRulePayload": written})


def rights(sql: str = "SELECT * FROM 'a'", *actions: dict[str, Any], **payload: Any) -> tuple[Right, ...]:
    """What one rule needs."""
    return rights_of([rule(sql, *actions, **payload)], NAMES)


def documented() -> dict[str, set[str]]:
    """The rights that the table of actions in docs/rules.md names, by action."""
    text = (Path(__file__).parents[2] / "docs" / "rules.md").read_text()
    rows = re.findall(r"(?m)^\| `(\w+)` \| yes.*\| ([^|]*) \|$", text)
    return {kind: set(re.findall(r"`([a-z0-9]+:\w+)`", cell)) - {"iot:Publish"} for kind, cell in rows}


@pytest.mark.parametrize("kind", sorted(RUN_HERE))
def test_each_action_needs_its_resource_and_no_other(kind: str) -> None:
    """And every action of IAM is one that the documents name for it."""
    parameters, resources = ACTIONS[kind]
    needed = rights("SELECT * FROM 'a'", {kind: parameters})

    assert [right.resource for right in needed] == resources
    assert {action for right in needed for action in right.actions} <= documented()[kind]


def test_names_that_a_message_fills_in_stand_open() -> None:
    """Only the part that the message gives."""
    (right,) = rights("SELECT * FROM 'a'", {"s3": {**ROLE, "bucketName": "lake-${topic(1)}-x", "key": "k"}})

    assert right == Right(("s3:PutObject",), "arn:aws:s3:::lake-*-x/k")


def test_a_canned_acl_needs_a_right_of_its_own() -> None:
    """PutObject with an ACL asks for PutObjectAcl too (Amazon S3 API reference, PutObject)."""
    action = {"s3": {**ROLE, "bucketName": "lake", "key": "k", "cannedAcl": "private"}}

    assert rights("SELECT * FROM 'a'", action)[0].actions == ("s3:PutObject", "s3:PutObjectAcl")


def test_the_error_action_counts_and_a_right_is_named_once() -> None:
    """Two actions on one queue, and another queue for what fails."""
    first = {"sqs": {**ROLE, "queueUrl": "http://127.0.0.1:4566/123456789012/q"}}
    other = {"sqs": {**ROLE, "queueUrl": "http://127.0.0.1:4566/123456789012/failed"}}

    assert [right.resource for right in rights("SELECT * FROM 'a'", first, first, errorAction=other)] == [
        "arn:aws:sqs:us-east-1:123456789012:q",
        "arn:aws:sqs:us-east-1:123456789012:failed",
    ]


def test_a_disabled_rule_needs_nothing() -> None:
    """It does not run."""
    assert rights("SELECT * FROM 'a'", {"kinesis": {**ROLE, "streamName": "s"}}, ruleDisabled=True) == ()


@pytest.mark.parametrize(
    ("call", "right"),
    [
        (
            "aws_lambda('arn:aws:lambda:us-east-1:123456789012:function:f', {})",
            Right(("lambda:InvokeFunction",), "arn:aws:lambda:us-east-1:123456789012:function:f"),
        ),
        (
            "get_dynamodb('t', 'id', device_id, 'role')",
            Right(("dynamodb:GetItem",), "arn:aws:dynamodb:us-east-1:123456789012:table/t"),
        ),
        (
            "get_secret('key', 'SecretString', 'role')",
            Right(
                ("secretsmanager:GetSecretValue",),
                "arn:aws:secretsmanager:us-east-1:123456789012:secret:key-??????",
            ),
        ),
        (
            "get_thing_shadow(topic(2), 'role')",
            Right(("iot:GetThingShadow",), "arn:aws:iot:us-east-1:123456789012:thing/*"),
        ),
        (
            "get_registry_data('ListThingGroupsForThing', 'press', 'role')",
            Right(("iot:ListThingGroupsForThing",), "arn:aws:iot:us-east-1:123456789012:thing/press"),
        ),
        (
            "machinelearning_predict('m', 'role', {})",
            Right(("machinelearning:Predict", "machinelearning:GetMLModel"), "*"),
        ),
        (
            "decode(encode(*, 'base64'), 'proto', 'schemas', 'plant.desc', 'plant', 'Reading')",
            Right(("s3:GetObject",), "arn:aws:s3:::schemas/plant.desc"),
        ),
    ],
)
def test_a_look_up_needs_what_it_asks_for(call: str, right: Right) -> None:
    """In the statement, wherever it stands."""
    assert rights(f"SELECT upper({call}) AS x FROM 'a'") == (right,)  # noqa: S608  # not that SQL
    assert rights(f"SELECT a FROM 'a' WHERE {call} = 1") == (right,)  # noqa: S608  # not that SQL


def test_a_look_up_in_a_template_counts() -> None:
    """An action asks as a statement does."""
    key = "${get_thing_shadow('press', 'role').version}"
    needed = rights("SELECT a FROM 'a'", {"s3": {**ROLE, "bucketName": "lake", "key": key}})

    assert Right(("iot:GetThingShadow",), "arn:aws:iot:us-east-1:123456789012:thing/press") in needed


def test_the_factorys_own_rules_need_what_provisioning_gives() -> None:
    """Objects of the lake, notifications and the fleet's function; the engine itself writes the plant's archive."""
    known = placeholders(NAMES)
    needed = rights_of([read_rule(file, known) for file in rule_files(CATALOG_DIR)], NAMES)

    actions = {action for right in needed for action in right.actions}
    assert actions == {"s3:PutObject", "sns:Publish", "lambda:InvokeFunction"}
    assert Right(("s3:PutObject",), f"arn:aws:s3:::{NAMES.lake_bucket}/raw/*") in needed


def test_a_rules_own_role_needs_what_aws_asks_of_it() -> None:
    """On AWS the archive is a stream, `republish` asks IAM (developer guide, "Republish"), `lambda` asks no role."""
    written = rule(
        "SELECT * FROM 'a'",
        {"firehose": {**ROLE, "deliveryStreamName": NAMES.archive_stream}},
        {"republish": {**ROLE, "topic": "$$aws/things/${topic(2)}/shadow/update"}},
        {"lambda": {"functionArn": NAMES.fleet_function_arn}},
        {"http": {"url": "https://example.com/a"}},
    )

    assert role_rights_of(written, NAMES) == (
        Right(
            ("firehose:PutRecord", "firehose:PutRecordBatch"),
            "arn:aws:firehose:us-east-1:123456789012:deliverystream/smart-factory-plant1-archive",
        ),
        Right(("iot:Publish",), "arn:aws:iot:us-east-1:123456789012:topic/$aws/things/*/shadow/update"),
    )
