"""Who may do what, as documents."""

from __future__ import annotations

import json

from contracts.resources import Resources
from factory.provision.policies import (
    engine_policy,
    fleet_function_policy,
    function_trust,
    machine_policy,
    program_policies,
    queue_policy,
)
from factory.provision.users import PROGRAMS

NAMES = Resources("plant1", "000000000000")
KEY = "arn:aws:kms:us-east-1:000000000000:key/k"


def test_every_right_of_a_machine_hangs_on_its_thing() -> None:
    """One document for all: each statement requires an attached thing and names it."""
    for statement in machine_policy(NAMES)["Statement"]:
        assert statement["Condition"] == {"Bool": {"iot:Connection.Thing.IsAttached": "true"}}
        assert all("${iot:Connection.Thing.ThingName}" in resource for resource in statement["Resource"])


def test_a_machine_is_held_to_its_line() -> None:
    """It can name neither another machine nor another line; only connecting has no topic."""
    topics = [one for one in machine_policy(NAMES)["Statement"] if one["Action"] != "iot:Connect"]

    for resource in (each for statement in topics for each in statement["Resource"]):
        assert "/plant1/${iot:Connection.Thing.Attributes[line]}/${iot:Connection.Thing.ThingName}/" in resource
        assert "*" not in resource
        assert "+" not in resource


def test_the_engine_never_speaks_as_a_machine() -> None:
    """What it republishes must not be archived as a reading."""
    denied = [one for one in engine_policy(NAMES)["Statement"] if one["Effect"] == "Deny"]
    assert [one["Resource"] for one in denied] == [
        ["arn:aws:iot:us-east-1:000000000000:topic/factory/plant1/*/telemetry"]
    ]


def test_only_the_engine_has_to_do_with_basic_ingest() -> None:
    """It hears it and never speaks on it; a machine does neither, as its readings would pass by the alarm."""
    speaking = {
        action: [
            resource
            for one in engine_policy(NAMES)["Statement"]
            if one["Action"] == action and one["Effect"] == "Allow"
            for resource in one["Resource"]
            if "$aws" in resource
        ]
        for action in ("iot:Subscribe", "iot:Receive", "iot:Publish")
    }
    assert speaking == {
        "iot:Subscribe": ["arn:aws:iot:us-east-1:000000000000:topicfilter/$aws/rules/#"],
        "iot:Receive": ["arn:aws:iot:us-east-1:000000000000:topic/$aws/rules/*"],
        "iot:Publish": [],
    }
    assert "$aws" not in json.dumps(machine_policy(NAMES))


WITHOUT_RESOURCE = ("cloudwatch:PutMetricData", "iot:ListThings")
"""Actions for which AWS knows no resource: service authorization reference."""


def test_every_program_has_rights_and_none_has_all_of_a_service() -> None:
    """No action is a wildcard; `*` as a resource only where AWS knows no other."""
    policies = program_policies(NAMES, KEY)
    assert sorted(policies) == sorted(PROGRAMS)
    for document in policies.values():
        for statement in document["Statement"]:
            assert "*" not in json.dumps(statement["Action"])
            assert statement["Resource"] != ["*"] or statement["Action"] in WITHOUT_RESOURCE


def test_the_verdict_job_speaks_of_verdicts_alone() -> None:
    """It reads the archive, keeps its own memory, and publishes on no other channel of the plant."""
    statements = {
        action: one["Resource"]
        for one in program_policies(NAMES, KEY)["verdicts"]["Statement"]
        for action in [one["Action"]]
    }
    lake = f"arn:aws:s3:::{NAMES.lake_bucket}"

    assert statements["iot:Publish"] == ["arn:aws:iot:us-east-1:000000000000:topic/factory/plant1/*/verdict"]
    assert statements["s3:PutObject"] == [f"{lake}/verdicts/*"]
    assert statements["s3:GetObject"] == [f"{lake}/raw/*", f"{lake}/verdicts/*"]


def test_only_the_topics_fill_the_queue() -> None:
    """Another topic, or a person, cannot make mails."""
    condition = queue_policy(NAMES)["Statement"][0]["Condition"]
    assert condition == {"ArnEquals": {"aws:SourceArn": [NAMES.alerts_topic_arn, NAMES.fleet_topic_arn]}}


def test_the_fleets_function_writes_nowhere_in_its_bucket() -> None:
    """What it may do is what the owner's document lists: single actions on single resources, nothing put into S3."""
    statements = fleet_function_policy(NAMES, KEY)["Statement"]
    allowed: dict[str, list[str]] = {}
    for statement in statements:
        assert "*" not in statement["Resource"]
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        for action in actions:
            assert "*" not in action
            allowed.setdefault(action, []).extend(statement["Resource"])

    reads = {"s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:ListBucketVersions"}
    assert {action for action in allowed if action.startswith("s3:")} == reads
    assert allowed["s3:GetObject"] == ["arn:aws:s3:::smart-factory-plant1-fleet-000000000000/inbox/*"]
    assert allowed["sns:Publish"] == [NAMES.fleet_topic_arn]
    assert allowed["kms:Decrypt"] == allowed["kms:GenerateDataKey"] == [KEY]
    assert allowed["sagemaker:InvokeEndpoint"] == [
        "arn:aws:sagemaker:us-east-1:000000000000:endpoint/smart-factory-plant1-fleet"
    ]
    assert function_trust()["Statement"][0]["Principal"] == {"Service": "lambda.amazonaws.com"}
