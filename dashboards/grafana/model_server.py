"""The row of the model's server: what it is asked, how it answers, and how fast."""

from __future__ import annotations

from grafana_foundation_sdk.builders import timeseries

from contracts import metrics
from dashboards.grafana.looks import THIRD, Query, lines_panel
from dashboards.prometheus import model_server
from dashboards.thresholds import Thresholds

RATE = "$__rate_interval"
_BAD = Thresholds()


def requests() -> timeseries.Panel:
    """Requests by how they ended."""
    by_status = f"sum by (status) (rate({metrics.MODEL_SERVER_REQUESTS.name}[{RATE}]))"
    return lines_panel(
        "Model: requests a second",
        "Requests for verdicts by the status of their answer: 4xx is the client's mistake, 5xx the server's.",
        "reqps",
        Query(by_status, "{{status}}"),
        span=THIRD,
    )


def answered_within() -> timeseries.Panel:
    """How long an answer takes, beside the limit of the alarm."""
    buckets = f"sum by (le) (rate({metrics.MODEL_SERVER_REQUEST_SECONDS.name}_bucket[{RATE}]))"
    return lines_panel(
        "Model: answered within",
        "From the first byte of a request, of one row or of thousands, to its answer; and the percentile that "
        f"ModelServerSlow compares with {_BAD.model_slow_s:g} s.",
        "s",
        Query(f"histogram_quantile(0.5, {buckets})", "p50"),
        Query(f"histogram_quantile(0.99, {buckets})", "p99"),
        Query(f"max({model_server.SLOW})", "p95 of the last minutes"),
        span=THIRD,
    )


def verdicts() -> timeseries.Panel:
    """What the rows came to."""
    by_result = f"sum by (result) (rate({metrics.MODEL_SERVER_ROWS.name}[{RATE}]))"
    return lines_panel(
        "Model: verdicts a second",
        "Rows by what came out: a label, or refused where a row cannot be judged.",
        "rowsps",
        Query(by_result, "{{result}}"),
        span=THIRD,
    )
