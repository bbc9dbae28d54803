"""What an invocation tells of itself: a line of JSON for each thing that it did, and its metrics.

Every line has the id of the invocation, which the items and the SNS message carry as well. Metrics are lines, too, in
the embedded metric format (Amazon CloudWatch user guide, "Specification: Embedded metric format"), from which
CloudWatch makes metrics without any call.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from maintenance.sentences import FleetReading

NAMESPACE = "SmartFactory/Fleet"
MOST_VALUES = 100
"""Most values that one line of the embedded metric format has for a metric."""
_UNITS = {"EndpointLatency": "Milliseconds", "Duration": "Milliseconds"}
Level = Literal["info", "warning", "error"]


class Report:
    """The report of one invocation; its methods may be called from any thread.

    Args:
        invocation: id of the invocation.
        write: takes a line.
        clock: time [s].
    """

    def __init__(
        self,
        invocation: str,
        write: Callable[[str], object] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.invocation = invocation
        self.counts: Counter[str] = Counter()
        self._write = write or _to_standard_output
        self._clock = clock
        self._began = clock()
        self._lock = threading.Lock()
        self._alerts: set[str] = set()
        self._latencies: list[float] = []
        self._temperatures: defaultdict[str, list[float]] = defaultdict(list)

    def say(self, event: str, level: Level = "info", **facts: object) -> None:
        """Log something that happened."""
        line = {"level": level, "event": event, "request_id": self.invocation, **facts}
        text = json.dumps({name: value for name, value in line.items() if value is not None}, default=str)
        with self._lock:
            self._write(text)

    def count(self, **amounts: int) -> None:
        """Add to the counts."""
        with self._lock:
            self.counts.update(amounts)

    def first_of(self, alert: str) -> bool:
        """Whether this invocation has not yet tried to tell that alert: of a large file each batch sees it anew."""
        with self._lock:
            first = alert not in self._alerts
            self._alerts.add(alert)
        return first

    def endpoint_took(self, seconds: float) -> None:
        """Note how long the endpoint took for a batch."""
        with self._lock:
            self._latencies.append(round(1000 * seconds, 3))

    def measured(self, reading: FleetReading) -> None:
        """Note the temperature of a vehicle's engine."""
        if reading.engine_temp_c is not None:
            with self._lock:
                self._temperatures[reading.device_id].append(reading.engine_temp_c)

    def finish(self) -> None:
        """Write the metrics."""
        counted: dict[str, Any] = {_title(name): count for name, count in self.counts.items()}
        counted["Duration"] = round(1000 * (self._clock() - self._began), 3)
        if self._latencies:
            counted["EndpointLatency"] = self._latencies[:MOST_VALUES]
        self._emit({}, counted)
        self._emit_values({}, "EndpointLatency", self._latencies[MOST_VALUES:])
        for device_id, values in self._temperatures.items():
            self._emit_values({"device_id": device_id}, "EngineTemperature", values)

    def _emit_values(self, dimensions: Mapping[str, str], name: str, values: Sequence[float]) -> None:
        for start in range(0, len(values), MOST_VALUES):
            self._emit(dimensions, {name: values[start : start + MOST_VALUES]})

    def _emit(self, dimensions: Mapping[str, str], metrics: Mapping[str, Any]) -> None:
        named = [{"Name": name, "Unit": _unit(name)} for name in metrics]
        directive = {"Namespace": NAMESPACE, "Dimensions": [list(dimensions)], "Metrics": named}
        about = {"Timestamp": int(1000 * self._clock()), "CloudWatchMetrics": [directive]}
        with self._lock:
            self._write(json.dumps({"_aws": about, **dimensions, **metrics, "request_id": self.invocation}))


def _title(name: str) -> str:
    """A count's name as a metric.

    Example:
        >>> _title("predicted_positive")
        'PredictedPositive'
    """
    return "".join(word.capitalize() for word in name.split("_"))


def _unit(name: str) -> str:
    # CloudWatch knows no unit for temperatures.
    return "None" if name == "EngineTemperature" else _UNITS.get(name, "Count")


def _to_standard_output(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
