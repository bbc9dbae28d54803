"""Monitoring: Prometheus's history, logs, metrics, alarms."""

from __future__ import annotations

from dashboards.prometheus.files import recordings
from dashboards.prometheus.request import PrometheusRequest
from factory.cost.line import Bill
from factory.cost.request import CostRequest
from factory.cost.units import DAYS_A_MONTH, GB, HOURS_A_MONTH, SECONDS_A_MONTH
from factory.cost.workload import FUNCTION_LOG_BYTES, JUDGED_SHARE, VERDICT_SERIES

SERVICE, CLOUDWATCH = "Managed Prometheus", "CloudWatch"
SAMPLE_BYTES = 1.5
"""A sample as Prometheus keeps it [bytes] (its documentation, "Storage": one to two)."""
KEPT_MONTHS = 150 / (HOURS_A_MONTH / 24)
"""A workspace keeps samples for 150 days unless told otherwise (user guide, "Service quotas")."""
FLOWS_AN_HOUR, FLOW_BYTES = 6, 120
"""A flow log has a record of each flow and direction for ten minutes, of some 120 bytes, at each interface."""
FLEET_METRICS = 16
"""Metrics of the fleet's function beside the temperature of each vehicle (docs/fleet.md)."""


def samples(request: CostRequest) -> float:
    """Samples that Prometheus sends to its history [1/month]; two replicas count once if they are told to be one."""
    scrapes = SECONDS_A_MONTH / request.scrape_s
    scraped = scrapes * sum(count * kind.series for kind, count in request.kinds)
    if request.history == "none":
        return 0.0
    if request.history == "signals":
        return scraped
    recorded = request.machines * recorded_series() * SECONDS_A_MONTH / PrometheusRequest().evaluation_interval_s
    return scraped + scrapes * request.machines * VERDICT_SERIES + recorded


def recorded_series() -> int:
    """Series that the recording rules make of a machine, at most: one a rule."""
    return sum(rule.record.startswith("machine:") for rule in recordings(PrometheusRequest()))


def monitoring(bill: Bill, request: CostRequest, tasks: int) -> None:
    """Add what it costs to watch all this.

    Args:
        bill: takes the lines.
        request: the plant.
        tasks: that run all the time.
    """
    profile, sent = request.profile, samples(request)
    bill.add(SERVICE, f"samples, {request.history}", "amp_sample", sent)
    bill.add(SERVICE, "GB kept", "amp_storage_gb_month", sent * SAMPLE_BYTES * KEPT_MONTHS / GB)
    # Flows are seen in both directions, at the task's interface and at the endpoint's.
    flows = request.devices * 2 * 2 * FLOWS_AN_HOUR * HOURS_A_MONTH * FLOW_BYTES / GB
    judged = request.readings(request.vehicles) * JUDGED_SHARE
    logged = tasks * profile.logs_gb_a_task + flows + judged * FUNCTION_LOG_BYTES / GB
    bill.add(CLOUDWATCH, "GB of logs", "logs_gb", logged)
    kept = logged * profile.log_days / DAYS_A_MONTH
    bill.add(CLOUDWATCH, f"GB of logs, {profile.log_days:g} days", "logs_stored_gb_month", kept)
    bill.add(CLOUDWATCH, "metrics", "metric_month", profile.metrics + (FLEET_METRICS if request.vehicles else 0))
    bill.add(CLOUDWATCH, "metrics, one a vehicle", "metric_month", request.vehicles)
    bill.add(CLOUDWATCH, "alarms", "alarm_month", profile.alarms)
    bill.add(CLOUDWATCH, "dashboards", "dashboard_month", 1)
