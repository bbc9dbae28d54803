"""The fleet's pipeline: bucket, tables, topic, queues, role, function, and what calls it.

Each function looks at what is there and returns the step that would make or correct it, in the order of
`pipeline_steps`.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from contracts.resources import Resources
from factory.provision.clients import Clients
from factory.provision.foundations import bucket_step, error_code, key_arn, key_step, subscribers, topic_step
from factory.provision.function import VISIBILITY_S, calling_steps, function_step
from factory.provision.policies import fleet_function_policy, function_trust, queue_arn, sqs_arn
from factory.provision.request import FleetRequest, ProvisionRequest
from factory.provision.steps import State, Step, found, same_document

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_RETENTION_S = 14 * 24 * 3600  # the longest that SQS keeps a message
_MOST_RECEIVES = 1000  # the most that SQS allows: an endpoint may be away for days
RIGHTS = "rights"
LOG_DAYS = 30


def pipeline_steps(clients: Clients, names: Resources, request: ProvisionRequest) -> list[Step]:
    """All of them, in the order in which they must be made."""
    fleet = request.fleet or FleetRequest()
    steps = [
        key_step(clients, names, names.fleet_key_alias, "Readings of the fleet"),
        bucket_step(clients, names, names.fleet_bucket, versioned=True, tls_only=not request.local),
        encryption_step(clients, names),
        table_step(clients, names, names.fleet_readings_table, "device_id", "timestamp"),
        table_step(clients, names, names.fleet_vehicles_table, "device_id"),
        table_step(clients, names, names.fleet_alerts_table, "alert"),
        expiry_step(clients, names),
        topic_step(clients, names.fleet_topic_arn),
        queue_step(clients, names.fleet_dead_letters, {}),
        queue_step(clients, names.fleet_retry_queue, _retry_attributes(names)),
        role_step(clients, names),
        log_step(clients, names),
        function_step(clients, names, fleet, request.endpoint_url),
        *calling_steps(clients, names),
    ]
    if request.local:
        return [*steps, mail_step(clients, names)]
    administrators = filter(None, (one.strip() for one in fleet.administrators.split(",")))
    return [*steps, *(recipient_step(clients, names, address) for address in administrators)]


def encryption_step(clients: Clients, names: Resources) -> Step:
    """What lies in the bucket is encrypted under the fleet's key."""

    def wanted() -> dict[str, Any]:
        by = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key_arn(clients, names, names.fleet_key_alias)}
        return {"ApplyServerSideEncryptionByDefault": by, "BucketKeyEnabled": True}

    def make() -> None:
        rules: Any = {"Rules": [wanted()]}
        clients.s3.put_bucket_encryption(Bucket=names.fleet_bucket, ServerSideEncryptionConfiguration=rules)

    try:
        answer = clients.s3.get_bucket_encryption(Bucket=names.fleet_bucket)
        said = answer["ServerSideEncryptionConfiguration"]["Rules"][0]["ApplyServerSideEncryptionByDefault"]
        state = found(True, said == wanted()["ApplyServerSideEncryptionByDefault"])
    except ClientError as error:
        if error_code(error) not in ("NoSuchBucket", "ServerSideEncryptionConfigurationNotFoundError"):
            raise
        state = "missing"
    return Step("encryption", names.fleet_bucket, state, make)


