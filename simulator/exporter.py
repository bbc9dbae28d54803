"""`/metrics`: the program's own metrics by prometheus-client, the machines' gauges beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from prometheus_client import Counter, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from contracts import metrics
from contracts.metrics import Metric
from simulator.gauges import machine_samples, models
from simulator.instruments import Instruments
from simulator.shard import Shard
from simulator.snapshot import Snapshot, text
from simulator.store import Budget


class Exporter:
    """Renders everything that the process has to tell.

    Args:
        instruments: counters of the process; the exporter adds its gauges to their registry.
        budget: messages of the process that are not settled.
        shards: the shards being played, now.
    """

    def __init__(self, instruments: Instruments, budget: Budget, shards: Callable[[], Sequence[Shard]]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series a counter that nobody asks for
        self._registry = instruments.registry
        self._shards = shards
        self._registry.register(_Census(budget, shards))
        restarts = (
            metrics.SIMULATOR_WORKER_RESTARTS
        )  # counted by whoever starts workers; there, at 0, where nobody does
        Counter(restarts.declared_name, restarts.help, registry=self._registry)

    def snapshot(self) -> Snapshot:
        """All metrics, as they are now."""
        links = [link for shard in self._shards() for link in shard.links]
        plates = models(link.identity for link in links)
        return Snapshot(list(self._registry.collect()), machine_samples(links), plates)

    def render(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return text([self.snapshot()])


class _Census(Collector):
    """Gauges that are counted when they are asked for."""

    def __init__(self, budget: Budget, shards: Callable[[], Sequence[Shard]]) -> None:
        self._budget, self._shards = budget, shards

    def collect(self) -> Iterator[GaugeMetricFamily]:
        links = [link for shard in self._shards() for link in shard.links]
        yield _gauge(metrics.SIMULATOR_MACHINES, len(links))
        yield _gauge(metrics.SIMULATOR_CONNECTED, sum(link.connected for link in links))
        yield _gauge(metrics.SIMULATOR_STORED, self._budget.used)
        yield _gauge(metrics.SIMULATOR_STORE_LIMIT, self._budget.limit)
        yield _gauge(metrics.SIMULATOR_WORKERS, 1)


def _gauge(metric: Metric, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(metric.name, metric.help, value=value)
