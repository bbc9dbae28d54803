"""Verdicts on a running plant: readings of an hour in, four answers a machine out.

It knows no network and no clock. Memory is bounded: two weeks of a few numbers an hour and machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from contracts.telemetry import format_timestamp
from maintenance.features import FEATURE_PLACE, Readings
from maintenance.features.arrays import Floats
from maintenance.plant_models import maintenance_needed
from maintenance.plant_models.anomalous import ANOMALY_FEATURES
from maintenance.plant_models.bundle import NAMES, PlantModels
from maintenance.plant_models.explain import SIGNALS, Reason, contributions, reasons, signal_of
from maintenance.plant_models.maintenance_needed import POSITIVE_FROM
from maintenance.plant_models.past import PlantPast, Standing
from maintenance.plant_models.prepared import HORIZON_H
from maintenance.plant_models.remaining_life import RemainingLife


@dataclass(frozen=True, slots=True)
class PlantVerdict:
    """The four answers for a machine at the end of an hour.

    Attributes:
        device_id: the machine.
        at: end of the hour.
        complete: whether that hour is over; if not, this is what it looks like so far.
        watched_h: how long the machine has been watched; in its first day little is usual of it yet [h].
        probability: that a component fails within `HORIZON_H` [1].
        why: signals that this comes from, log-odds.
        life: remaining life of the bearing.
        anomaly: index; above 1 is anomalous [1].
        unusual: signals that this comes from, parts of the index.
        fault: the most probable kind, or `none`.
        fault_probability: its probability [1].
        versions: version of each model by its name.
    """

    device_id: str
    at: datetime
    complete: bool
    watched_h: float
    probability: float
    why: tuple[Reason, ...]
    life: RemainingLife
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
            "complete": self.complete,
            "watched_h": round(self.watched_h, 1),
            "prediction": "POSITIVE" if self.probability >= POSITIVE_FROM else "NEGATIVE",
            "probability": round(self.probability, 4),
            "horizon_h": HORIZON_H,
            "explanation": [one.as_json() for one in self.why],
            "model": name,
            "version": self.versions.get(name, ""),
            "remaining_life_h": self.life.as_json(),
            "anomaly": {
                "index": round(self.anomaly, 3),
                "anomalous": self.anomaly > 1.0,
                "explanation": [one.as_json() for one in self.unusual],
            },
            "fault": {"kind": self.fault, "probability": round(self.fault_probability, 4)},
        }


class PlantScorer:
    """Judges the machines of a plant, hour after hour.

    Args:
        models: the plant's models.
        machines: model of each machine, by its name.

    Raises:
        ModelError: nothing was learned of a machine's model.
    """

    def __init__(self, models: PlantModels, machines: Mapping[str, str]) -> None:
        self._models = models
        self._past = PlantPast(models.normal, models.anomaly, machines)
        self._middle, self._spread = models.healthy.of([machines[name] for name in self._past.machines])

    @property
    def hour(self) -> int | None:
        """The last hour that was taken up [h since 1970]; none before the first."""
        return self._past.newest.hour if self._past.newest else None

    def take(self, readings: Mapping[str, Readings], until: int) -> None:
        """Take up hours that are over.

        Args:
            readings: of each machine that said something, cleaned; of whole hours that were not taken up yet.
            until: the last of these hours, also if nobody said anything in it [h since 1970].

        Raises:
            ValueError: these hours were taken up before.
        """
        self._past.take(readings, until)

    def verdicts(self) -> list[PlantVerdict]:
        """Verdicts at the end of the last hour that was taken up, one on each machine that works."""
        return self._judge(self._past.newest, complete=True)

    def so_far(self, readings: Mapping[str, Readings], hour: int) -> list[PlantVerdict]:
        """Verdicts as if an hour were over that is not; nothing is remembered of it.

        Args:
            readings: of each machine that said something in it so far, cleaned.
            hour: which [h since 1970].
        """
        ahead = self._past.copy()
        ahead.take(readings, hour)
        return self._judge(ahead.newest, complete=False)

    def _judge(self, now: Standing | None, *, complete: bool) -> list[PlantVerdict]:
        if now is None:
            return []
        features = now.features
        working = (features[:, FEATURE_PLACE["down_1h"]] == 0.0) & np.isfinite(features[:, FEATURE_PLACE["power_6h"]])
        places = np.flatnonzero(working)
        if not len(places):
            return []
        with threadpool_limits(1):
            return self._verdicts(now, places.tolist(), complete)

    def _verdicts(self, now: Standing, places: Sequence[int], complete: bool) -> list[PlantVerdict]:
        models, middle, spread = self._models, self._middle[list(places)], self._spread[list(places)]
        features, index = now.features[list(places)], now.index[list(places)]
        probability = maintenance_needed.probability(models.maintenance, features)
        life = models.life.tell(features)
        fault = models.fault.probabilities(features)
        why = contributions(self._log_odds, features, middle)
        unusual = _by_signal(now.added[list(places)])
        return [
            PlantVerdict(
                device_id=self._past.machines[place],
                at=now.at,
                complete=complete,
                watched_h=float(features[row, FEATURE_PLACE["seen"]]),
                probability=float(probability[row]),
                why=tuple(reasons(why[row], features[row], middle[row], spread[row])),
                life=life[row],
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
