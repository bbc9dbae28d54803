"""The `cloudwatchMetric` action against CloudWatch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import boto3
import pytest

from rules.actions.cloudwatch_metric import CloudwatchMetricAction
from rules.errors import FinalError
from rules.parameters import CloudwatchMetricParameters

ROLE = "arn:aws:iam::000000000000:role/any"


def action(tools, **changes: str) -> CloudwatchMetricAction:
    """An action that puts the temperature."""
    parameters = {
        "roleArn": ROLE,
        "metricName": "${topic(2)}",
        "metricNamespace": "factory",
        "metricUnit": "None",
        "metricValue": "${temp}",
        **changes,
    }
    return CloudwatchMetricAction(CloudwatchMetricParameters.model_validate(parameters), tools.clients)


def test_the_point_is_put(fake_account, tools, occasion):
    """Read back as a statistic."""
    now = datetime.now(UTC)
    tried = action(tools)
    tried.perform(tried.prepare(occasion(b'{"temp":59.25}', timestamp=int(now.timestamp() * 1000))))

    found = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="factory",
        MetricName="b",
        StartTime=now - timedelta(minutes=5),
        EndTime=now + timedelta(minutes=5),
        Period=600,
        Statistics=["Maximum"],
    )

    assert [point["Maximum"] for point in found["Datapoints"]] == [59.25]


def test_the_time_is_the_rules_or_else_that_of_arrival(tools, occasion):
    """Seconds in the rule, milliseconds of arrival."""
    said = action(tools, metricTimestamp="${at}").prepare(occasion(b'{"temp":1,"at":1767225600}'))
    arrived = action(tools).prepare(occasion(b'{"temp":1}', timestamp=1_767_225_600_500))

    assert said.at == datetime(2026, 1, 1, tzinfo=UTC)
    assert arrived.at == datetime(2026, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    "changes",
    [
        {"metricUnit": "Celsius"},
        {"metricValue": "${missing}"},
        {"metricValue": "warm"},
        {"metricValue": "nan"},
        {"metricTimestamp": "1e300"},
    ],
)
def test_a_point_that_cloudwatch_cannot_have_is_final(tools, occasion, changes):
    """Units of the API reference; numbers only."""
    with pytest.raises(FinalError, match="Failed to put CloudWatch metric"):
        action(tools, **changes).prepare(occasion(b'{"temp":1}'))
