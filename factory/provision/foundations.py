"""The plant's resources beside its identities: buckets, table, topic, queue, key and secrets.

Each function looks at what is there and returns the step that would make it.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from contracts.resources import Resources
from factory.provision.clients import Clients
from factory.provision.policies import bucket_policy, queue_arn, queue_policy
from factory.provision.request import SmtpAccount
from factory.provision.steps import State, Step, found, same_document

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_BLOCK = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


def foundation_steps(clients: Clients, names: Resources, smtp: SmtpAccount | None, *, local: bool) -> list[Step]:
    """All of them, in the order in which they must be made."""
    steps = [
        key_step(clients, names),
        bucket_step(clients, names, names.identities_bucket, versioned=True, tls_only=not local),
        bucket_step(clients, names, names.lake_bucket, versioned=False, tls_only=not local),
        bucket_step(clients, names, names.models_bucket, versioned=True, tls_only=not local),
        table_step(clients, names),
        topic_step(clients, names.alerts_topic_arn),
    ]
    if local:
        steps.append(queue_step(clients, names))
    # On AWS nobody takes mail on localhost: the secret waits for whoever fills it.
    if local or smtp is not None:
        steps.append(smtp_step(clients, names, smtp))
    return steps


def key_arn(clients: Clients, names: Resources, alias: str | None = None) -> str | None:
    """ARN of the plant's KMS key, or of another by its alias, if it is there."""
    try:
        return clients.kms.describe_key(KeyId=alias or names.key_alias)["KeyMetadata"]["Arn"]
    except clients.kms.exceptions.NotFoundException:
        return None


def key_step(clients: Clients, names: Resources, alias: str | None = None, what: str = "Identity bundles") -> Step:
    """KMS key that wraps the data keys of the bundles, or another, and its alias."""
    wanted = alias or names.key_alias

    def make() -> None:
        key = clients.kms.create_key(Description=f"{what} of {names.plant}")["KeyMetadata"]["KeyId"]
        clients.kms.create_alias(AliasName=wanted, TargetKeyId=key)

    return Step("KMS key", wanted, found(key_arn(clients, names, wanted) is not None), make)


_RETENTION_S = str(14 * 24 * 3600)  # the longest that SQS keeps a message


def bucket_step(clients: Clients, names: Resources, bucket: str, *, versioned: bool, tls_only: bool) -> Step:
    """A bucket closed to the public.

    Args:
        clients: of the account.
        names: of the plant.
        bucket: the bucket's name.
        versioned: whether what is overwritten stays.
        tls_only: whether requests without TLS are refused; a local AWS has no TLS.
    """

    def make() -> None:
        _create_bucket(clients, names, bucket)
        clients.s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=_BLOCK)  # type: ignore[arg-type]
        if versioned:
            clients.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        if tls_only:
            clients.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(bucket_policy(bucket)))

    return Step("bucket", bucket, _bucket_state(clients, bucket, versioned=versioned, tls_only=tls_only), make)


def _create_bucket(clients: Clients, names: Resources, bucket: str) -> None:
    # us-east-1 is the one region that must not be named here.
    place: dict[str, Any] = (
        {} if names.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": names.region}}
    )
    with contextlib.suppress(clients.s3.exceptions.BucketAlreadyOwnedByYou):
        clients.s3.create_bucket(Bucket=bucket, **place)


def _bucket_state(clients: Clients, bucket: str, *, versioned: bool, tls_only: bool) -> State:
    try:
        clients.s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error_code(error) in ("404", "NoSuchBucket"):
            return "missing"
        raise
    try:
        block = clients.s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        policy = clients.s3.get_bucket_policy(Bucket=bucket)["Policy"] if tls_only else None
    except ClientError as error:
        if error_code(error) in ("NoSuchPublicAccessBlockConfiguration", "NoSuchBucketPolicy"):
            return "differs"
        raise
    status = clients.s3.get_bucket_versioning(Bucket=bucket).get("Status") if versioned else "Enabled"
    as_wanted = all(block.values()) and status == "Enabled"
    return found(True, as_wanted and (not tls_only or same_document(policy, bucket_policy(bucket))))


