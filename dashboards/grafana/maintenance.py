"""Maintenance at a glance: which machine needs it, when, and why, as the plant's models tell it hour by hour."""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard, stat, table, timeseries

from contracts import metrics
from dashboards.grafana.looks import (
    BAD,
    HALF,
    THIRD,
    WARN,
    Query,
    cell,
    columns,
    frame,
    lines_panel,
    stat_panel,
    steps,
    table_panel,
)
from dashboards.grafana.plant import IN_PLANT, LABELS, OPENS_MACHINE
from dashboards.grafana.verdicts import ANOMALOUS, DUE, DUE_LINE, LIFE, failures, published, readings
from dashboards.prometheus import verdicts
from dashboards.prometheus.rule import MACHINE, number
from dashboards.thresholds import ANOMALOUS_ABOVE, Thresholds

UID = "factory-maintenance"
MOST = 10
"""Machines of which reasons and lines are shown."""
_LIMITS = Thresholds()
_DAYS = number(_LIMITS.maintenance_horizon_s / 86400)
FAILURE = f"{verdicts.FAILURE}{IN_PLANT}"


def maintenance_dashboard() -> dashboard.Dashboard:
    """From numbers to machines to reasons to lines over time, and the job that judges."""
    board = frame("Factory: maintenance", UID, "Which machine needs maintenance, when, and why?")
    # Verdicts change by the hour, the running one's by some minutes.
    board = board.refresh("30s").time("now-1d", "now")
    for number_panel in (judged(), due(), anomalous(), newest()):
        board = board.with_panel(number_panel)
    board = board.with_panel(machine_table()).with_panel(why_maintenance()).with_panel(why_anomalous())
    for panel in (failure_probabilities(), shortest_lives(), anomaly_indexes(), published(), readings(), failures()):
        board = board.with_panel(panel)
    return board


def _by_machine(metric: metrics.Metric, more: str = "") -> str:
    return f"max by ({MACHINE}) ({metric.name}{_in_plant(more)})"


def _in_plant(more: str) -> str:
    return f'{{plant="$plant",{more}}}' if more else IN_PLANT


def judged() -> stat.Panel:
    """Machines with a verdict."""
    return stat_panel(
        "Machines judged",
        "Machines that the running job has given a verdict on; one that has not worked yet has none.",
        "none",
        Query(f"count({_by_machine(metrics.VERDICT_TIME)}) or vector(0)"),
    )


def due() -> stat.Panel:
    """Machines that need maintenance."""
    probability = number(_LIMITS.maintenance_probability)
    return stat_panel(
        "Maintenance due",
        f"Machines of which a component fails within {_DAYS} days with a probability of {probability} or more.",
        "none",
        Query(f"count({FAILURE} >= {probability}) or vector(0)"),
        steps((1, BAD)),
    )


def anomalous() -> stat.Panel:
    """Machines that are unlike themselves."""
    return stat_panel(
        "Machines anomalous",
        f"Machines whose index of anomaly is above {number(ANOMALOUS_ABOVE)}.",
        "none",
        Query(f"count({_by_machine(metrics.VERDICT_ANOMALY)} > {number(ANOMALOUS_ABOVE)}) or vector(0)"),
        steps((1, WARN)),
    )


def newest() -> stat.Panel:
    """Until when the plant is judged."""
    return stat_panel(
        "Newest verdict",
        "End of the last hour that was judged, by the plant's clock, which may run faster than ours.",
        "dateTimeAsIso",
        Query(f"1000 * max({metrics.VERDICT_TIME.name}{IN_PLANT})"),
    )


