"""The archive: Firehose writes it, S3 keeps it, Athena reads it."""

from __future__ import annotations

from factory.cost.line import Bill
from factory.cost.request import CostRequest
from factory.cost.units import DAYS_A_MONTH, GB, HOURS_A_MONTH, MINUTES_A_MONTH, SECONDS_A_MONTH, TB
from factory.cost.workload import LOOKS_A_MINUTE
from rules.explain.metering import STEP_BYTES, steps

BUFFER_BYTES = 64 * 1024 * 1024
BUFFER_S = 300.0
"""Firehose writes an object when it has so much, or so long after the last [bytes], [s]."""


def archive(bill: Bill, request: CostRequest) -> None:
    """Add what it costs to write, keep and read the archive."""
    taken = stored = arrived = 0.0
    for kind, count in request.kinds:
        # Each record counts in steps of 5 KB, like a message; a message with several readings is one record.
        taken += request.messages(count) * steps(request.batch * kind.archived_bytes) * STEP_BYTES
        arrived += request.readings(count) * kind.archived_bytes
        stored += request.readings(count) * kind.stored_bytes
    bill.add("Firehose", "GB taken, records in steps of 5 KB", "firehose_gb", taken / GB)
    objects = written_objects(arrived)
    if request.partitioned:
        bill.add("Firehose", "GB delivered by partition", "firehose_partition_gb", arrived / GB)
        bill.add("Firehose", "objects by partition", "firehose_partition_object", objects)
        bill.add("Firehose", "hours of JQ", "firehose_jq_hour", HOURS_A_MONTH if arrived else 0.0)
    kept_gb = stored * request.retention_days / DAYS_A_MONTH / GB
    bill.add("S3", f"GB of archive, {request.retention_days:g} days", "s3_standard_gb_month", kept_gb)
    bill.add("S3", "objects written", "s3_put", objects + (HOURS_A_MONTH if request.machines else 0))
    if request.machines:
        bill.add("S3", "lists by the verdict job", "s3_put", MINUTES_A_MONTH * LOOKS_A_MINUTE)
        bill.add("S3", "objects read by the verdict job", "s3_get", objects)
    bill.add("Athena", "TB read", "athena_tb", request.profile.queries * stored / TB)


def written_objects(arrived_bytes: float) -> float:
    """Objects that Firehose writes [1/month].

    Args:
        arrived_bytes: what comes in a month, before gzip [bytes].

    Example:
        >>> written_objects(0), written_objects(1), written_objects(64 * 1024 * 1024 * 20_000)
        (0.0, 8760.0, 20000.0)
    """
    return max(SECONDS_A_MONTH / BUFFER_S, arrived_bytes / BUFFER_BYTES) if arrived_bytes else 0.0
