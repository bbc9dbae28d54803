"""Windows and features of a plant: a year at once for training, an hour after the other while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from contracts.nameplates import nameplate
from maintenance.features.arrays import Floats
from maintenance.features.normal import NormalBehaviour
from maintenance.features.readings import Readings
from maintenance.features.thermal import Warmth
from maintenance.features.trends import FEATURES, Trends
from maintenance.features.windows import COLUMNS, summarise


@dataclass(frozen=True, slots=True)
class PlantHours:
    """The hours of all machines of a plant.

    Attributes:
        machines: their names, sorted.
        models: their models.
        first_hour: the first hour [h since 1970].
        rows: shape (hours, machines, `COLUMNS`); NaN where a machine said nothing.
        warmth: heat of each machine at the end, for the hours that follow.
    """

    machines: tuple[str, ...]
    models: tuple[str, ...]
    first_hour: int
    rows: Floats
    warmth: Mapping[str, Warmth] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlantFeatures:
    """Features of the machines of a plant at the ends of some hours.

    Attributes:
        hours: which [h since 1970], shape (H,).
        values: shape (H, machines, `FEATURES`).
    """

    hours: tuple[int, ...]
    values: Floats


def plant_hours(
    histories: Iterable[tuple[str, Readings]],
    models: Mapping[str, str],
    normal: NormalBehaviour,
    warmth: Mapping[str, Warmth] | None = None,
) -> PlantHours:
    """The hours of a plant, from the first of which anything is known to the last.

    Args:
        histories: name and cleaned readings of each machine; those without a model are left out.
        models: model of each machine.
        normal: how the models behave while they are well.
        warmth: what the call for the hours before gave; none for the first.
    """
    before = dict(warmth or {})
    made = {
        name: summarise(readings, normal.of(models[name]), before.get(name))
        for name, readings in histories
        if name in models
    }
    names = tuple(sorted(models))
    told = [windows.hour for windows in made.values() if len(windows.hour)]
    first = min((int(hour[0]) for hour in told), default=0)
    count = max((int(hour[-1]) for hour in told), default=first - 1) - first + 1
    rows = np.full((count, len(names), len(COLUMNS)), np.nan)
    for place, name in enumerate(names):
        if name in made:
            rows[made[name].hour - first, place] = made[name].rows
    after = before | {name: windows.warmth for name, windows in made.items()}
    return PlantHours(names, tuple(models[name] for name in names), first, rows, after)


def plant_features(
    hours: PlantHours, every_h: int = 1, advance: Callable[[int], None] = lambda _hours: None
) -> PlantFeatures:
    """The features of a plant's history.

    Args:
        hours: its hours.
        every_h: features are told each so many hours, at those that it divides [h].
        advance: told of each hour done.
    """
    trends = Trends([nameplate(model) for model in hours.models])
    moments, values = [], []
    for number, rows in enumerate(hours.rows):
        trends.push(rows)
        hour = hours.first_hour + number
        if hour % every_h == 0:
            moments.append(hour)
            values.append(trends.features())
        advance(1)
    shape = (len(moments), len(hours.machines), len(FEATURES))
    return PlantFeatures(tuple(moments), np.array(values).reshape(shape))