def machine_table() -> table.Panel:
    """Each machine in a row."""
    fault = f"max by ({MACHINE}, kind) ({metrics.VERDICT_FAULT_PROBABILITY.name}{IN_PLANT})"
    queries = (
        Query(f"sort_desc(max by ({MACHINE}) ({FAILURE}))", "Fails soon"),
        Query(_by_machine(metrics.VERDICT_REMAINING_LIFE, 'bound="low"'), "Lasts at least"),
        Query(_by_machine(metrics.VERDICT_REMAINING_LIFE, 'bound="median"'), "Lasts about"),
        Query(_by_machine(metrics.VERDICT_REMAINING_LIFE, 'bound="high"'), "Lasts at most"),
        Query(_by_machine(metrics.VERDICT_ANOMALY), "Anomaly"),
        Query(fault, "Fault probability"),
    )
    panel = table_panel(
        "Machines",
        f"Probability that a component fails within {_DAYS} days; remaining life of the bearing with the bounds of "
        "80 % of cases (at least alone: longer than the model can tell); index of anomaly, above "
        f"{number(ANOMALOUS_ABOVE)} is anomalous; most probable fault. A click opens the machine.",
        *queries,
    )
    panel = columns(panel, queries, LABELS | {"kind": "Most probable fault"}, ("plant",))
    return (
        panel.override_by_name("Machine", OPENS_MACHINE)
        .override_by_name("Fails soon", cell("percentunit", DUE))
        .override_by_name("Lasts at least", cell("s"))
        .override_by_name("Lasts about", cell("s", LIFE))
        .override_by_name("Lasts at most", cell("s"))
        .override_by_name("Anomaly", cell("short", ANOMALOUS))
        .override_by_name("Fault probability", cell("percentunit"))
    )


def why_maintenance() -> table.Panel:
    """The signals that call for maintenance."""
    return _why(
        "Why maintenance",
        f"Signals that add to the failure probability of the {MOST} machines where it is largest, as change of its "
        "log-odds.",
        "maintenance",
        FAILURE,
    )


def why_anomalous() -> table.Panel:
    """The signals that are unusual."""
    return _why(
        "Why anomalous",
        f"Signals that add to the index of anomaly of the {MOST} machines where it is largest, as part of it.",
        "anomaly",
        _by_machine(metrics.VERDICT_ANOMALY),
    )


def _why(title: str, description: str, question: str, ranked_by: str) -> table.Panel:
    matchers = _in_plant(f'question="{question}"')
    reasons = f"max by ({MACHINE}, signal) ({metrics.VERDICT_REASON.name}{matchers}) > 0"
    query = Query(f"sort_desc({reasons} and on ({MACHINE}) topk({MOST}, {ranked_by}))", "Adds")
    panel = table_panel(title, description, query, span=HALF, height=8)
    return columns(panel, (query,), LABELS | {"signal": "Signal"}, ("plant",))


def failure_probabilities() -> timeseries.Panel:
    """Failure probabilities over time."""
    return lines_panel(
        "Failure probability",
        f"That a component fails within {_DAYS} days; the {MOST} largest.",
        "percentunit",
        Query(f"topk({MOST}, {FAILURE})", "{{device_id}}"),
        levels=DUE_LINE,
        span=THIRD,
    )


def shortest_lives() -> timeseries.Panel:
    """Remaining lives over time."""
    life = _by_machine(metrics.VERDICT_REMAINING_LIFE, 'bound="median"')
    return lines_panel(
        "Shortest remaining life",
        f"Median of the bearing's; the {MOST} shortest. Machines that last longer than the model can tell have none.",
        "s",
        Query(f"bottomk({MOST}, {life})", "{{device_id}}"),
        levels=LIFE,
        span=THIRD,
    )


def anomaly_indexes() -> timeseries.Panel:
    """Indexes of anomaly over time."""
    return lines_panel(
        "Anomaly",
        f"Index of anomaly, above {number(ANOMALOUS_ABOVE)} is anomalous; the {MOST} largest.",
        "short",
        Query(f"topk({MOST}, {_by_machine(metrics.VERDICT_ANOMALY)})", "{{device_id}}"),
        levels=ANOMALOUS,
        span=THIRD,
    )
