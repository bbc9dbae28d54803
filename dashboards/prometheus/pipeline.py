"""What the broker took and the archive has not: an account that survives restarts and an idle plant.

`rate` guesses at the edges of its window and a counter starts anew with its program, so the account adds up exact
differences from one evaluation to the next. A program that dies takes the counts since its last scrape with it: such
a remainder is forgotten slowly, and never carried as a surplus.
"""

from __future__ import annotations

from contracts.metrics import (
    RULES_ACTIONS,
    RULES_REPEATED,
    SIMULATOR_ACKNOWLEDGED,
    SIMULATOR_SENT_AGAIN,
)
from dashboards.prometheus.request import PrometheusRequest
from dashboards.prometheus.rule import Recording, number, seconds

ARCHIVE_RULE = "archive"
QUARANTINE_RULE = "malformed_telemetry"

LAST_ACKNOWLEDGED = "program:messages_acknowledged:last"
LAST_ACCOUNTED = "program:messages_accounted:last"
NEWS_ACKNOWLEDGED = "program:messages_acknowledged:news"
NEWS_ACCOUNTED = "program:messages_accounted:news"
ACKNOWLEDGED = "factory:messages_acknowledged:sum"
UNDER_WAY = "factory:messages_not_archived:sum"
OVERDUE = "factory:messages_overdue:sum"


def pipeline_recordings(request: PrometheusRequest) -> list[Recording]:
    """Messages acknowledged, archived or otherwise accounted for, under way, and overdue; none without an engine."""
    if not request.keeps_account:
        return []
    limits = request.thresholds
    # A repeat that a fault sent is one for the engine, too: left out here, it would make up for a message that is lost.
    taken = f"{SIMULATOR_ACKNOWLEDGED.name}|{SIMULATOR_SENT_AGAIN.name}"
    acknowledged = f'sum by (job, instance) ({{__name__=~"{taken}"}})'
    accounted = (
        f'sum by (job, instance) ({RULES_ACTIONS.name}{{rule=~"{ARCHIVE_RULE}|{QUARANTINE_RULE}"}} '
        f"or {RULES_REPEATED.name})"
    )
    forget = f"exp((timestamp({UNDER_WAY}) - time()) / {number(limits.archive_forgive_s)})"
    under_way = f"""
        clamp_min(
          {UNDER_WAY} * {forget} + (sum({NEWS_ACKNOWLEDGED}) or vector(0)) - (sum({NEWS_ACCOUNTED}) or vector(0)), 0
        )
        or vector(0)"""
    within = seconds(limits.archive_within_s)
    # What was acknowledged lately may still be under way; the account starts with Prometheus, hence the second term.
    recent = f"({ACKNOWLEDGED} - ({ACKNOWLEDGED} offset {within} or vector(0)))"
    usual = f"(max_over_time({ACKNOWLEDGED}[1h]) - min_over_time({ACKNOWLEDGED}[1h])) / 3600"
    slack = f"{number(limits.archive_slack_messages)} + {number(limits.archive_slack_s)} * {usual}"
    return [
        Recording(NEWS_ACKNOWLEDGED, _news(acknowledged, LAST_ACKNOWLEDGED)),
        Recording(LAST_ACKNOWLEDGED, _last(acknowledged, LAST_ACKNOWLEDGED)),
        Recording(NEWS_ACCOUNTED, _news(accounted, LAST_ACCOUNTED)),
        Recording(LAST_ACCOUNTED, _last(accounted, LAST_ACCOUNTED)),
        Recording(ACKNOWLEDGED, f"({ACKNOWLEDGED} or vector(0)) + (sum({NEWS_ACKNOWLEDGED}) or vector(0))"),
        Recording(UNDER_WAY, under_way),
        Recording(OVERDUE, f"{UNDER_WAY} - {recent} - ({slack})"),
    ]


def _news(counter: str, last: str) -> str:
    """What a counter has counted since its last value; all of it where it has started anew."""
    return f"({counter} - {last} >= 0)\nor on (job, instance) ({counter} and on (job, instance) {last})"


def _last(counter: str, last: str) -> str:
    """The counter, or what it was last while its program is away but still expected."""
    return f"{counter}\nor on (job, instance) ({last} and on (job, instance) up)"