def table_step(clients: Clients, names: Resources, table: str, *keys: str) -> Step:
    """A DynamoDB table, encrypted under the fleet's key."""

    def make() -> None:
        schema: Any = [
            {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
        ]
        clients.dynamodb.create_table(
            TableName=table,
            KeySchema=schema,
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            BillingMode="PAY_PER_REQUEST",
            SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": names.fleet_key_alias},
        )
        clients.dynamodb.get_waiter("table_exists").wait(TableName=table, WaiterConfig={"Delay": 1, "MaxAttempts": 60})

    return Step("table", table, found(_table_exists(clients, table)), make)


def _table_exists(clients: Clients, table: str) -> bool:
    try:
        clients.dynamodb.describe_table(TableName=table)
    except clients.dynamodb.exceptions.ResourceNotFoundException:
        return False
    return True


def expiry_step(clients: Clients, names: Resources) -> Step:
    """Notes of alerts go by themselves after some weeks."""

    def make() -> None:
        clients.dynamodb.update_time_to_live(
            TableName=names.fleet_alerts_table,
            TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"},
        )

    def is_on() -> bool:
        answer = clients.dynamodb.describe_time_to_live(TableName=names.fleet_alerts_table)
        return answer["TimeToLiveDescription"].get("TimeToLiveStatus") in ("ENABLED", "ENABLING")

    on = _table_exists(clients, names.fleet_alerts_table) and is_on()
    return Step("expiry", names.fleet_alerts_table, found(on), make)


def queue_step(clients: Clients, queue: str, attributes: dict[str, str]) -> Step:
    """An SQS queue that keeps its messages as long as SQS can."""
    wanted = attributes | {"MessageRetentionPeriod": str(_RETENTION_S)}

    def make() -> None:
        url = clients.sqs.create_queue(QueueName=queue)["QueueUrl"]
        clients.sqs.set_queue_attributes(QueueUrl=url, Attributes=wanted)  # type: ignore[arg-type]

    return Step("queue", queue, _queue_state(clients, queue, wanted), make)


def _queue_state(clients: Clients, queue: str, wanted: dict[str, str]) -> State:
    try:
        url = clients.sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    except clients.sqs.exceptions.QueueDoesNotExist:
        return "missing"
    said = clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"]).get("Attributes", {})
    return found(True, all(_same(said.get(name), value) for name, value in wanted.items()))  # type: ignore[call-overload]


def _same(said: str | None, wanted: str) -> bool:
    if wanted.startswith("{"):
        return same_document(said, json.loads(wanted))
    return said == wanted


def _retry_attributes(names: Resources) -> dict[str, str]:
    redrive = {"deadLetterTargetArn": sqs_arn(names, names.fleet_dead_letters), "maxReceiveCount": _MOST_RECEIVES}
    return {"VisibilityTimeout": str(VISIBILITY_S), "RedrivePolicy": json.dumps(redrive)}


def role_step(clients: Clients, names: Resources) -> Step:
    """The role that the function takes on, with its rights."""
    role = names.fleet_function_role

    def make() -> None:
        with contextlib.suppress(clients.iam.exceptions.EntityAlreadyExistsException):
            clients.iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(function_trust()))
        arn = key_arn(clients, names, names.fleet_key_alias) or ""
        rights = json.dumps(fleet_function_policy(names, arn))
        clients.iam.put_role_policy(RoleName=role, PolicyName=RIGHTS, PolicyDocument=rights)

    try:
        document: Any = clients.iam.get_role_policy(RoleName=role, PolicyName=RIGHTS)["PolicyDocument"]
    except clients.iam.exceptions.NoSuchEntityException:
        return Step("IAM role", role, "missing", make)
    key = key_arn(clients, names, names.fleet_key_alias)
    return Step("IAM role", role, found(True, key is not None and document == fleet_function_policy(names, key)), make)


def log_step(clients: Clients, names: Resources) -> Step:
    """The function's log, of which lines go after a month; without this they would stay for ever."""
    group = f"/aws/lambda/{names.fleet_function}"

    def make() -> None:
        with contextlib.suppress(clients.logs.exceptions.ResourceAlreadyExistsException):
            clients.logs.create_log_group(logGroupName=group)
        clients.logs.put_retention_policy(logGroupName=group, retentionInDays=LOG_DAYS)

    groups = clients.logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    found_days = [one.get("retentionInDays") for one in groups if one["logGroupName"] == group]
    return Step("log", group, found(bool(found_days), found_days == [LOG_DAYS]), make)


def mail_step(clients: Clients, names: Resources) -> Step:
    """The queue of the mail program is told by the fleet's topic as well (local only)."""

    def make() -> None:
        clients.sns.subscribe(TopicArn=names.fleet_topic_arn, Protocol="sqs", Endpoint=queue_arn(names))

    there = queue_arn(names) in subscribers(clients.sns, names.fleet_topic_arn)
    return Step("subscription", names.fleet_topic, found(there), make)


def recipient_step(clients: Clients, names: Resources, address: str) -> Step:
    """Someone is told by mail of the alerts that are meant for him; SNS asks him to confirm it (AWS only)."""

    def make() -> None:
        subscribe_recipient(clients.sns, names.fleet_topic_arn, address)

    return Step("subscription", address, found(address in subscribers(clients.sns, names.fleet_topic_arn)), make)


def subscribe_recipient(sns: SNSClient, topic_arn: str, address: str) -> None:
    """Have the alerts mailed to someone that name him in their attribute `recipients`; SNS asks him to confirm it."""
    sns.subscribe(
        TopicArn=topic_arn,
        Protocol="email",
        Endpoint=address,
        Attributes={"FilterPolicy": json.dumps({"recipients": [address]})},
    )
