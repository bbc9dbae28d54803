"""The server's metrics, built from their declarations in `contracts.metrics`."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from contracts import metrics
from contracts.metrics import Metric
from maintenance.models import ModelCard

FAILURES = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
"""How a request can end that the server fails."""


class Measures:
    """What the server counts; one object a server, so that tests do not share counters.

    Results and failures stand at 0 from the start: the growth of a counter that appears with its first event is not
    seen.

    Args:
        card: of the model that answers.
        labels: what it may answer, and `refused`.
    """

    def __init__(self, card: ModelCard, labels: list[str]) -> None:
        self.registry = CollectorRegistry()
        self._requests = self._counter(metrics.MODEL_SERVER_REQUESTS)
        self._rows = self._counter(metrics.MODEL_SERVER_ROWS)
        declared = metrics.MODEL_SERVER_REQUEST_SECONDS
        self._seconds = Histogram(declared.name, declared.help, buckets=declared.buckets, registry=self.registry)
        loaded = metrics.MODEL_SERVER_MODEL
        gauge = Gauge(loaded.declared_name, loaded.help, loaded.labels, registry=self.registry)
        gauge.labels(card.name, card.short_version).set(1)
        for label in labels:
            self._rows.labels(label)
        for failure in FAILURES:
            self._requests.labels(str(int(failure)))

    def answered(self, status: int, seconds: float, rows: Mapping[str, int]) -> None:
        """Count a request.

        Args:
            status: what HTTP calls its end.
            seconds: how long it took [s].
            rows: of the request, by what came out.
        """
        self._requests.labels(str(status)).inc()
        self._seconds.observe(seconds)
        for label, count in rows.items():
            self._rows.labels(label).inc(count)

    def cut_off(self) -> None:
        """Count a request whose head did not come to its end in time; it has no answer."""
        self._requests.labels(str(int(HTTPStatus.REQUEST_TIMEOUT))).inc()

    def _counter(self, metric: Metric) -> Counter:
        return Counter(metric.declared_name, metric.help, metric.labels, registry=self.registry)
