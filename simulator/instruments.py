"""The program's own metrics, built from their declarations in `contracts.metrics`."""

from __future__ import annotations

from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from contracts import metrics
from contracts.metrics import Metric
from simulator.shipping.meters import ShippingMeters
from simulator.tally import Tallies


@dataclass(frozen=True)
class Instruments:
    """Counters and histograms that all shards of the process share.

    What is counted for every message is in `tallies`: a shard's thread counts without a lock.

    Example:
        >>> instruments = Instruments()
        >>> instruments.refused.labels("policy").inc()
        >>> instruments.registry.get_sample_value("simulator_messages_refused_total", {"reason": "policy"})
        1.0
    """

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    tallies: Tallies = field(default_factory=Tallies)
    refused: Counter = field(init=False)
    overflowed: Counter = field(init=False)
    delayed: Counter = field(init=False)
    sent_again: Counter = field(init=False)
    reconnects: Counter = field(init=False)
    left_out: Counter = field(init=False)
    step_seconds: Histogram = field(init=False)
    last_step: Gauge = field(init=False)
    run: Gauge = field(init=False)
    oldest_unanswered: Gauge = field(init=False)
    full_windows: Gauge = field(init=False)
    shipping: ShippingMeters = field(init=False)

    def __post_init__(self) -> None:
        counters = {
            "refused": metrics.SIMULATOR_REFUSED,
            "overflowed": metrics.SIMULATOR_OVERFLOWED,
            "delayed": metrics.SIMULATOR_DELAYED,
            "sent_again": metrics.SIMULATOR_SENT_AGAIN,
            "reconnects": metrics.SIMULATOR_RECONNECTS,
            "left_out": metrics.SIMULATOR_STEPS_LEFT_OUT,
        }
        gauges = {
            "last_step": metrics.SIMULATOR_LAST_STEP,
            "run": metrics.SIMULATOR_RUN,
            "oldest_unanswered": metrics.SIMULATOR_OLDEST_UNANSWERED,
            "full_windows": metrics.SIMULATOR_FULL_WINDOWS,
        }
        for name, metric in counters.items():
            self._set(name, Counter(metric.declared_name, metric.help, metric.labels, registry=self.registry))
        self._set("step_seconds", self._histogram(metrics.SIMULATOR_STEP_SECONDS))
        for name, metric in gauges.items():
            self._set(name, Gauge(metric.name, metric.help, metric.labels, registry=self.registry))
        object.__setattr__(self, "shipping", ShippingMeters(self.registry))
        self.registry.register(self.tallies)
        for reason in ("policy", "oversize"):
            self.refused.labels(reason)  # so that the series is there, at 0, before the first refusal

    def _histogram(self, metric: Metric) -> Histogram:
        return Histogram(metric.name, metric.help, metric.labels, buckets=metric.buckets, registry=self.registry)

    def _set(self, name: str, instrument: object) -> None:
        object.__setattr__(self, name, instrument)
