"""Parameters of `cloudwatchMetric`, `cloudwatchAlarm` and `cloudwatchLogs`."""

from __future__ import annotations

from typing import Annotated

from rules.parameters.model import AwsModel, Flag, RoleArn, Text, one_of, written_as

_SIZES = [f"{size}{unit}" for size in ("", "Kilo", "Mega", "Giga", "Tera") for unit in ("Bytes", "Bits")]
UNITS = frozenset(
    ["Seconds", "Microseconds", "Milliseconds", "Percent", "None"]
    + [f"{unit.capitalize()}{rate}" for unit in ("Count", *_SIZES) for rate in ("", "/Second")]
)
"""Units of CloudWatch (API reference, MetricDatum)."""

STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
"""States of an alarm (API reference, SetAlarmState)."""


class CloudwatchMetricParameters(AwsModel):
    """Puts a value of each message into a metric."""

    role_arn: RoleArn
    metric_name: Text
    metric_namespace: Text
    metric_unit: Text
    metric_value: Text
    metric_timestamp: Text | None = None


class CloudwatchAlarmParameters(AwsModel):
    """Changes the state of an alarm."""

    role_arn: RoleArn
    alarm_name: Annotated[str, written_as(r"[^\0]{1,255}", "an alarm's name has 1-255 characters")]
    state_reason: Annotated[str, written_as(r"[^\0]{0,1023}", "a reason has at most 1,023 characters")]
    state_value: Annotated[str, one_of(*STATES)]


class CloudwatchLogsParameters(AwsModel):
    """Writes each message to a log group."""

    role_arn: RoleArn
    log_group_name: Annotated[
        str, written_as(r"[\w./#-]{1,512}", "a log group has 1-512 letters, digits and characters of . - _ / #")
    ]
    batch_mode: Flag = False
