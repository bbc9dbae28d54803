"""What the plant's models say of machines: colours of it, the panels of one machine, and the row of the job itself."""

from __future__ import annotations

from grafana_foundation_sdk.builders import table, timeseries

from contracts import metrics
from dashboards.grafana.looks import BAD, GOOD, THIRD, WARN, Query, columns, lines_panel, steps, table_panel
from dashboards.prometheus import verdicts
from dashboards.prometheus.rule import MACHINE, number
from dashboards.thresholds import ANOMALOUS_ABOVE, Thresholds

RATE = "$__rate_interval"
_LIMITS = Thresholds()

DUE = steps((_LIMITS.maintenance_probability / 2, WARN), (_LIMITS.maintenance_probability, BAD))
DUE_LINE = steps((_LIMITS.maintenance_probability, BAD))
ANOMALOUS = steps((ANOMALOUS_ABOVE, WARN))
LIFE = steps((_LIMITS.maintenance_horizon_s, WARN), (2 * _LIMITS.maintenance_horizon_s, GOOD), first=BAD)
"""Colours of a remaining life [s]: within the horizon of the failure probability it is bad."""


def failure_and_anomaly(of_this: str) -> timeseries.Panel:
    """Of one machine: whether it fails soon, and how unlike itself it is.

    Args:
        of_this: selector of the machine, in braces.
    """
    days = number(_LIMITS.maintenance_horizon_s / 86400)
    return lines_panel(
        "Failure probability and anomaly",
        f"Probability that a component fails within {days} days, from 0 to 1; index of anomaly, above "
        f"{number(ANOMALOUS_ABOVE)} is anomalous.",
        "short",
        Query(f"max by ({MACHINE}) ({verdicts.FAILURE}{of_this})", "failure probability"),
        Query(f"max by ({MACHINE}) ({metrics.VERDICT_ANOMALY.name}{of_this})", "anomaly index"),
        levels=DUE_LINE,
        span=THIRD,
    )


def remaining_life(of_this: str) -> timeseries.Panel:
    """Of one machine: how long its bearing lasts, with bounds."""
    return lines_panel(
        "Remaining life",
        "Of the bearing: median, and the bounds within which it ends in 80 % of cases. The lower bound stands alone "
        "where it lasts longer than the model can tell.",
        "s",
        Query(f"max by (bound) ({metrics.VERDICT_REMAINING_LIFE.name}{of_this})", "{{bound}}"),
        levels=LIFE,
        span=THIRD,
    )


def why(of_this: str) -> table.Panel:
    """Of one machine: the signals that its verdicts come from."""
    query = Query(f"sort_desc(max by (question, signal) ({metrics.VERDICT_REASON.name}{of_this}))", "Adds")
    panel = table_panel(
        "Why",
        "The signals that moved the last verdict most. Maintenance: change of the log-odds of a failure. Anomaly: part "
        "of the index.",
        query,
        span=THIRD,
        height=8,
    )
    return columns(panel, (query,), {"question": "Question", "signal": "Signal"}, ())


def published() -> timeseries.Panel:
    """How many verdicts go out."""
    return lines_panel(
        "Job: verdicts a second",
        "Verdicts that the broker took: those on hours that are over, and those on the running hour.",
        "ops",
        Query(f"sum(rate({metrics.VERDICTS_PUBLISHED.name}[{RATE}]))", "published"),
        span=THIRD,
    )


def readings() -> timeseries.Panel:
    """What became of the archive's readings."""
    return lines_panel(
        "Job: readings a second",
        "Readings of the archive: used; thinned (another of the same two minutes is used); late (their hour was over); "
        "unknown (of no machine that is judged); refused (no telemetry).",
        "ops",
        Query(f"sum by (result) (rate({metrics.VERDICTS_READINGS.name}[{RATE}]))", "{{result}}"),
        span=THIRD,
    )


def failures() -> timeseries.Panel:
    """Turns that AWS did not let end."""
    return lines_panel(
        "Job: failures a second",
        "Turns that ended with a failure, of the lake, the broker or the registry; each is tried again.",
        "ops",
        Query(f"sum(rate({metrics.VERDICTS_FAILURES.name}[{RATE}]))", "failed"),
        span=THIRD,
    )
