"""The gauges of machines and vehicles: what each last told the broker, rendered at each scrape.

They show the last *acknowledged* reading, not the last one made: a machine whose messages do not get through looks as
silent here as it is for the plant, and `machine_last_reading_timestamp_seconds` stands still until the store has been
emptied. A signal that its sensor did not deliver has no sample.

One line of text a sample is put together here and not by prometheus-client, and the values of machines that spoke at
the same moment are read as one column: Prometheus comes each second, to ten thousand machines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from contracts import metrics
from contracts.identity import Identity
from contracts.metrics import Metric
from contracts.nameplates import NAMEPLATES, Nameplate
from contracts.telemetry import (
    SIGNAL_UNITS,
    VEHICLE_SIGNAL_UNITS,
    AnySignal,
    MachineState,
    Signal,
    VehicleSignal,
)
from simulator.arrays import Floats
from simulator.link import Link
from simulator.plant import STATES, Readings
from simulator.vehicles import VehicleReadings

_SIGNAL_METRICS = {signal: metrics.METRICS[SIGNAL_UNITS[signal].metric] for signal in Signal}
_VEHICLE_METRICS = {signal: metrics.METRICS[VEHICLE_SIGNAL_UNITS[signal].metric] for signal in VehicleSignal}

_RUNNING = STATES.index(MachineState.RUNNING)

_NAMEPLATE_METRICS: tuple[tuple[Metric, Callable[[Nameplate], float]], ...] = (
    (metrics.NAMEPLATE_RATED_INPUT, lambda plate: plate.rated_input_kw),
    (metrics.NAMEPLATE_TEMPERATURE_RISE, lambda plate: plate.temperature_rise_k),
    (metrics.NAMEPLATE_TIME_CONSTANT, lambda plate: plate.thermal_time_constant_s),
    (metrics.NAMEPLATE_TEMPERATURE_LIMIT, lambda plate: plate.temperature_limit_c),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A reading that a machine or vehicle has told: all rows of a step, and which one is meant."""

    readings: Readings | VehicleReadings
    row: int

    def value(self, signal: AnySignal) -> float:
        """What a sensor said; NaN if it was silent."""
        values: Floats = getattr(self.readings, signal.value)
        return float(values[self.row])

    @property
    def signals(self) -> tuple[AnySignal, ...]:
        """What there was to be said."""
        return tuple(VehicleSignal) if isinstance(self.readings, VehicleReadings) else tuple(Signal)


def machine_samples(links: Iterable[Link]) -> dict[str, str]:
    """The samples of machines and vehicles in Prometheus' text format, by the name of their metric."""
    groups: dict[int, tuple[Readings | VehicleReadings, list[str], list[int]]] = {}
    for link in links:
        if (told := _told(link)) is not None:
            _, texts, rows = groups.setdefault(id(told.readings), (told.readings, [], []))
            texts.append(labels(link.identity))
            rows.append(told.row)
    samples: defaultdict[str, list[str]] = defaultdict(list)
    for readings, texts, rows in groups.values():
        for metric, values in _columns(readings, rows).items():
            samples[metric.name].append(_lines(metric, texts, values))
    return {name: "".join(parts) for name, parts in samples.items()}


def _columns(readings: Readings | VehicleReadings, rows: list[int]) -> dict[Metric, list[float]]:
    """Values of some rows, by their metric."""
    moments = [readings.timestamp.timestamp()] * len(rows)
    if isinstance(readings, VehicleReadings):
        told = {metric: readings.signal(signal)[rows].tolist() for signal, metric in _VEHICLE_METRICS.items()}
        return told | {metrics.VEHICLE_LAST_READING: moments}
    told = {metric: readings.signal(signal)[rows].tolist() for signal, metric in _SIGNAL_METRICS.items()}
    running = (readings.state[rows] == _RUNNING).astype(float).tolist()
    return told | {metrics.MACHINE_RUNNING: running, metrics.MACHINE_LAST_READING: moments}


def machine_text(samples: Iterable[Mapping[str, str]]) -> str:
    """The gauges of machines and vehicles: samples of all processes, each family once; those of vehicles if any."""
    known = list(samples)
    families = [*_SIGNAL_METRICS.values(), metrics.MACHINE_RUNNING, metrics.MACHINE_LAST_READING]
    if any(metrics.VEHICLE_LAST_READING.name in one for one in known):
        families += [*_VEHICLE_METRICS.values(), metrics.VEHICLE_LAST_READING]
    return "".join(_family(metric, "".join(one.get(metric.name, "") for one in known)) for metric in families)


def models(identities: Iterable[Identity]) -> set[tuple[str, str]]:
    """Plants and models that have a nameplate."""
    return {(one.plant, one.model) for one in identities if one.model in NAMEPLATES}


def nameplate_text(plates: Iterable[tuple[str, str]]) -> str:
    """The nameplates of models, by plant and model."""
    known = sorted(plates)
    texts = [f'plant="{plant}",model="{model}"' for plant, model in known]
    return "".join(
        _family(metric, _lines(metric, texts, [value(NAMEPLATES[model]) for _, model in known]))
        for metric, value in _NAMEPLATE_METRICS
    )


def labels(identity: Identity) -> str:
    """Labels of a machine; its names have no character that would need escaping.

    Example:
        >>> labels(Identity(device_id="M001", plant="plant1", line="line1", model="cnc_mill"))
        'plant="plant1",line="line1",device_id="M001",model="cnc_mill"'
    """
    return _labels(identity.plant, identity.line, identity.device_id, identity.model)


@lru_cache(maxsize=200_000)
def _labels(plant: str, line: str, device_id: str, model: str) -> str:
    # By its parts: to hash the whole identity would take longer than to write the text.
    values = zip(metrics.MACHINE_LABELS, (plant, line, device_id, model), strict=True)
    return ",".join(f'{name}="{value}"' for name, value in values)


def _told(link: Link) -> Told | None:
    message = link.last_acknowledged
    return None if message is None or message.reading is None else message.reading


def _family(metric: Metric, lines: str) -> str:
    return f"# HELP {metric.name} {metric.help}\n# TYPE {metric.name} {metric.kind}\n{lines}"


def _lines(metric: Metric, texts: list[str], values: list[float]) -> str:
    # NaN, which is not equal to itself, is a sensor that was silent.
    rows = zip(texts, values, strict=True)
    return "".join([f"{metric.name}{{{text}}} {value!r}\n" for text, value in rows if value == value])
