"""What a process has to tell on `/metrics`, and how the tales of several become one.

prometheus-client has a multi-process mode. It knows nothing of collectors that count when they are asked, leaves a file
for each process that ever was, and must be told by an environment variable before its first import. A process has to be
asked for its machines' gauges anyway, so it is asked for its counters as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from simulator.gauges import machine_text, nameplate_text


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that a process has to tell at a moment.

    Attributes:
        families: its own metrics, as prometheus-client collects them.
        machines: samples of its machines, as text, by the name of the metric.
        plates: plants and models that it plays.
    """

    families: list[Metric] = field(default_factory=list)
    machines: Mapping[str, str] = field(default_factory=dict)
    plates: set[tuple[str, str]] = field(default_factory=set)

    def counters(self) -> Snapshot:
        """What stays true when the process is gone."""
        return Snapshot([family for family in self.families if family.type != "gauge"])


def text(snapshots: Iterable[Snapshot]) -> bytes:
    """The tales of all processes in Prometheus' text format, each family once."""
    known = list(snapshots)
    families = merged(family for one in known for family in one.families)
    machines = machine_text(one.machines for one in known)
    plates = nameplate_text(set().union(*(one.plates for one in known)))
    own = generate_latest(_Families(families))
    return own + machines.encode() + plates.encode()


def merged(families: Iterable[Metric]) -> list[Metric]:
    """Families of the same name as one: numbers add up, but of a gauge with labels the highest is the newest.

    A shard's `run` and the moment of its last step only grow, and a process that gave the shard up may still show old
    ones.
    """
    found: dict[str, Metric] = {}
    values: dict[str, dict[tuple[str, tuple[tuple[str, str], ...]], float]] = {}
    for family in families:
        found.setdefault(family.name, Metric(family.name, family.documentation, family.type))
        samples = values.setdefault(family.name, {})
        for sample in family.samples:
            key = (sample.name, tuple(sample.labels.items()))
            before = samples.get(key)
            if before is None:
                samples[key] = sample.value
            elif family.type == "gauge" and sample.labels:
                samples[key] = max(before, sample.value)
            else:
                samples[key] = before + sample.value
    for name, samples in values.items():
        for (sample_name, labels), value in samples.items():
            found[name].add_sample(sample_name, dict(labels), value)
    return list(found.values())


class _Families(Collector):
    """Families that are there already."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        return iter(self._families)