def table_step(clients: Clients, names: Resources) -> Step:
    """DynamoDB table of the leases."""

    def make() -> None:
        clients.dynamodb.create_table(
            TableName=names.leases_table,
            KeySchema=[{"AttributeName": "shard", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "shard", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        clients.dynamodb.get_waiter("table_exists").wait(
            TableName=names.leases_table, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )

    try:
        clients.dynamodb.describe_table(TableName=names.leases_table)
        state: State = "present"
    except clients.dynamodb.exceptions.ResourceNotFoundException:
        state = "missing"
    return Step("table", names.leases_table, state, make)


def topic_step(clients: Clients, arn: str) -> Step:
    """An SNS topic."""
    name = arn.rpartition(":")[2]
    try:
        clients.sns.get_topic_attributes(TopicArn=arn)
        state: State = "present"
    except clients.sns.exceptions.NotFoundException:
        state = "missing"
    return Step("topic", name, state, lambda: clients.sns.create_topic(Name=name))


def queue_step(clients: Clients, names: Resources) -> Step:
    """SQS queue that the topic fills and the mail program empties."""

    def make() -> None:
        url = clients.sqs.create_queue(QueueName=names.alert_mail_queue)["QueueUrl"]
        clients.sqs.set_queue_attributes(
            QueueUrl=url,
            Attributes={"Policy": json.dumps(queue_policy(names)), "MessageRetentionPeriod": _RETENTION_S},
        )
        clients.sns.subscribe(TopicArn=names.alerts_topic_arn, Protocol="sqs", Endpoint=queue_arn(names))

    return Step("queue", names.alert_mail_queue, _queue_state(clients, names), make)


def _queue_state(clients: Clients, names: Resources) -> State:
    try:
        url = clients.sqs.get_queue_url(QueueName=names.alert_mail_queue)["QueueUrl"]
    except clients.sqs.exceptions.QueueDoesNotExist:
        return "missing"
    policy = (
        clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {}).get("Policy")
    )
    subscribed = queue_arn(names) in subscribers(clients.sns, names.alerts_topic_arn)
    return found(True, subscribed and same_document(policy, queue_policy(names)))


def subscribers(sns: SNSClient, topic_arn: str) -> set[str]:
    """Who is told by a topic; nobody where there is none."""
    try:
        pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic_arn)
        return {one["Endpoint"] for page in pages for one in page["Subscriptions"]}
    except sns.exceptions.NotFoundException:
        return set()


def smtp_step(clients: Clients, names: Resources, smtp: SmtpAccount | None) -> Step:
    """Secret with the SMTP account; an account that is there stays unless another is given."""
    text = json.dumps(asdict(smtp or SmtpAccount()))
    there = read_secret(clients, names.smtp_secret)
    same = smtp is None or (there is not None and json.loads(there) == json.loads(text))
    state = found(there is not None, same)
    return Step("secret", names.smtp_secret, state, lambda: write_secret(clients, names, names.smtp_secret, text))


def read_secret(clients: Clients, name: str) -> str | None:
    """Text of a secret; None if there is none."""
    try:
        return clients.secretsmanager.get_secret_value(SecretId=name)["SecretString"]
    except clients.secretsmanager.exceptions.ResourceNotFoundException:
        return None


def write_secret(clients: Clients, names: Resources, name: str, text: str) -> None:
    """Make a secret, encrypted under the plant's key, or give it another text."""
    try:
        clients.secretsmanager.create_secret(Name=name, SecretString=text, KmsKeyId=names.key_alias)
    except clients.secretsmanager.exceptions.ResourceExistsException:
        clients.secretsmanager.put_secret_value(SecretId=name, SecretString=text)


def error_code(error: ClientError) -> str:
    """What AWS calls it."""
    return error.response.get("Error", {}).get("Code", "")
