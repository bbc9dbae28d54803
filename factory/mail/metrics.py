"""What the post office counts, built from the declarations in contracts."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge

from contracts import metrics


class MailMetrics:
    """Counters of one process.

    Args:
        registry: where they are registered and scraped from.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self.caught = _counter(metrics.MAIL_CAUGHT, registry)
        self.forwarded = _counter(metrics.MAIL_FORWARDED, registry)
        self.failures = _counter(metrics.MAIL_FORWARD_FAILURES, registry)
        self.stored = Gauge(metrics.MAIL_STORED.declared_name, metrics.MAIL_STORED.help, registry=registry)


def _counter(metric: metrics.Metric, registry: CollectorRegistry) -> Counter:
    return Counter(metric.declared_name, metric.help, registry=registry)
