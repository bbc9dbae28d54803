"""The machines' gauges: what each machine last told the broker, rendered at each scrape.

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
from contracts.telemetry import SIGNAL_UNITS, MachineState, Signal
from simulator.link import Link
from simulator.plant import STATES, Readings

_SIGNAL_METRICS = {signal: metrics.METRICS[SIGNAL_UNITS[signal].metric] for signal in Signal}

_RUNNING = STATES.index(MachineState.RUNNING)

_NAMEPLATE_METRICS: tuple[tuple[Metric, Callable[[Nameplate], float]], ...] = (
    (metrics.NAMEPLATE_RATED_INPUT, lambda plate: plate.rated_input_kw),
    (metrics.NAMEPLATE_TEMPERATURE_RISE, lambda plate: plate.temperature_rise_k),
    (metrics.NAMEPLATE_TIME_CONSTANT, lambda plate: plate.thermal_time_constant_s),
    (metrics.NAMEPLATE_TEMPERATURE_LIMIT, lambda plate: plate.temperature_limit_c),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A reading that a machine has told: all rows of a step, and which one is meant."""

    readings: Readings
    row: int

    def value(self, signal: Signal) -> float:
        """What a sensor said; NaN if it was silent."""
        return float(self.readings.signal(signal)[self.row])


def machine_samples(links: Iterable[Link]) -> dict[str, str]:
    """The samples of machines in Prometheus' text format, by the name of their metric."""
    groups: dict[int, tuple[Readings, list[str], list[int]]] = {}
    for link in links:
        if (told := _told(link)) is not None:
            _, texts, rows = groups.setdefault(id(told.readings), (told.readings, [], []))
            texts.append(labels(link.identity))
            rows.append(told.row)
    samples: defaultdict[str, list[str]] = defaultdict(list)
    for readings, texts, rows in groups.values():
        for signal, metric in _SIGNAL_METRICS.items():
            samples[metric.name].append(_lines(metric, texts, readings.signal(signal)[rows].tolist()))
        running = (readings.state[rows] == _RUNNING).astype(float).tolist()
        samples[metrics.MACHINE_RUNNING.name].append(_lines(metrics.MACHINE_RUNNING, texts, running))
        moments = [readings.timestamp.timestamp()] * len(rows)
        samples[metrics.MACHINE_LAST_READING.name].append(_lines(metrics.MACHINE_LAST_READING, texts, moments))
    return {name: "".join(parts) for name, parts in samples.items()}


def machine_text(samples: Iterable[Mapping[str, str]]) -> str:
    """The gauges of machines: samples of all processes, each family once."""
    known = list(samples)
    families = (*_SIGNAL_METRICS.values(), metrics.MACHINE_RUNNING, metrics.MACHINE_LAST_READING)
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
