"""Who may do what: every policy document, as a function of the names it speaks of.

IoT policies are evaluated with policy variables, so one document serves all machines: what a machine may do follows
from the thing its certificate is attached to. IAM policies name single actions on single resources.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contracts.identity import ENGINE_SHARD
from contracts.resources import FLEET_INBOX, RULES_ENGINE, VERDICTS_MEMORY, Resources
from contracts.segments import SEGMENTS, WEAR
from contracts.topics import BASIC_INGEST, BASIC_INGEST_FILTER
from rules.rights import Right

Document = dict[str, Any]
_THING = "${iot:Connection.Thing.ThingName}"
_LINE = "${iot:Connection.Thing.Attributes[line]}"
_ATTACHED = {"Bool": {"iot:Connection.Thing.IsAttached": "true"}}


def machine_policy(names: Resources) -> Document:
    """IoT: a machine connects as itself, publishes on its own topics and listens to its own commands.

    It may not use Basic Ingest: a reading that goes to one rule passes by all others, so whoever has a machine's key
    could have its readings archived while the rule that alarms never hears of them.
    """
    own = f"topic/factory/{names.plant}/{_LINE}/{_THING}"
    commands = f"topicfilter/factory/{names.plant}/{_LINE}/{_THING}/command"
    return _document(
        _allow("iot:Connect", [_iot(names, f"client/{_THING}")], _ATTACHED),
        _allow("iot:Publish", [_iot(names, f"{own}/telemetry"), _iot(names, f"{own}/event")], _ATTACHED),
        _allow("iot:Receive", [_iot(names, f"{own}/command")], _ATTACHED),
        _allow("iot:Subscribe", [_iot(names, commands)], _ATTACHED),
    )


def engine_policy(names: Resources) -> Document:
    """IoT: the local rules engine reads all of its plant and what is sent to rules (Basic Ingest).

    It republishes within the plant, but never as telemetry, and sends nothing to rules.
    """
    plant = f"factory/{names.plant}"
    filters = [_iot(names, f"topicfilter/{each}") for each in (f"{plant}/*", BASIC_INGEST_FILTER)]
    return _document(
        _allow("iot:Connect", [_iot(names, f"client/{RULES_ENGINE}")], _ATTACHED),
        _allow("iot:Subscribe", filters, _ATTACHED),
        _allow("iot:Receive", [_iot(names, f"topic/{plant}/*"), _iot(names, f"topic/{BASIC_INGEST}*")], _ATTACHED),
        _allow("iot:Publish", [_iot(names, f"topic/{plant}/*")], _ATTACHED),
        # A republished reading would be archived as the machine's own.
        _statement("Deny", "iot:Publish", [_iot(names, f"topic/{plant}/*/telemetry")]),
    )


def program_policies(names: Resources, key_arn: str, more_rights: Sequence[Right] = ()) -> dict[str, Document]:
    """IAM: what each program of the local factory may do, by its name.

    Args:
        names: of the plant's resources.
        key_arn: KMS key of the identity bundles.
        more_rights: of the rules engine, for rules beside the factory's own.
    """
    identities, lake = f"arn:aws:s3:::{names.identities_bucket}", f"arn:aws:s3:::{names.lake_bucket}"
    truth = f"arn:aws:s3:::{names.truth_bucket}"
    listing = _allow("s3:ListBucket", [identities])
    return {
        "init-simulator": _document(
            listing, _allow("s3:GetObject", [f"{identities}/shard-*"]), _decrypt(names, key_arn, "shard-*")
        ),
        "init-rules": _document(
            _allow("s3:ListBucket", [identities], {"StringLike": {"s3:prefix": f"{ENGINE_SHARD}/*"}}),
            _allow("s3:GetObject", [f"{identities}/{ENGINE_SHARD}/*"]),
            _decrypt(names, key_arn, ENGINE_SHARD),
        ),
        "init-mail": _document(_allow("secretsmanager:GetSecretValue", [_secret(names, names.smtp_secret)])),
        "simulator": _document(
            _allow(
                ["dynamodb:GetItem", "dynamodb:UpdateItem"],
                [f"arn:aws:dynamodb:{names.region}:{names.account}:table/{names.leases_table}"],
            ),
            # Ledger and truth, where SIMULATOR_TRUTH_BUCKET is set: it adds, and never reads what any of them told.
            _allow("s3:PutObject", [f"{truth}/{SEGMENTS}*", f"{truth}/{WEAR}*"]),
        ),
        "rules": _document(
            _allow("s3:PutObject", [f"{lake}/raw/*", f"{lake}/quarantine/*", f"{lake}/errors/*"]),
            _allow("sns:Publish", [names.alerts_topic_arn]),
            # PutMetricData has no resource to name, and the emulator does not know the condition key of the namespace.
            _allow("cloudwatch:PutMetricData", ["*"]),
            _allow("lambda:InvokeFunction", [names.fleet_function_arn]),
            *(_allow(right.actions, [right.resource]) for right in more_rights),
        ),
        "mail": _document(
            _allow(
                ["sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
                [queue_arn(names)],
            )
        ),
        "verdicts": _document(
            _allow("s3:ListBucket", [lake], {"StringLike": {"s3:prefix": ["raw/*", f"{VERDICTS_MEMORY}*"]}}),
            _allow("s3:GetObject", [f"{lake}/raw/*", f"{lake}/{VERDICTS_MEMORY}*"]),
            _allow("s3:PutObject", [f"{lake}/{VERDICTS_MEMORY}*"]),
            _allow("iot:ListThings", ["*"]),  # has no resource to name
            _allow("iot:Publish", [_iot(names, f"topic/factory/{names.plant}/*/verdict")]),
        ),
        # Who hands in files and looks at the fleet: `factory fleet`.
        "fleet": _document(
            _allow("s3:PutObject", [f"arn:aws:s3:::{names.fleet_bucket}/{FLEET_INBOX}*"]),
            _allow("dynamodb:Query", [_table(names, names.fleet_readings_table)]),
            _allow(
                ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
                [_table(names, names.fleet_vehicles_table)],
            ),
            _allow(
                ["sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
                [sqs_arn(names, names.fleet_dead_letters)],
            ),
        ),
    }


def fleet_function_policy(names: Resources, key_arn: str) -> Document:
    """IAM: what the fleet's function may do.

    It reads its bucket and writes nowhere in it, so that nothing it does can call it again.
    """
    queues = [sqs_arn(names, queue) for queue in (names.fleet_retry_queue, names.fleet_dead_letters)]
    logs = f"arn:aws:logs:{names.region}:{names.account}:log-group:/aws/lambda/{names.fleet_function}"
    return _document(
        _allow(["s3:GetObject", "s3:GetObjectVersion"], [f"arn:aws:s3:::{names.fleet_bucket}/{FLEET_INBOX}*"]),
        # Or an object that is gone is refused, and never known to be gone (S3's API Reference, GetObject).
        _allow(["s3:ListBucket", "s3:ListBucketVersions"], [f"arn:aws:s3:::{names.fleet_bucket}"]),
        _allow(["dynamodb:BatchWriteItem", "dynamodb:BatchGetItem"], [_table(names, names.fleet_readings_table)]),
        _allow("dynamodb:BatchGetItem", [_table(names, names.fleet_vehicles_table)]),
        _allow(["dynamodb:PutItem", "dynamodb:UpdateItem"], [_table(names, names.fleet_alerts_table)]),
        _allow("sns:Publish", [names.fleet_topic_arn]),
        _allow("sagemaker:InvokeEndpoint", [_endpoint(names)]),
        _allow("sqs:SendMessage", queues),
        _allow(
            ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"],
            queues[:1],
        ),
        _allow(["kms:Decrypt", "kms:GenerateDataKey"], [key_arn]),
        _allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], [logs, f"{logs}:*"]),
    )


def function_trust() -> Document:
    """IAM: Lambda, and nobody else, takes on the function's role."""
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    return _document(trust)


