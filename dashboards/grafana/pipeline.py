"""The way of a message: published, acknowledged, archived, or where else it went."""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard, stat, statetimeline, timeseries

from contracts import metrics
from dashboards.grafana import model_server
from dashboards.grafana.looks import BAD, THIRD, WARN, Query, frame, lines_panel, stat_panel, states_panel, steps
from dashboards.prometheus import pipeline

UID = "factory-pipeline"
RATE = "$__rate_interval"
ARCHIVED = f'{metrics.RULES_ACTIONS.name}{{rule="{pipeline.ARCHIVE_RULE}"}}'
QUARANTINED = f'{metrics.RULES_ACTIONS.name}{{rule="{pipeline.QUARANTINE_RULE}"}}'


def pipeline_dashboard() -> dashboard.Dashboard:
    """From the account of messages to the programs that carry them."""
    board = frame("Factory: pipeline", UID, "Does every message arrive, and how fast?")
    for number_panel in (not_archived(), connected(), stored(), mails()):
        board = board.with_panel(number_panel)
    board = board.with_panel(programs())
    for panel in (flow(), elsewhere(), under_way(), broker_latency(), action_latency(), step_time()):
        board = board.with_panel(panel)
    for panel in (retries(), connections(), notifications()):
        board = board.with_panel(panel)
    for panel in (model_server.requests(), model_server.verdicts(), model_server.answered_within()):
        board = board.with_panel(panel)
    return board


def _per_second(counter: str, by: str = "") -> str:
    return f"sum{f' by ({by})' if by else ''} (rate({counter}[{RATE}]))"


def _or_nothing(expr: str) -> str:
    """A counter with labels appears with its first event; until then it is nothing, not unknown."""
    return f"{expr} or vector(0)"


def not_archived() -> stat.Panel:
    """Messages acknowledged and not archived yet."""
    return stat_panel(
        "Acknowledged, not archived yet",
        "The account of TelemetryNotArchived: what the broker took less what is archived, in quarantine or a repeat.",
        "short",
        Query(pipeline.UNDER_WAY),
    )


def connected() -> stat.Panel:
    """Machines with a connection."""
    return stat_panel(
        "Machines connected",
        "Share of the machines played that have a live MQTT connection.",
        "percentunit",
        Query(f"sum({metrics.SIMULATOR_CONNECTED.name}) / sum({metrics.SIMULATOR_MACHINES.name})"),
        ((None, BAD), (0.95, WARN), (1.0, "green")),
    )


def stored() -> stat.Panel:
    """Messages that wait for the broker."""
    return stat_panel(
        "Waiting for the broker",
        "Messages in the offline store or without a PUBACK.",
        "short",
        Query(f"sum({metrics.SIMULATOR_STORED.name})"),
        steps((1000, WARN), (50_000, BAD)),
    )


def mails() -> stat.Panel:
    """Mails in the catcher's box."""
    return stat_panel(
        "Mails in the box",
        "Mails in the catcher's box.",
        "short",
        Query(f"sum({metrics.MAIL_STORED.name})"),
    )


def programs() -> statetimeline.Panel:
    """Which programs answer."""
    query = Query("max by (job, instance) (up)", "{{job}}")
    names = {0: ("no answer", BAD), 1: ("answers", "green")}
    return states_panel("Programs", "Whether each program answers its scrape.", query, names)


def flow() -> timeseries.Panel:
    """Messages a second on their way."""
    return lines_panel(
        "Messages a second",
        "In a well factory the four lie on one another; archiving goes in batches.",
        "mps",
        Query(_per_second(metrics.SIMULATOR_GENERATED.name), "generated"),
        Query(_per_second(metrics.SIMULATOR_PUBLISHED.name), "published"),
        Query(_per_second(metrics.SIMULATOR_ACKNOWLEDGED.name), "acknowledged"),
        Query(_or_nothing(_per_second(ARCHIVED)), "archived"),
        span=THIRD,
    )


