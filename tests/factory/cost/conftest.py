"""Prices that stay as they are, so that what is calculated by hand stays right when a price changes."""

from __future__ import annotations

import pytest

from factory.cost.prices import Price, Step


def price(usd: float, per: float = 1) -> Price:
    """A price without steps."""
    return Price(source="test", confirmed="page", usd=usd, per=per)


def stepped(per: float, *steps: tuple[float, float | None]) -> Price:
    """A price with steps: what a unit costs, and where that ends."""
    tiers = tuple(Step(usd=usd, up_to=end) for usd, end in steps)
    return Price(source="test", confirmed="page", per=per, tiers=tiers)


@pytest.fixture
def fixed() -> dict[str, Price]:
    """Prices of the hand calculations: those of us-east-1 on 2026-11-27."""
    return {
        "iot_connection_minute": price(0.08, 1e6),
        "iot_message": stepped(1e6, (1.0, 1e9), (0.8, 5e9), (0.7, None)),
        "iot_rule": price(0.15, 1e6),
        "iot_action": price(0.15, 1e6),
        "iot_audit_device_month": price(0.0011),
        "firehose_gb": stepped(1, (0.029, 512000), (0.025, 2048000), (0.02, None)),
        "firehose_partition_gb": price(0.02),
        "firehose_partition_object": price(0.005, 1000),
        "firehose_jq_hour": price(0.07),
        "s3_standard_gb_month": price(0.023),
        "s3_put": price(0.005, 1000),
        "s3_get": price(0.0004, 1000),
        "athena_tb": price(5.0),
        "fargate_arm_vcpu_hour": price(0.03238),
        "fargate_arm_gb_hour": price(0.00356),
        "fargate_storage_gb_hour": price(0.000111),
        "ecr_gb_month": price(0.1),
        "efs_gb_month": price(0.3),
        "alb_hour": price(0.0225),
        "alb_lcu_hour": price(0.008),
        "public_ipv4_hour": price(0.005),
        "endpoint_hour": price(0.01),
        "endpoint_gb": price(0.01),
        "nat_hour": price(0.045),
        "nat_gb": price(0.045),
        "regional_gb": price(0.01),
        "data_out_gb": price(0.09),
        "hosted_zone_month": price(0.5),
        "cloud_map_instance_month": price(0.1),
        "amp_sample": stepped(1e7, (0.9, 2e9), (0.35, 252e9), (0.16, None)),
        "amp_query_sample": price(0.1, 1e9),
        "amp_storage_gb_month": price(0.03),
        "logs_gb": price(0.5),
        "logs_stored_gb_month": price(0.03),
        "metric_month": price(0.3),
        "alarm_month": price(0.1),
        "dashboard_month": price(3.0),
        "lambda_request": price(0.2, 1e6),
        "lambda_arm_gb_second": price(0.0000133334),
        "sagemaker_serverless_gb_second": price(0.00002),
        "sagemaker_serverless_data_gb": price(0.016),
        "dynamodb_write": price(0.625, 1e6),
        "dynamodb_read": price(0.125, 1e6),
        "dynamodb_gb_month": price(0.25),
        "dynamodb_backup_gb_month": price(0.2),
        "sqs_request": price(0.4, 1e6),
        "sns_publish": price(0.5, 1e6),
        "sns_mail": price(2.0, 1e5),
        "ses_mail": price(0.1, 1000),
        "secret_month": price(0.4),
        "secret_request": price(0.05, 1e4),
        "kms_key_month": price(1.0),
        "kms_request": price(0.03, 1e4),
    }
