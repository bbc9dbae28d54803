"""What judges vehicles: function, endpoint, tables, queue."""

from __future__ import annotations

from factory.cost.line import Bill
from factory.cost.request import CostRequest
from factory.cost.units import DAYS_A_MONTH, GB, MINUTES_A_MONTH
from factory.cost.workload import (
    ENDPOINT_BYTES,
    ENDPOINT_GB,
    ENDPOINT_S,
    FUNCTION_MB,
    FUNCTION_S,
    ITEM_BYTES,
    ITEM_WRITES,
    JUDGED_SHARE,
)

POLLS_A_MINUTE = 15
"""Lambda asks the retry queue by five connections, each for 20 s (Lambda developer guide, "Using Lambda with SQS")."""


def fleet(bill: Bill, request: CostRequest) -> None:
    """Add what it costs to judge vehicles; nothing where there are none, or the rule does not see them."""
    if not request.vehicles or request.ingest == "basic-archive":
        return
    judged = request.readings(request.vehicles) * JUDGED_SHARE
    bill.add("Lambda", "invocations", "lambda_request", judged)
    bill.add("Lambda", "GB seconds", "lambda_arm_gb_second", judged * FUNCTION_S * FUNCTION_MB / 1024)
    bill.add("SageMaker", "GB seconds", "sagemaker_serverless_gb_second", judged * ENDPOINT_S * ENDPOINT_GB)
    bill.add("SageMaker", "GB in and out", "sagemaker_serverless_data_gb", judged * ENDPOINT_BYTES / GB)
    bill.add("DynamoDB", "readings written", "dynamodb_write", judged * ITEM_WRITES)
    kept_gb = judged * ITEM_BYTES * request.retention_days / DAYS_A_MONTH / GB
    bill.add("DynamoDB", f"GB of readings, {request.retention_days:g} days", "dynamodb_gb_month", kept_gb)
    bill.add("DynamoDB", "GB of backup", "dynamodb_backup_gb_month", kept_gb)
    bill.add("SQS", "polls of the retry queue", "sqs_request", MINUTES_A_MONTH * POLLS_A_MINUTE)