def elsewhere() -> timeseries.Panel:
    """Messages that went another way than into the archive."""
    return lines_panel(
        "Messages elsewhere, a second",
        "In quarantine, refused for good, dropped from a full store, or come twice.",
        "mps",
        Query(_or_nothing(_per_second(QUARANTINED)), "quarantined"),
        Query(_or_nothing(_per_second(metrics.SIMULATOR_REFUSED.name)), "refused"),
        Query(_per_second(metrics.SIMULATOR_OVERFLOWED.name), "overflowed"),
        Query(_per_second(metrics.RULES_REPEATED.name), "repeated"),
        span=THIRD,
    )


def under_way() -> timeseries.Panel:
    """Messages between broker and archive, by two accounts."""
    return lines_panel(
        "Messages under way",
        "Between the broker and the archive by the account of both ends, and as the engine counts them.",
        "short",
        Query(pipeline.UNDER_WAY, "acknowledged, not archived"),
        Query(f"sum({metrics.RULES_PENDING.name})", "pending in the engine"),
        Query(f"sum({metrics.SIMULATOR_STORED.name})", "waiting for the broker"),
        span=THIRD,
    )


def _quantiles(metric: metrics.Metric) -> tuple[Query, ...]:
    buckets = f"sum by (le) (rate({metric.name}_bucket[{RATE}]))"
    return tuple(Query(f"histogram_quantile({q}, {buckets})", f"p{100 * q:.0f}") for q in (0.5, 0.99))


def broker_latency() -> timeseries.Panel:
    """How long the broker takes to acknowledge."""
    return lines_panel(
        "Acknowledged by the broker within",
        "From handing a message to its connection to the PUBACK.",
        "s",
        *_quantiles(metrics.SIMULATOR_PUBACK_SECONDS),
        span=THIRD,
    )


def action_latency() -> timeseries.Panel:
    """How long the actions' services take."""
    buckets = f"sum by (le, action) (rate({metrics.RULES_ACTION_SECONDS.name}_bucket[{RATE}]))"
    query = Query(f"histogram_quantile(0.99, {buckets})", "{{action}}")
    return lines_panel("Actions answered within, p99", "A call of an action's service.", "s", query, span=THIRD)


def step_time() -> timeseries.Panel:
    """How long a step of the plant takes."""
    queries = _quantiles(metrics.SIMULATOR_STEP_SECONDS)
    return lines_panel("Step of the plant within", "Work of one step of a shard.", "s", *queries, span=THIRD)


def retries() -> timeseries.Panel:
    """Attempts that failed, and messages that failed for good."""
    return lines_panel(
        "Retries and failures a second",
        "Attempts of actions that failed and are tried again; messages that failed for good; failed evaluations.",
        "ops",
        Query(_or_nothing(_per_second(metrics.RULES_ACTION_RETRIES.name)), "retries"),
        Query(_or_nothing(_per_second(metrics.RULES_ACTION_FAILURES.name)), "failed for good"),
        Query(_or_nothing(_per_second(metrics.RULES_ERROR_ACTIONS.name)), "taken by the error action"),
        Query(_or_nothing(_per_second(metrics.RULES_SQL_FAILURES.name)), "SQL failed"),
        span=THIRD,
    )


def connections() -> timeseries.Panel:
    """Connections now, and made again."""
    return lines_panel(
        "Connections",
        "Machines with a live connection, the engine's own, and connections made again a second.",
        "short",
        Query(f"sum({metrics.SIMULATOR_CONNECTED.name})", "machines"),
        Query(f"sum({metrics.RULES_CONNECTED.name})", "engine"),
        Query(_per_second(metrics.SIMULATOR_RECONNECTS.name), "made again a second"),
        span=THIRD,
    )


def notifications() -> timeseries.Panel:
    """Mails and notifications."""
    return lines_panel(
        "Mails",
        "Mails caught in all, notifications of the topic sent on, and attempts that failed.",
        "short",
        Query(f"sum({metrics.MAIL_CAUGHT.name})", "caught"),
        Query(f"sum({metrics.MAIL_FORWARDED.name})", "sent on"),
        Query(f"sum({metrics.MAIL_FORWARD_FAILURES.name})", "failed"),
        span=THIRD,
    )
