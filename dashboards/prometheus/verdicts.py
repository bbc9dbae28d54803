"""Verdicts on machines, kept while the job that publishes them is started anew, and how it gets on.

How long a machine is due is told by the plant's clock, which stands in each verdict: it may run faster than ours
(`factory up --speed`), and it stands still while nobody judges. A `for` of Prometheus would count our hours.
"""

from __future__ import annotations

from contracts.metrics import VERDICT_FAILURE_PROBABILITY, VERDICT_TIME, VERDICTS_TURN
from dashboards.prometheus.machines import keep
from dashboards.prometheus.request import PrometheusRequest
from dashboards.prometheus.rule import MACHINE, Recording, number

FAILURE = "machine:failure_probability:ratio"
JUDGED = "machine:verdict:timestamp_seconds"
"""End of the hour that was judged last, by the plant's clock."""
DUE_SINCE = "machine:maintenance_due_since:timestamp_seconds"
"""The same, of the first verdict from which on each one called for maintenance."""
TURN = "program:verdicts_turn:timestamp_seconds"
"""Last turn of a job, also of the one before a restart; when the job was first seen if there was none."""


def verdict_recordings(request: PrometheusRequest) -> list[Recording]:
    """Failure probability, the time of the verdict, since when it is high, and the job's last turn."""
    due = number(request.thresholds.maintenance_probability)
    failure = f"max by ({MACHINE}) ({VERDICT_FAILURE_PROBABILITY.name})"
    judged = f"max by ({MACHINE}) ({VERDICT_TIME.name})"
    # A plant that was set up anew begins in the past of the one before.
    due_since = f"""
        (({DUE_SINCE} <= on ({MACHINE}) {JUDGED}) or on ({MACHINE}) {JUDGED})
        and on ({MACHINE}) ({FAILURE} >= {due})"""
    # A job that is started anew exports nought until its first turn is over.
    turn = f"""
        max by (job, instance) ({VERDICTS_TURN.name} > 0)
        or ({TURN} and on (job, instance) {VERDICTS_TURN.name})
        or max by (job, instance) (0 * {VERDICTS_TURN.name}) + time()"""
    return [
        Recording(FAILURE, keep(failure, FAILURE)),
        Recording(JUDGED, keep(judged, JUDGED)),
        Recording(DUE_SINCE, due_since),
        Recording(TURN, turn),
    ]