def bucket_policy(bucket: str) -> Document:
    """S3: nothing over an unencrypted connection."""
    resources = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    plain = _statement("Deny", "s3:*", resources, {"Bool": {"aws:SecureTransport": "false"}})
    return _document(plain | {"Sid": "TlsOnly", "Principal": "*"})


def queue_policy(names: Resources) -> Document:
    """SQS: the topics of the plant's and of the fleet's alerts, and nobody else, put messages in."""
    condition = {"ArnEquals": {"aws:SourceArn": [names.alerts_topic_arn, names.fleet_topic_arn]}}
    return _document(
        _allow("sqs:SendMessage", [queue_arn(names)], condition) | {"Principal": {"Service": "sns.amazonaws.com"}}
    )


def queue_arn(names: Resources) -> str:
    """ARN of the queue between the alerts topics and the mail program."""
    return sqs_arn(names, names.alert_mail_queue)


def sqs_arn(names: Resources, queue: str) -> str:
    """ARN of a queue."""
    return f"arn:aws:sqs:{names.region}:{names.account}:{queue}"


def _table(names: Resources, table: str) -> str:
    return f"arn:aws:dynamodb:{names.region}:{names.account}:table/{table}"


def _endpoint(names: Resources) -> str:
    # SageMaker has the names of endpoints in ARNs in small letters.
    return f"arn:aws:sagemaker:{names.region}:{names.account}:endpoint/{names.fleet_endpoint.lower()}"


def _decrypt(names: Resources, key_arn: str, shard: str) -> Document:
    condition = {
        "StringEquals": {"kms:EncryptionContext:plant": names.plant},
        "StringLike": {"kms:EncryptionContext:shard": shard},
    }
    return _allow("kms:Decrypt", [key_arn], condition)


def _secret(names: Resources, name: str) -> str:
    # Secrets Manager puts a dash and six characters behind the name.
    return f"arn:aws:secretsmanager:{names.region}:{names.account}:secret:{name}-??????"


def _iot(names: Resources, resource: str) -> str:
    return f"arn:aws:iot:{names.region}:{names.account}:{resource}"


def _document(*statements: Document) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _allow(action: str | Sequence[str], resources: list[str], condition: Document | None = None) -> Document:
    return _statement("Allow", action, resources, condition)


def _statement(
    effect: str, action: str | Sequence[str], resources: list[str], condition: Document | None = None
) -> Document:
    actions = action if isinstance(action, str) else list(action)
    statement: Document = {"Effect": effect, "Action": actions, "Resource": resources}
    return statement | ({"Condition": condition} if condition else {})
