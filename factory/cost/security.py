"""Leases, alerts, keys and secrets."""

from __future__ import annotations

import math

from factory.cost.archive import written_objects
from factory.cost.line import Bill
from factory.cost.request import CostRequest
from factory.cost.units import SECONDS_A_MONTH
from factory.cost.workload import CRITICAL_S_A_MONTH, HEARTBEAT_S, SHARD_SIZE

MAILS_A_MONTH = 300
"""Mails of Alertmanager, by SES. Assumed."""


def leases(bill: Bill, request: CostRequest, simulators: int) -> None:
    """Add what it costs that simulators agree who plays what: a write a shard and task, a read a task, each heartbeat.

    Args:
        bill: takes the lines.
        request: the plant.
        simulators: tasks.
    """
    beats = SECONDS_A_MONTH / HEARTBEAT_S
    shards = sum(math.ceil(count / SHARD_SIZE) for _, count in request.kinds)
    bill.add("DynamoDB", "heartbeats written", "dynamodb_write", (shards + simulators) * beats)
    bill.add("DynamoDB", "heartbeats read", "dynamodb_read", simulators * beats)


def alerts(bill: Bill, request: CostRequest) -> None:
    """Add what mails cost; on Basic Ingest to the archive alone nobody sees a critical reading."""
    critical = request.machines * request.rate_hz * CRITICAL_S_A_MONTH if request.ingest != "basic-archive" else 0.0
    bill.add("SNS", "critical readings told", "sns_publish", critical)
    bill.add("SNS", "mails of them", "sns_mail", critical)
    bill.add("SES", "mails of Alertmanager", "ses_mail", MAILS_A_MONTH)


def security(bill: Bill, request: CostRequest) -> None:
    """Add what keys and secrets cost; with bucket keys KMS is asked less often than once an object, never more."""
    bill.add("KMS", "keys", "kms_key_month", request.profile.keys)
    arrived = sum(request.readings(count) * kind.archived_bytes for kind, count in request.kinds)
    bill.add("KMS", "requests", "kms_request", 2 * written_objects(arrived))
    bill.add("Secrets Manager", "secrets", "secret_month", request.profile.secrets)
