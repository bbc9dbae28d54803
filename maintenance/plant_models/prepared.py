"""A history as its models need it: features and answers, of every machine at the end of every few hours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from maintenance.features import FEATURE_PLACE, NormalBehaviour, plant_features, plant_hours
from maintenance.features.arrays import Flags, Floats, Integers, Names
from maintenance.plant_models.labels import (
    Life,
    fails_within,
    fault_kinds,
    time_to_failure_h,
    whole_lives,
)
from maintenance.plant_models.source import Fault, History

HORIZON_H = 7 * 24.0
"""How far ahead maintenance is announced [h]."""
BEARING = "bearing"
"""The component whose remaining life is told."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Features and answers of a plant's machines; H hours, N machines.

    Attributes:
        name: of the history: its address.
        machines: names of the machines.
        models: their models.
        hours: the hours [h since 1970].
        end_h: when the history ends [h since 1970].
        features: shape (H, N, `FEATURES`).
        working: where the machine runs and is not down, (H, N).
        left_h: hours until a component fails, NaN if none did (H, N).
        bearing_h: hours until the bearing fails, NaN if it did not (H, N).
        fails: whether that is within `HORIZON_H`: 1, 0, or NaN if unknown (H, N).
        kinds: kind of the fault it has, `none`, or empty if there is no clear answer (H, N).
        fault: which of `faults`, or -1 (H, N).
        faults: all of them.
        lives: lives of bearings seen from begin to end.
    """

    name: str
    machines: tuple[str, ...]
    models: tuple[str, ...]
    hours: Integers
    end_h: float
    features: Floats
    working: Flags
    left_h: Floats
    bearing_h: Floats
    fails: Floats
    kinds: Names
    fault: Integers
    faults: tuple[Fault, ...]
    lives: tuple[Life, ...]

    @property
    def groups(self) -> Names:
        """Name of the machine of each row, shape (H, N): what belongs together when sets are split."""
        names = np.array([f"{self.name}/{machine}" for machine in self.machines])
        return np.broadcast_to(names, self.left_h.shape)

    def column(self, feature: str) -> Floats:
        """One feature, (H, N)."""
        return self.features[:, :, FEATURE_PLACE[feature]]

    def of_machines(self, places: Sequence[int]) -> Prepared:
        """Some of the machines only."""
        new = {old: number for number, old in enumerate(places)}
        some = list(places)
        return Prepared(
            self.name, tuple(self.machines[p] for p in some), tuple(self.models[p] for p in some), self.hours,
            self.end_h, self.features[:, some], self.working[:, some], self.left_h[:, some],
            self.bearing_h[:, some], self.fails[:, some], self.kinds[:, some], self.fault[:, some], self.faults,
            tuple(Life(new[life.machine], life.begin_h, life.length_h) for life in self.lives if life.machine in new),
        )  # fmt: skip


def prepare(
    history: History, normal: NormalBehaviour, every_h: int = 1, advance: Callable[[int], None] = lambda _hours: None
) -> Prepared:
    """Make features and answers of a history.

    Args:
        history: as it was read.
        normal: how the models behave while they are well.
        every_h: features at each so many hours [h].
        advance: told of each hour done.
    """
    hours = plant_hours(history.readings.items(), history.models, normal)
    made = plant_features(hours, every_h, advance)
    count = len(hours.machines)
    left = time_to_failure_h(history.wear, made.hours, count)
    kinds, fault = fault_kinds(history.faults, made.hours, count)
    down = made.values[:, :, FEATURE_PLACE["down_1h"]]
    return Prepared(
        name=history.address,
        machines=hours.machines,
        models=hours.models,
        hours=np.array(made.hours, dtype=np.int64),
        end_h=history.end_h,
        features=made.values,
        working=(down == 0.0) & np.isfinite(made.values[:, :, FEATURE_PLACE["power_6h"]]),
        left_h=left,
        bearing_h=time_to_failure_h(history.wear.of(history.wear.component == BEARING), made.hours, count),
        fails=fails_within(left, made.hours, history.end_h, HORIZON_H),
        kinds=kinds,
        fault=fault,
        faults=history.faults,
        lives=whole_lives(history.wear, BEARING),
    )
