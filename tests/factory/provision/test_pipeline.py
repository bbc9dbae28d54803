"""The fleet's pipeline in an account: made once, corrected where it differs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from factory.provision import FleetRequest, ProvisionRequest
from factory.provision.clients import Clients
from factory.provision.pipeline import pipeline_steps
from factory.provision.steps import Step

FLEET = FleetRequest(administrators="chief@fleet.example, deputy@fleet.example", threshold_c=95.5)


class Pipeline:
    """The steps of a pipeline, carried out as often as one likes."""

    def __init__(self, account: Any) -> None:
        self.names = account.names
        self.clients = Clients(account.session, None, "us-east-1")

    def steps(self, fleet: FleetRequest = FLEET) -> list[Step]:
        """What there would be to do, and what not."""
        return pipeline_steps(self.clients, self.names, ProvisionRequest(machines=0, fleet=fleet))

    def make(self, fleet: FleetRequest = FLEET) -> list[str]:
        """Do what is needed; the kinds of what was."""
        needed = [step for step in self.steps(fleet) if step.needed]
        for step in needed:
            step.make()
        return [step.kind for step in needed]

    def function(self) -> Any:
        """The function's configuration."""
        return self.clients.functions.get_function_configuration(FunctionName=self.names.fleet_function)


@pytest.fixture
def pipeline(account: Any) -> Pipeline:
    """One that is there."""
    made = Pipeline(account)
    made.make()
    return made


def test_a_second_time_nothing_is_made(pipeline: Pipeline) -> None:
    """But for the function, of whose dead letters moto does not tell."""
    assert pipeline.make() in ([], ["function"])


def test_the_function_runs_on_arm(pipeline: Pipeline) -> None:
    """One that was made for x86-64, as it was before, is moved over."""
    assert ["arm64"] == pipeline.function()["Architectures"]
    wanted = {"FunctionName": pipeline.names.fleet_function, "ZipFile": b"other", "Architectures": ["x86_64"]}
    pipeline.clients.functions.update_function_code(**wanted)

    pipeline.make()

    assert ["arm64"] == pipeline.function()["Architectures"]


def test_what_lies_in_the_bucket_and_tables_is_encrypted(pipeline: Pipeline) -> None:
    """Under the fleet's own key, and the bucket is closed to the public and keeps versions."""
    key = pipeline.clients.kms.describe_key(KeyId=pipeline.names.fleet_key_alias)["KeyMetadata"]["Arn"]
    bucket = pipeline.names.fleet_bucket
    rule = pipeline.clients.s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"][0]

    assert {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key} == rule["ApplyServerSideEncryptionByDefault"]
    assert "Enabled" == pipeline.clients.s3.get_bucket_versioning(Bucket=bucket)["Status"]
    block = pipeline.clients.s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert all(block.values())
    table = pipeline.clients.dynamodb.describe_table(TableName=pipeline.names.fleet_readings_table)["Table"]
    assert "KMS" == table["SSEDescription"]["SSEType"]
    assert [("device_id", "HASH"), ("timestamp", "RANGE")] == [
        (one["AttributeName"], one["KeyType"]) for one in table["KeySchema"]
    ]


def test_the_inbox_calls_the_function_and_nothing_else_in_the_bucket(pipeline: Pipeline) -> None:
    """By the prefix."""
    said = pipeline.clients.s3.get_bucket_notification_configuration(Bucket=pipeline.names.fleet_bucket)
    (one,) = said["LambdaFunctionConfigurations"]

    assert (pipeline.names.fleet_function_arn, ["s3:ObjectCreated:*"]) == (one["LambdaFunctionArn"], one["Events"])
    (rule,) = one["Filter"]["Key"]["FilterRules"]
    assert ("prefix", "inbox/") == (rule["Name"].lower(), rule["Value"])


def test_a_function_that_was_changed_is_put_back(pipeline: Pipeline) -> None:
    """Settings that are asked for anew are the function's afterwards."""
    assert "95.5" == pipeline.function()["Environment"]["Variables"]["FLEET_THRESHOLD_C"]

    assert "function" in pipeline.make(FleetRequest(threshold_c=99, zone="Europe/Berlin"))

    told = pipeline.function()["Environment"]["Variables"]
    assert ("99", "Europe/Berlin") == (told["FLEET_THRESHOLD_C"], told["FLEET_ZONE"])
    assert not {"FLEET_ADMINISTRATORS", "AWS_ENDPOINT_URL"} & told.keys()


def test_rights_that_were_widened_are_put_back(pipeline: Pipeline) -> None:
    """A policy that is not ours is found out."""
    wide = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    role = pipeline.names.fleet_function_role
    pipeline.clients.iam.put_role_policy(RoleName=role, PolicyName="rights", PolicyDocument=json.dumps(wide))

    assert "IAM role" in pipeline.make()

    assert "IAM role" not in [step.kind for step in pipeline.steps() if step.needed]


def test_administrators_are_told_by_mail_what_is_meant_for_them(pipeline: Pipeline) -> None:
    """Each by a subscription with a filter, as the function names recipients in an attribute."""
    sns, topic = pipeline.clients.sns, pipeline.names.fleet_topic_arn
    there = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]

    assert {("email", "chief@fleet.example"), ("email", "deputy@fleet.example")} == {
        (one["Protocol"], one["Endpoint"]) for one in there
    }
    attributes = sns.get_subscription_attributes(SubscriptionArn=there[0]["SubscriptionArn"])["Attributes"]
    assert {"recipients": [there[0]["Endpoint"]]} == json.loads(attributes["FilterPolicy"])


def test_what_waits_for_days_is_kept_for_days(pipeline: Pipeline) -> None:
    """A reading whose verdict is missing may wait for a thousand attempts, and goes to the dead letters after."""
    sqs = pipeline.clients.sqs
    url = sqs.get_queue_url(QueueName=pipeline.names.fleet_retry_queue)["QueueUrl"]
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]

    assert 14 * 24 * 3600 == int(told["MessageRetentionPeriod"])
    redrive = json.loads(told["RedrivePolicy"])
    assert (1000, True) == (
        int(redrive["maxReceiveCount"]),
        redrive["deadLetterTargetArn"].endswith(pipeline.names.fleet_dead_letters),
    )
    # Lambda refuses an event source whose queue shows a message again before the function must have ended.
    assert int(told["VisibilityTimeout"]) >= pipeline.function()["Timeout"]


def test_a_zone_that_is_none_is_refused() -> None:
    """Before anything is made."""
    with pytest.raises(ValidationError, match="Mars/Base"):
        FleetRequest(zone="Mars/Base")
