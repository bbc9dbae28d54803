"""Logs and metrics of an invocation."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from maintenance.fleet.report import Report
from maintenance.sentences import FleetReading


def test_metrics_in_the_embedded_format() -> None:
    """A line as the specification of CloudWatch's embedded metric format wants it, at most 100 values a metric.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    lines: list[str] = []
    report = Report("i1", lines.append, lambda: 1_767_323_045.5)
    report.count(lines=2, predicted_positive=1)
    report.endpoint_took(0.0125)
    for _ in range(101):
        report.measured(FleetReading("VHC001", datetime(2026, 1, 2, tzinfo=UTC), engine_temp_c=90.0))

    report.finish()

    counts, first, second = map(json.loads, lines)
    about: Any = counts["_aws"]
    assert (1_767_323_045_500, "SmartFactory/Fleet", [[]]) == (
        about["Timestamp"],
        about["CloudWatchMetrics"][0]["Namespace"],
        about["CloudWatchMetrics"][0]["Dimensions"],
    )
    units = {one["Name"]: one["Unit"] for one in about["CloudWatchMetrics"][0]["Metrics"]}
    assert {
        "Lines": "Count",
        "PredictedPositive": "Count",
        "Duration": "Milliseconds",
        "EndpointLatency": "Milliseconds",
    } == units
    assert (2, [12.5]) == (counts["Lines"], counts["EndpointLatency"])
    assert [["device_id"]] == first["_aws"]["CloudWatchMetrics"][0]["Dimensions"]
    assert ("VHC001", 100, 1) == (first["device_id"], len(first["EngineTemperature"]), len(second["EngineTemperature"]))


def test_every_line_has_the_invocations_id() -> None:
    """What happened, as JSON; what is not known is left out."""
    lines: list[str] = []

    Report("i1", lines.append).say("sns_published", alert="VHC001", message_id=None)

    assert [{"level": "info", "event": "sns_published", "request_id": "i1", "alert": "VHC001"}] == list(
        map(json.loads, lines)
    )


def test_latencies_of_a_large_object() -> None:
    """A line of the format takes 100 values of a metric; the others have lines of their own, and none is left out."""
    lines: list[str] = []
    report = Report("i1", lines.append)
    for batch in range(250):
        report.endpoint_took(batch / 1000)

    report.finish()

    told = [value for line in map(json.loads, lines) for value in line["EndpointLatency"]]
    assert [float(batch) for batch in range(250)] == told
