"""What is remembered of a running plant: how its machines have been, up to the last hour that is over."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from contracts.nameplates import nameplate
from maintenance.features import COLUMNS, NormalBehaviour, Readings, Trends, plant_hours
from maintenance.features.arrays import Floats
from maintenance.features.thermal import Warmth
from maintenance.features.trends import SHORT_H
from maintenance.plant_models.anomalous import AnomalyModel, AnomalyScorer


@dataclass(frozen=True, slots=True)
class Standing:
    """How the machines are at the end of an hour; N machines.

    Attributes:
        hour: which [h since 1970].
        features: shape (N, `FEATURES`).
        index: anomaly index of each [1].
        added: what each of `ANOMALY_FEATURES` adds to it.
    """

    hour: int
    features: Floats
    index: Floats
    added: Floats

    @property
    def at(self) -> datetime:
        """End of the hour."""
        return datetime.fromtimestamp((self.hour + 1) * 3600, UTC)


class PlantPast:
    """The past of a plant's machines.

    Args:
        normal: how the models behave while they are well.
        anomaly: what is normal.
        machines: model of each machine, by its name.

    Attributes:
        machines: names of the machines, sorted.
        newest: how they are at the end of the last hour that was taken up; none before the first.
    """

    def __init__(self, normal: NormalBehaviour, anomaly: AnomalyModel, machines: Mapping[str, str]) -> None:
        self.machines = tuple(sorted(machines))
        self.newest: Standing | None = None
        self._normal, self._model_of = normal, dict(machines)
        kinds = [machines[name] for name in self.machines]
        self._trends = Trends([nameplate(kind) for kind in kinds])
        self._anomaly = AnomalyScorer(anomaly, kinds)
        self._warmth: Mapping[str, Warmth] = {}

    def copy(self) -> PlantPast:
        """One that goes on from here by itself."""
        other = copy.copy(self)
        other._trends, other._anomaly = self._trends.copy(), self._anomaly.copy()  # noqa: SLF001 - of the same class
        return other

    def take(self, readings: Mapping[str, Readings], until: int) -> None:
        """Take up hours that are over; see `PlantScorer.take`."""
        hours = plant_hours(readings.items(), self._model_of, self._normal, self._warmth)
        first = hours.first_hour if len(hours.rows) else until
        if self.newest is not None and first <= self.newest.hour:
            raise ValueError(f"hour {first} was taken up before; the last one was {self.newest.hour}")
        self._warmth = hours.warmth
        for hour, rows in enumerate(hours.rows, first):
            self._pass(hour - 1)
            self._push(hour, rows)
        self._pass(until)

    def _push(self, hour: int, rows: Floats) -> None:
        self._trends.push(rows)
        features = self._trends.features()
        self.newest = Standing(hour, features, *self._anomaly.step(features))

    def _pass(self, until: int) -> None:
        """Let hours pass in which nobody said anything; after six of them nothing moves any more."""
        if self.newest is None or until <= self.newest.hour:
            return
        first, silent = self.newest.hour + 1, until - self.newest.hour
        nothing = np.full((len(self.machines), len(COLUMNS)), np.nan)
        for number in range(min(silent, SHORT_H)):
            self._push(first + number, nothing)
        self._trends.skip(max(0, silent - SHORT_H))
        self.newest = replace(self.newest, hour=until)
