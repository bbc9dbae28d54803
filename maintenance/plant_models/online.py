"""Verdicts on a running plant: readings in, one at a time; four answers a machine and hour out.

It knows no network and no clock. Memory is bounded: two weeks of a few numbers an hour and machine, and the readings of
the hours that are open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from contracts.nameplates import nameplate
from contracts.telemetry import format_timestamp
from maintenance.features import FEATURE_PLACE, ClosedHour, HourStream, Trends, row_of
from maintenance.features.arrays import Floats
from maintenance.features.trends import SHORT_H
from maintenance.plant_models import maintenance_needed
from maintenance.plant_models.anomalous import ANOMALY_FEATURES, AnomalyScorer
from maintenance.plant_models.bundle import NAMES, PlantModels
from maintenance.plant_models.explain import SIGNALS, Reason, contributions, reasons, signal_of
from maintenance.plant_models.maintenance_needed import POSITIVE_FROM
from maintenance.plant_models.remaining_life import COVERAGE


@dataclass(frozen=True, slots=True)
class PlantVerdict:
    """The four answers for a machine at the end of an hour.

    Attributes:
        device_id: the machine.
        at: end of the hour.
        probability: that a component fails within seven days [1].
        why: signals that this comes from, log-odds.
        life_h: remaining life of the bearing: median [h].
        life_low_h: lower end of the interval [h].
        life_high_h: upper end of it [h].
        anomaly: index; above 1 is anomalous [1].
        unusual: signals that this comes from, parts of the index.
        fault: the most probable kind, or `none`.
        fault_probability: its probability [1].
        versions: version of each model by its name.
    """

    device_id: str
    at: datetime
    probability: float
    why: tuple[Reason, ...]
    life_h: float
    life_low_h: float
    life_high_h: float
    anomaly: float
    unusual: tuple[Reason, ...]
    fault: str
    fault_probability: float
    versions: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """As it is published."""
        name = NAMES["maintenance_needed"]
        return {
            "device_id": self.device_id,
            "timestamp": format_timestamp(self.at),
            "prediction": "POSITIVE" if self.probability >= POSITIVE_FROM else "NEGATIVE",
            "probability": round(self.probability, 4),
            "explanation": [one.as_json() for one in self.why],
            "model": name,
            "version": self.versions.get(name, ""),
            "remaining_life_h": {
                "median": round(self.life_h, 1),
                "low": round(self.life_low_h, 1),
                "high": round(self.life_high_h, 1),
                "coverage": COVERAGE,
            },
            "anomaly": {
                "index": round(self.anomaly, 3),
                "anomalous": self.anomaly > 1.0,
                "explanation": [one.as_json() for one in self.unusual],
            },
            "fault": {"kind": self.fault, "probability": round(self.fault_probability, 4)},
        }


@dataclass(slots=True)
class Refused:
    """Messages that are no telemetry of a machine.

    Attributes:
        count: how many.
        last: what was wrong with the last one.
    """

    count: int = 0
    last: str = ""


class PlantScorer:
    """Judges the machines of a plant as their readings come.

    Args:
        models: the plant's models.
        machines: model of each machine, by its name.

    Raises:
        ModelError: nothing was learned of a machine's model.

    Attributes:
        refused: messages that were none.
    """

    def __init__(self, models: PlantModels, machines: Mapping[str, str]) -> None:
        self._models = models
        self._stream = HourStream(machines, models.normal)
        self._kinds = [machines[name] for name in self._stream.machines]
        self._trends = Trends([nameplate(kind) for kind in self._kinds])
        self._anomaly = AnomalyScorer(models.anomaly, self._kinds)
        self._middle, self._spread = models.healthy.of(self._kinds)
        self.refused = Refused()

    @property
    def dropped(self) -> dict[str, int]:
        """Readings that were not used, by reason."""
        told = self._stream.dropped
        return {name: getattr(told, name) for name in told.__slots__} | {"refused": self.refused.count}

    def add(self, message: Mapping[str, object]) -> list[PlantVerdict]:
        """Take a message, and give the verdicts of the hours that are over by it.

        Args:
            message: telemetry of a machine, decoded.

        Returns:
            Verdicts, often none; of an hour, one for each machine that works.
        """
        try:
            device_id, row = str(message["device_id"]), row_of(message)
        except (KeyError, TypeError, ValueError) as error:
            self.refused.count += 1
            self.refused.last = f"{type(error).__name__}: {error}"
            return []
        return self._judge_all(self._stream.add(device_id, row))

    def close(self) -> list[PlantVerdict]:
        """Verdicts of the hours that are still open, as at the end of a history."""
        return self._judge_all(self._stream.close_all())

    def _judge_all(self, hours: Iterable[ClosedHour]) -> list[PlantVerdict]:
        return [verdict for hour in hours for verdict in self._judge(hour)]

    def _judge(self, hour: ClosedHour) -> list[PlantVerdict]:
        self._pass(hour.skipped)
        self._trends.push(hour.rows)
        features = self._trends.features()
        index, added = self._anomaly.step(features)
        working = (features[:, FEATURE_PLACE["down_1h"]] == 0.0) & np.isfinite(features[:, FEATURE_PLACE["power_6h"]])
        places = np.flatnonzero(working)
        if not len(places):
            return []
        at = datetime.fromtimestamp((hour.hour + 1) * 3600, UTC)
        with threadpool_limits(1):
            return self._verdicts(at, places.tolist(), features[places], index[places], added[places])

    def _pass(self, hours: int) -> None:
        """Let hours pass in which nobody said anything; after six of them nothing moves any more."""
        for _ in range(min(hours, SHORT_H)):
            self._trends.skip(1)
            self._anomaly.step(self._trends.features())
        self._trends.skip(max(0, hours - SHORT_H))

    def _verdicts(
        self, at: datetime, places: Sequence[int], features: Floats, index: Floats, added: Floats
    ) -> list[PlantVerdict]:
        models, middle, spread = self._models, self._middle[list(places)], self._spread[list(places)]
        probability = maintenance_needed.probability(models.maintenance, features)
        life = models.life.predict(features)
        fault = models.fault.probabilities(features)
        why = contributions(self._log_odds, features, middle)
        unusual = _by_signal(added)
        return [
            PlantVerdict(
                device_id=self._stream.machines[place],
                at=at,
                probability=float(probability[row]),
                why=tuple(reasons(why[row], features[row], middle[row], spread[row])),
                life_low_h=float(life[row, 0]),
                life_h=float(life[row, 1]),
                life_high_h=float(life[row, 2]),
                anomaly=float(index[row]),
                unusual=tuple(reasons(unusual[row], features[row], middle[row], spread[row])),
                fault=str(models.fault.classes[fault[row].argmax()]),
                fault_probability=float(fault[row].max()),
                versions=models.versions,
            )
            for row, place in enumerate(places)
        ]

    def _log_odds(self, features: Floats) -> Floats:
        told = np.clip(maintenance_needed.probability(self._models.maintenance, features), 1e-6, 1 - 1e-6)
        odds: Floats = np.log(told / (1 - told))
        return odds


_SIGNAL_OF = np.array([SIGNALS.index(signal_of(name) or "state") for name in ANOMALY_FEATURES])


def _by_signal(added: Floats) -> Floats:
    """Contributions of features joined by signal, shape (machines, `SIGNALS`)."""
    return np.stack([added[:, place == _SIGNAL_OF].sum(axis=1) for place in range(len(SIGNALS))], axis=1)
