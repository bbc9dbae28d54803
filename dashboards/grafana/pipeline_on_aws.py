"""The way of a message where AWS carries it: simulators tell Prometheus, AWS's own services tell CloudWatch.

Panels that ask Prometheus alone are those of `dashboards.grafana.pipeline`.
"""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard, stat, timeseries

from contracts import metrics
from dashboards.grafana import pipeline
from dashboards.grafana.cloudwatch import CloudQuery
from dashboards.grafana.looks import BAD, THIRD, WARN, Query, frame, lines_panel, stat_panel, steps
from dashboards.prometheus.pipeline import ARCHIVE_RULE, QUARANTINE_RULE

LATE_AFTER_S = 1800
"""Age of the oldest record in the stream from which it is late [s]; as the alarm ArchiveDeliveryLate."""


def pipeline_dashboard() -> dashboard.Dashboard:
    """From what the simulators sent to what the lake has."""
    board = frame("Factory: pipeline", pipeline.UID, "Does every message arrive, and how fast?")
    for number_panel in (oldest_record(), pipeline.connected(), pipeline.stored(), notified()):
        board = board.with_panel(number_panel)
    board = board.with_panel(pipeline.programs())
    for panel in (flow(), elsewhere(), delivered(), pipeline.broker_latency(), failures(), pipeline.step_time()):
        board = board.with_panel(panel)
    for panel in (connections(), notifications(), model_requests(), model_answered()):
        board = board.with_panel(panel)
    return board


def _rate(metric: metrics.Metric) -> str:
    return f"sum (rate({metric.name}[{pipeline.RATE}]))"


def oldest_record() -> stat.Panel:
    """Age of what the stream holds."""
    return stat_panel(
        "Oldest record not in the lake yet",
        "Age of the oldest record in the archive's stream, as the alarm ArchiveDeliveryLate looks at it.",
        "s",
        CloudQuery("archive_oldest_record_seconds", "oldest"),
        steps((LATE_AFTER_S / 2, WARN), (LATE_AFTER_S, BAD)),
    )


def notified() -> stat.Panel:
    """Notifications a second."""
    return stat_panel(
        "Notified, a second",
        "What SNS handed on: critical temperatures, hot engines, alarms.",
        "mps",
        CloudQuery(metrics.MAIL_FORWARDED.name, "delivered"),
    )


def flow() -> timeseries.Panel:
    """Messages a second on their way."""
    return lines_panel(
        "Messages a second",
        "In a well factory all lie on one another: what simulators count, what AWS IoT took, what the stream got.",
        "mps",
        Query(_rate(metrics.SIMULATOR_GENERATED), "generated"),
        Query(_rate(metrics.SIMULATOR_ACKNOWLEDGED), "acknowledged"),
        CloudQuery(metrics.RULES_TOPIC_MATCHES.name, "taken by AWS IoT", {"rule": ARCHIVE_RULE}),
        CloudQuery("archive_records_received", "in the stream"),
        span=THIRD,
    )


def elsewhere() -> timeseries.Panel:
    """Messages that went another way than into the archive."""
    return lines_panel(
        "Messages elsewhere, a second",
        "In quarantine, taken by an error action, refused for good, or dropped from a full store.",
        "mps",
        CloudQuery(metrics.RULES_ACTIONS.name, "quarantined", {"rule": QUARANTINE_RULE}),
        CloudQuery(metrics.RULES_ERROR_ACTIONS.name, "taken by the error action"),
        Query(f"{_rate(metrics.SIMULATOR_REFUSED)} or vector(0)", "refused"),
        Query(_rate(metrics.SIMULATOR_OVERFLOWED), "overflowed"),
        span=THIRD,
    )


def delivered() -> timeseries.Panel:
    """What the stream takes and gives."""
    return lines_panel(
        "Archive's stream, records a second",
        "Firehose gathers some minutes before it writes an object.",
        "cps",
        CloudQuery("archive_records_received", "received"),
        CloudQuery("archive_records_delivered", "in the lake"),
        span=THIRD,
    )


def failures() -> timeseries.Panel:
    """What rules could not do."""
    return lines_panel(
        "Failures of rules, a second",
        "Actions that failed for good, messages that are not JSON, rules that are not there, and SQL that failed.",
        "ops",
        CloudQuery(metrics.RULES_ACTION_FAILURES.name, "actions"),
        CloudQuery(metrics.RULES_PARSE_ERRORS.name, "not JSON"),
        CloudQuery(metrics.RULES_NOT_FOUND.name, "no such rule"),
        CloudQuery(metrics.RULES_SQL_FAILURES.name, "SQL"),
        span=THIRD,
    )


def connections() -> timeseries.Panel:
    """Connections now, and made again."""
    return lines_panel(
        "Connections",
        "Machines with a live connection, and connections made again a second.",
        "short",
        Query(f"sum({metrics.SIMULATOR_CONNECTED.name})", "machines"),
        Query(_rate(metrics.SIMULATOR_RECONNECTS), "made again a second"),
        span=THIRD,
    )


def notifications() -> timeseries.Panel:
    """Notifications handed on, and those that were not."""
    return lines_panel(
        "Notifications a second",
        "What SNS handed on, and what it could not.",
        "mps",
        CloudQuery(metrics.MAIL_FORWARDED.name, "delivered"),
        CloudQuery(metrics.MAIL_FORWARD_FAILURES.name, "failed"),
        span=THIRD,
    )


def model_requests() -> timeseries.Panel:
    """What the endpoint is asked."""
    return lines_panel(
        "Model: requests a second",
        "Requests that the endpoint was sent.",
        "reqps",
        CloudQuery(metrics.MODEL_SERVER_REQUESTS.name, "requests"),
        span=THIRD,
    )


def model_answered() -> timeseries.Panel:
    """How long the endpoint takes."""
    return lines_panel(
        "Model: answered within",
        "The time that the model's container took; the start of a serverless one is not in it.",
        "s",
        CloudQuery(metrics.MODEL_SERVER_REQUEST_SECONDS.name, "p99"),
        span=THIRD,
    )
