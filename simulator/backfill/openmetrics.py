"""The gauges of machines and vehicles as OpenMetrics text, from which `promtool` makes blocks of a Prometheus.

Names and labels are those of the live `/metrics`, so dashboards and rules work on history as they do on a live plant.
OpenMetrics 1.0 (github.com/prometheus/OpenMetrics, specification/OpenMetrics.md) wants the samples of a family
together, those of a series in order of time, and `# EOF` at the end. promtool reads the whole file once for each block
of two hours that it covers: so there is a file for each block and part, and none for a year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from contracts import metrics
from contracts.identity import Identity
from contracts.metrics import Metric
from contracts.telemetry import SIGNAL_UNITS, VEHICLE_SIGNAL_UNITS, MachineState, Signal, VehicleSignal
from simulator.arrays import Flags, Floats, Integers
from simulator.backfill.timeline import HOUR_MS, moments_ms
from simulator.gauges import labels
from simulator.load import STATES
from simulator.population import AnyBlock
from simulator.vehicles import VehicleBlock

_RUNNING = STATES.index(MachineState.RUNNING)
BLOCK_MS = 2 * HOUR_MS
"""Length of Prometheus' blocks, which begin at even hours [ms]."""
END = "# EOF\n"


@dataclass(frozen=True, slots=True)
class Gauges:
    """What a scrape at each moment would have found, shape (T, N); NaN where there is nothing.

    Attributes:
        moments_ms: Unix times [ms], shape (T,).
        values: by metric.
    """

    moments_ms: Integers
    values: dict[Metric, Floats]

    @property
    def begin_ms(self) -> int:
        """When the block of Prometheus begins to which the first moment belongs, Unix time [ms]."""
        return int(self.moments_ms[0]) // BLOCK_MS * BLOCK_MS

    @property
    def last(self) -> Gauges:
        """The last moment alone."""
        return self._some(slice(-1, None))

    def by_block(self) -> Iterator[Gauges]:
        """Those of each block of Prometheus."""
        borders = np.flatnonzero(np.diff(self.moments_ms // BLOCK_MS)) + 1
        edges = [0, *borders.tolist(), len(self.moments_ms)]
        for first, last in pairwise(edges):
            yield self._some(slice(first, last))

    def _some(self, moments: slice) -> Gauges:
        return Gauges(self.moments_ms[moments], {metric: values[moments] for metric, values in self.values.items()})


def gauges(block: AnyBlock, came: Flags | None, before: Gauges | None) -> Gauges:
    """The gauges of a block: each shows what its machine or vehicle last brought to the archive.

    Args:
        block: readings.
        came: whether each message came at its own moment, shape (T, N); None if all did.
        before: the moment before, for machines whose messages do not come; None at the start.
    """
    at_ms = moments_ms(block)
    told = _told(block, np.repeat(at_ms[:, None] / 1000.0, block.state.shape[1], axis=1))
    if came is not None:
        told = {
            metric: _held(values, came, before.values[metric] if before else None) for metric, values in told.items()
        }
    return Gauges(at_ms, told)


def _told(block: AnyBlock, at_s: Floats) -> dict[Metric, Floats]:
    """What each gauge would show if every message came."""
    if isinstance(block, VehicleBlock):
        told = {metrics.METRICS[VEHICLE_SIGNAL_UNITS[signal].metric]: block.signal(signal) for signal in VehicleSignal}
        return told | {metrics.VEHICLE_LAST_READING: at_s}
    told = {metrics.METRICS[SIGNAL_UNITS[signal].metric]: block.signal(signal) for signal in Signal}
    running = np.where(block.state == _RUNNING, 1.0, 0.0)
    return told | {metrics.MACHINE_RUNNING: running, metrics.MACHINE_LAST_READING: at_s}


def _held(values: Floats, came: Flags, before: Floats | None) -> Floats:
    """Values with those that did not come replaced by the last that did."""
    first = np.full((1, values.shape[1]), np.nan) if before is None else before
    rows = np.where(came, np.arange(1, len(values) + 1)[:, None], 0)
    held: Floats = np.take_along_axis(np.concatenate([first, values]), np.maximum.accumulate(rows, axis=0), axis=0)
    return held


def openmetrics_text(some: Sequence[Gauges], identities: Sequence[Identity]) -> str:
    """Gauges as the text of a file.

    Args:
        some: of some machines, in order of time.
        identities: the machines, in the order of the rows.
    """
    texts = [labels(identity) for identity in identities]
    stamps = [f" {one / 1000:.15g}\n" for gauges in some for one in gauges.moments_ms.tolist()]
    parts = []
    for metric in some[0].values if some else ():
        values = np.concatenate([gauges.values[metric] for gauges in some])
        parts.append(f"# TYPE {metric.name} {metric.kind}\n# HELP {metric.name} {metric.help}\n")
        for row, text in enumerate(texts):
            parts.extend(_series(f"{metric.name}{{{text}}} ", values[:, row], stamps))
    return "".join([*parts, END])


def _series(head: str, values: Floats, stamps: Sequence[str]) -> Iterator[str]:
    for value, stamp in zip(values.tolist(), stamps, strict=True):
        if value == value:  # not NaN, without a call for each of hundreds of thousands
            yield f"{head}{value:.15g}{stamp}"
