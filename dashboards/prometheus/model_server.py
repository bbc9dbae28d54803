"""How the model's server answers: the share of requests that it failed, and how long it takes.

What the client did wrong (statuses 4xx) is not the server's failure, and neither is a row that cannot be judged: it has
an error of its own in an answer that is well.
"""

from __future__ import annotations

from contracts.metrics import MODEL_SERVER_REQUEST_SECONDS, MODEL_SERVER_REQUESTS
from dashboards.prometheus.request import PrometheusRequest
from dashboards.prometheus.rule import Recording, seconds

SLOW_QUANTILE = 0.95

FAILED = "program:model_requests_failed:increase"
FAILED_SHARE = "program:model_requests_failed:ratio"
SLOW = "program:model_request_seconds:p95"


def model_server_recordings(request: PrometheusRequest) -> list[Recording]:
    """Requests that failed within the window, their share of all, and the 95th percentile of the time for an answer."""
    window = seconds(request.thresholds.model_window_s)
    asked = f"sum by (job, instance) (increase({MODEL_SERVER_REQUESTS.name}[{window}]))"
    failed = f'sum by (job, instance) (increase({MODEL_SERVER_REQUESTS.name}{{status=~"5.."}}[{window}]))'
    buckets = f"sum by (job, instance, le) (rate({MODEL_SERVER_REQUEST_SECONDS.name}_bucket[{window}]))"
    # Without requests both quotients are no number; a comparison with one is never true, so nothing is alarmed.
    return [
        Recording(FAILED, failed),
        Recording(FAILED_SHARE, f"{FAILED} / {asked}"),
        Recording(SLOW, f"histogram_quantile({SLOW_QUANTILE}, {buckets})"),
    ]
