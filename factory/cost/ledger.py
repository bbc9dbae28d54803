"""The ledger and the truth of simulators, shipped to S3 each minute."""

from __future__ import annotations

import math

from factory.cost.line import Bill
from factory.cost.request import CostRequest
from factory.cost.units import DAYS_A_MONTH, GB, HOURS_A_MONTH, SECONDS_A_MONTH
from factory.cost.workload import LEDGER_BYTES_S, SHARD_SIZE, SHIP_S


def ledger(bill: Bill, request: CostRequest) -> None:
    """Add what it costs to ship and keep what simulators wrote down: a segment a shard and minute, wear each hour.

    Segments of the ground truth come with faults, a few a day, and are not counted.
    """
    shards = sum(math.ceil(count / SHARD_SIZE) for _, count in request.kinds)
    bill.add("S3", "segments of ledgers", "s3_put", shards * SECONDS_A_MONTH / SHIP_S)
    bill.add("S3", "wear tables", "s3_put", shards * HOURS_A_MONTH)
    kept_days = max(1, request.retention_days - 1)
    kept_gb = shards * LEDGER_BYTES_S * SECONDS_A_MONTH / DAYS_A_MONTH * kept_days / GB
    bill.add("S3", f"GB of ledgers, {kept_days:g} days", "s3_standard_gb_month", kept_gb)
