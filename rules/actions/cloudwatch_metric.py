"""The `cloudwatchMetric` action: a value of a message becomes a point of a metric."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from rules.actions.action import Action, Occasion
from rules.actions.aws import Clients, sorted_errors
from rules.errors import FinalError
from rules.parameters import CloudwatchMetricParameters
from rules.parameters.cloudwatch import UNITS


@dataclass(frozen=True, slots=True)
class MetricPoint:
    """A point to be put."""

    namespace: str
    name: str
    value: float
    unit: str
    at: datetime

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        return {
            "metricNamespace": self.namespace,
            "metricName": self.name,
            "metricValue": self.value,
            "metricUnit": self.unit,
            "metricTimestamp": self.at.isoformat(),
        }


class CloudwatchMetricAction(Action[MetricPoint]):
    """Puts one point a message; every parameter is a template."""

    kind: ClassVar[str] = "cloudwatchMetric"
    failed_action: ClassVar[str] = "CloudwatchMetricAction"

    def __init__(self, parameters: CloudwatchMetricParameters, clients: Clients) -> None:
        self._parameters = parameters
        self._clients = clients
        self.resource = f"{parameters.metric_namespace}/{parameters.metric_name}"

    def prepare(self, occasion: Occasion) -> MetricPoint:
        """The point of one message."""
        rule = self._parameters
        unit = occasion.text(rule.metric_unit, "metricUnit")
        if unit not in UNITS:
            raise FinalError(f"Failed to put CloudWatch metric. {unit!r} is no unit of CloudWatch.")
        seconds = occasion.message.timestamp / 1000
        if rule.metric_timestamp is not None:
            seconds = _number(occasion.text(rule.metric_timestamp, "metricTimestamp"), "metricTimestamp")
        return MetricPoint(
            namespace=occasion.text(rule.metric_namespace, "metricNamespace"),
            name=occasion.text(rule.metric_name, "metricName"),
            value=_number(occasion.text(rule.metric_value, "metricValue"), "metricValue"),
            unit=unit,
            at=_moment(seconds),
        )

    def perform(self, request: MetricPoint) -> None:
        """Put it."""
        datum: Any = {
            "MetricName": request.name,
            "Value": request.value,
            "Unit": request.unit,
            "Timestamp": request.at,
        }
        with sorted_errors("Failed to put CloudWatch metric"):
            self._clients.cloudwatch.put_metric_data(Namespace=request.namespace, MetricData=[datum])


def _number(text: str, name: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise FinalError(f"Failed to put CloudWatch metric. {name}={text!r} is not a number.")
    return number


def _moment(seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise FinalError(
            f"Failed to put CloudWatch metric. metricTimestamp={seconds} is no time in seconds since 1970."
        ) from None
