"""The `cloudwatchAlarm` action against CloudWatch."""

from __future__ import annotations

import boto3
import pytest

from rules.actions.cloudwatch_alarm import CloudwatchAlarmAction
from rules.errors import FinalError
from rules.parameters import CloudwatchAlarmParameters

ROLE = "arn:aws:iam::000000000000:role/any"


def action(tools, **changes: str) -> CloudwatchAlarmAction:
    """An action that sets the alarm `hot`."""
    parameters = {"roleArn": ROLE, "alarmName": "hot", "stateReason": "${why}", "stateValue": "${state}", **changes}
    return CloudwatchAlarmAction(CloudwatchAlarmParameters.model_validate(parameters), tools.clients)


def test_the_state_is_set_with_its_reason(fake_account, tools, occasion):
    """Read back as the alarm's state."""
    cloudwatch = boto3.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="hot",
        MetricName="Never",
        Namespace="Tried",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        Statistic="Sum",
        ComparisonOperator="GreaterThanThreshold",
    )
    tried = action(tools)
    tried.perform(tried.prepare(occasion(b'{"state":"ALARM","why":"96 degrees."}')))

    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["hot"])["MetricAlarms"]
    assert (alarm["StateValue"], alarm["StateReason"]) == ("ALARM", "96 degrees.")


def test_a_state_that_is_none_is_final(tools, occasion):
    """OK, ALARM, INSUFFICIENT_DATA (developer guide, "CloudWatch alarms")."""
    with pytest.raises(FinalError, match="stateValue='hot' is not OK or ALARM or INSUFFICIENT_DATA"):
        action(tools).prepare(occasion(b'{"state":"hot"}'))


def test_a_reason_that_is_too_long_is_cut(tools, occasion):
    """1,023 characters (CloudWatch API reference, SetAlarmState): better short than no alarm."""
    request = action(tools, stateValue="OK").prepare(occasion(b'{"why":"%s"}' % (b"x" * 2000)))

    assert request.describe() == {"alarmName": "hot", "stateValue": "OK", "stateReason": "x" * 1023}


def test_an_alarm_that_is_not_there_is_final(fake_account, tools, occasion):
    """The error action's turn."""
    tried = action(tools)

    with pytest.raises(FinalError, match="Failed to set CloudWatch alarm state"):
        tried.perform(tried.prepare(occasion(b'{"state":"OK","why":"w"}')))
