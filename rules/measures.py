"""The engine's metrics, built from their declarations in `contracts.metrics`."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from contracts import metrics
from contracts.metrics import Metric


class Measures:
    """What the engine counts; one object an engine, so that tests do not share counters.

    Args:
        registry: where the metrics are registered; by default one of their own.
    """

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry or CollectorRegistry()
        self.received = self._counter(metrics.RULES_RECEIVED)
        self.acknowledged = self._counter(metrics.RULES_ACKNOWLEDGED)
        self.repeated = self._counter(metrics.RULES_REPEATED)
        self.pending = self._gauge(metrics.RULES_PENDING)
        self.topic_matches = self._counter(metrics.RULES_TOPIC_MATCHES)
        self.parse_errors = self._counter(metrics.RULES_PARSE_ERRORS)
        self.not_found = self._counter(metrics.RULES_NOT_FOUND)
        self.matched = self._counter(metrics.RULES_MATCHED)
        self.sql_failures = self._counter(metrics.RULES_SQL_FAILURES)
        self.looking_up = self._gauge(metrics.RULES_LOOKING_UP)
        self.look_up_seconds = self._histogram(metrics.RULES_LOOK_UP_SECONDS)
        self.look_up_failures = self._counter(metrics.RULES_LOOK_UP_FAILURES)
        self.actions = self._counter(metrics.RULES_ACTIONS)
        self.action_failures = self._counter(metrics.RULES_ACTION_FAILURES)
        self.action_retries = self._counter(metrics.RULES_ACTION_RETRIES)
        self.error_actions = self._counter(metrics.RULES_ERROR_ACTIONS)
        self.action_seconds = self._histogram(metrics.RULES_ACTION_SECONDS)
        self.batched_bytes = self._gauge(metrics.RULES_BATCHED_BYTES)
        self.connected = self._gauge(metrics.RULES_CONNECTED)

    def _counter(self, metric: Metric) -> Counter:
        return Counter(metric.declared_name, metric.help, metric.labels, registry=self.registry)

    def _gauge(self, metric: Metric) -> Gauge:
        return Gauge(metric.declared_name, metric.help, metric.labels, registry=self.registry)

    def _histogram(self, metric: Metric) -> Histogram:
        return Histogram(
            metric.declared_name, metric.help, metric.labels, buckets=metric.buckets, registry=self.registry
        )
