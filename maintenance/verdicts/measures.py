"""The job's metrics, built from their declarations in `contracts.metrics`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from contracts import metrics
from contracts.metrics import Metric
from maintenance.plant_models import PlantVerdict
from maintenance.verdicts.registry import Machine

RESULTS = ("used", "thinned", "late", "unknown", "refused")
_OF_MACHINES = (
    metrics.VERDICT_FAILURE_PROBABILITY,
    metrics.VERDICT_REMAINING_LIFE,
    metrics.VERDICT_ANOMALY,
    metrics.VERDICT_FAULT_PROBABILITY,
    metrics.VERDICT_REASON,
    metrics.VERDICT_TIME,
)


class Measures:
    """What the job counts and tells; one object a job, so that tests do not share counters.

    Args:
        plant: name of the plant.
        versions: version of each model by its name.

    Attributes:
        verdicts: the last verdict on each machine.
    """

    def __init__(self, plant: str, versions: Mapping[str, str]) -> None:
        self.registry = CollectorRegistry()
        self.verdicts = VerdictCollector(plant)
        self.registry.register(self.verdicts)
        self.machines = self._gauge(metrics.VERDICTS_MACHINES)
        self.hours = self._counter(metrics.VERDICTS_HOURS)
        self.published = self._counter(metrics.VERDICTS_PUBLISHED)
        self.objects = self._counter(metrics.VERDICTS_OBJECTS)
        self.failures = self._counter(metrics.VERDICTS_FAILURES)
        self.turn = self._gauge(metrics.VERDICTS_TURN)
        self.hour = self._gauge(metrics.VERDICTS_HOUR)
        self._readings = self._counter(metrics.VERDICTS_READINGS)
        for result in RESULTS:
            self._readings.labels(result)
        models = self._gauge(metrics.VERDICTS_MODEL)
        for name, version in versions.items():
            models.labels(name, version[:12]).set(1)

    def count(self, readings: Mapping[str, int]) -> None:
        """Count readings by what became of them, one of `RESULTS`."""
        for result, number in readings.items():
            self._readings.labels(result).inc(number)

    def _counter(self, metric: Metric) -> Counter:
        return Counter(metric.declared_name, metric.help, metric.labels, registry=self.registry)

    def _gauge(self, metric: Metric) -> Gauge:
        return Gauge(metric.declared_name, metric.help, metric.labels, registry=self.registry)


class VerdictCollector(Collector):
    """The last verdict on each machine as metrics; made when they are asked for, so that nothing old is left over.

    Args:
        plant: name of the plant.
    """

    def __init__(self, plant: str) -> None:
        self._plant = plant
        self._told: dict[str, tuple[Machine, PlantVerdict]] = {}

    def tell(self, verdicts: Sequence[PlantVerdict], machines: Mapping[str, Machine]) -> None:
        """Show verdicts in the place of those before; machines that are no longer there are forgotten."""
        new = {verdict.device_id: (machines[verdict.device_id], verdict) for verdict in verdicts}
        # In one step: a scrape comes from another thread.
        self._told = {name: told for name, told in self._told.items() if name in machines} | new

    def as_json(self) -> list[dict[str, Any]]:
        """The last verdicts as they were published, with line and model of each machine."""
        return [
            {"line": machine.line, "machine_model": machine.model} | verdict.as_json()
            for _, (machine, verdict) in sorted(self._told.items())
        ]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The metrics of all machines."""
        families = {one.name: GaugeMetricFamily(one.name, one.help, labels=one.labels) for one in _OF_MACHINES}
        for name, (machine, verdict) in self._told.items():
            labels = (self._plant, machine.line, name, machine.model)
            for metric, value, more in _samples(verdict):
                families[metric.name].add_metric((*labels, *more), value)
        yield from families.values()


def _samples(verdict: PlantVerdict) -> Iterator[tuple[Metric, float, tuple[str, ...]]]:
    yield metrics.VERDICT_FAILURE_PROBABILITY, verdict.probability, ()
    yield metrics.VERDICT_ANOMALY, verdict.anomaly, ()
    yield metrics.VERDICT_FAULT_PROBABILITY, verdict.fault_probability, (verdict.fault,)
    yield metrics.VERDICT_TIME, verdict.at.timestamp(), ()
    for bound, hours in (("low", verdict.life.low_h), ("median", verdict.life.median_h), ("high", verdict.life.high_h)):
        if hours is not None:
            yield metrics.VERDICT_REMAINING_LIFE, 3600 * hours, (bound,)
    for question, found in (("maintenance", verdict.why), ("anomaly", verdict.unusual)):
        for reason in found:
            yield metrics.VERDICT_REASON, reason.contribution, (question, reason.signal)
