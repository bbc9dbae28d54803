"""How long does the bearing last? A median and an interval that holds the truth in eight cases of ten.

Gradient-boosted trees for three quantiles of the logarithm of the hours left. Trees alone promise too much of machines
that they have not seen, so the interval is widened by what a quarter of the machines, kept back, shows to be needed
(conformalised quantile regression: Romano, Patterson and Candès, NeurIPS 2019, eqs. 5 to 7). Beside it stands the plain
way: the mean life of bearings, less the age.

Near the end of a history only bearings that do not last long are seen to fail: with these rows lives would look shorter
than they are, and intervals better. So of a history the first half is used, whose bearings have as long again to fail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import GroupShuffleSplit

from maintenance.errors import ModelError
from maintenance.features.arrays import Flags, Floats, Names
from maintenance.plant_models.labels import Life
from maintenance.plant_models.maintenance_needed import WEAR_PLACES
from maintenance.plant_models.prepared import Prepared
from maintenance.plant_models.scores import LONGER, NOTHING_TO_JUDGE, Score, by_machine_bootstrap

COVERAGE = 0.8
"""Share of cases in which the interval is to hold the truth [1]."""
QUANTILES = ((1 - COVERAGE) / 2, 0.5, (1 + COVERAGE) / 2)
_KEPT_BACK = 0.25
_LEAST_MACHINES = 8


LONGEST_SHARE = 0.95
"""Of the hours left in its training the model tells so many; what is longer it has hardly seen [1]."""


@dataclass(frozen=True, slots=True)
class RemainingLife:
    """How long a bearing lasts.

    A model cannot tell lives that are longer than those it has learnt. So where the interval reaches beyond these, only
    its lower end is told: the bearing lasts at least so long.

    Attributes:
        low_h: lower end of the interval [h].
        median_h: median; none where the interval reaches too far [h].
        high_h: upper end; none where it reaches too far [h].
    """

    low_h: float
    median_h: float | None
    high_h: float | None

    def as_json(self) -> dict[str, float | None]:
        """As it is published.

        Example:
            >>> RemainingLife(812.04, None, None).as_json()
            {'low': 812.0, 'median': None, 'high': None, 'coverage': 0.8}
        """
        told = {"low": self.low_h, "median": self.median_h, "high": self.high_h}
        return {name: None if hours is None else round(hours, 1) for name, hours in told.items()} | {
            "coverage": COVERAGE
        }


@dataclass(frozen=True, slots=True)
class LifeModel:
    """What tells the remaining life.

    Attributes:
        quantiles: estimators of the logarithm of the hours, of `QUANTILES`.
        widening: what the interval is widened by on both sides [ln h].
        mean_life_h: mean life of the bearings that were seen from begin to end: the baseline [h].
        longest_h: `LONGEST_SHARE` of the hours left that it learnt from were less [h].
    """

    quantiles: tuple[Any, Any, Any]
    widening: float
    mean_life_h: float
    longest_h: float

    def predict(self, features: Floats) -> Floats:
        """Lower end, median and upper end [h], shape (rows, 3), for rows of `FEATURES`."""
        some = features[:, WEAR_PLACES]
        low, median, high = (one.predict(some) for one in self.quantiles)
        low, high = low - self.widening, high + self.widening
        told: Floats = np.expm1(np.maximum(np.sort(np.stack([low, median, high], axis=1), axis=1), 0.0))
        return told

    def tell(self, features: Floats) -> list[RemainingLife]:
        """The same for people, without what the model cannot know."""
        return [self._told(*row) for row in self.predict(features).tolist()]

    def _told(self, low_h: float, median_h: float, high_h: float) -> RemainingLife:
        if high_h > self.longest_h:
            return RemainingLife(min(low_h, self.longest_h), None, None)
        return RemainingLife(low_h, median_h, high_h)

    def as_plain(self) -> dict[str, Any]:
        """As estimators and numbers, for an artifact."""
        return {
            "quantiles": list(self.quantiles),
            "widening": self.widening,
            "mean_life_h": self.mean_life_h,
            "longest_h": self.longest_h,
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> LifeModel:
        """From what `as_plain` gave."""
        low, median, high = plain["quantiles"]
        widening, mean, longest = (float(plain[name]) for name in ("widening", "mean_life_h", "longest_h"))
        return cls((low, median, high), widening, mean, longest)


def train(histories: Sequence[Prepared], *, trees: int = 150) -> LifeModel:
    """Learn remaining lives.

    Raises:
        ModelError: too few failures.
    """
    values, hours, group = _rows(histories)
    lives = [life.length_h for one in histories for life in _lives(one)]
    if len(np.unique(group)) < _LEAST_MACHINES or not lives:
        raise ModelError(
            f"Bearings of {len(np.unique(group))} machines failed, {len(lives)} of them seen since they were new; "
            f"{_LEAST_MACHINES} machines and one whole life are needed.",
            remedy="Play a longer history, or one in which bearings run to failure.",
        )
    target = np.log1p(hours)
    split = GroupShuffleSplit(n_splits=1, test_size=_KEPT_BACK, random_state=0)
    learnt, kept_back = next(split.split(values, target, group))
    low, high = (_trees(quantile, trees).fit(values[learnt], target[learnt]) for quantile in QUANTILES[::2])
    median = _trees(QUANTILES[1], trees).fit(values, target)
    beyond = np.maximum(
        low.predict(values[kept_back]) - target[kept_back], target[kept_back] - high.predict(values[kept_back])
    )
    return LifeModel(
        (low, median, high),
        widening=float(np.quantile(beyond, COVERAGE)),
        mean_life_h=float(np.mean(lives)),
        longest_h=float(np.quantile(hours, LONGEST_SHARE)),
    )


def evaluate(model: LifeModel, histories: Sequence[Prepared]) -> tuple[dict[str, Score], dict[str, Score]]:
    """Scores on histories that were not seen, and those of the baseline.

    `half_life_error` is the distance of the median from the truth when half of a life is over, by the life; of bearings
    that were seen from the renewal to the failure. Its score is the median over them.
    """
    errors, plain, machines = [], [], []
    for one in histories:
        for life in _lives(one):
            row = _half(one, life.begin_h + life.length_h / 2)
            told = float(model.predict(one.features[row, life.machine][None, :])[0, 1])
            now_h = one.hours[row] + 1.0
            left_h = life.begin_h + life.length_h - now_h
            errors.append(abs(told - left_h) / life.length_h)
            plain.append(abs(max(model.mean_life_h - (now_h - life.begin_h), 0.0) - left_h) / life.length_h)
            machines.append(one.groups[0, life.machine])
    own, simple, groups = np.array(errors), np.array(plain), np.array(machines)
    values, hours, rows = _rows(histories, whole=True)
    if not len(hours):
        raise ModelError(NOTHING_TO_JUDGE, remedy=LONGER)
    told_rows = model.predict(values)
    inside = (told_rows[:, 0] <= hours) & (hours <= told_rows[:, 2])
    off = np.abs(told_rows[:, 1] - hours)
    width = (told_rows[:, 2] - told_rows[:, 0]) / np.maximum(hours, 24.0)

    def of(values: Floats | Flags, how: Any) -> Any:
        return lambda which: float(how(values[which]))

    half: dict[str, Score] = {
        "half_life_error": by_machine_bootstrap(of(own, np.median), groups),
        "half_life_error_mean": by_machine_bootstrap(of(own, np.mean), groups),
    }
    scores = half | {
        "coverage": by_machine_bootstrap(of(inside, np.mean), rows),
        "mean_absolute_error_h": by_machine_bootstrap(of(off, np.mean), rows),
        "interval_width": by_machine_bootstrap(of(width, np.median), rows),
        "lives": Score(float(len(own)), float(len(own)), float(len(own))),
    }
    return scores, {"half_life_error": by_machine_bootstrap(of(simple, np.median), groups)}


def _half(one: Prepared, at_h: float) -> int:
    """Row of the hour whose end is nearest."""
    nearest: int = int(np.argmin(np.abs(one.hours + 1.0 - at_h)))
    return nearest


def _lives(one: Prepared) -> list[Life]:
    """Lives that began in the first half: of those that began later only short ones are seen to end."""
    return [life for life in one.lives if len(one.hours) and life.begin_h <= (one.end_h + one.hours[0]) / 2]


def _first_half(one: Prepared) -> Flags:
    """Hours after which the history goes on for as long as it has before, shape (hours,)."""
    at_h = one.hours + 1.0
    early: Flags = one.end_h - at_h >= (one.end_h - at_h[:1]) / 2
    return early


def _rows(histories: Sequence[Prepared], *, whole: bool = False) -> tuple[Floats, Floats, Names]:
    """Features, hours left and machine, where the end is known.

    Args:
        histories: the histories.
        whole: features of all kinds instead of those of wear.
    """
    parts = []
    for one in histories:
        chosen: Flags = one.working & (one.bearing_h > 0.0) & _first_half(one)[:, None]
        features = one.features[chosen]
        parts.append((features if whole else features[:, WEAR_PLACES], one.bearing_h[chosen], one.groups[chosen]))
    values, hours, group = (np.concatenate(column) for column in zip(*parts, strict=True))
    return values, hours, group


def _trees(quantile: float, trees: int) -> HistGradientBoostingRegressor:
    return HistGradientBoostingRegressor(
        loss="quantile",
        quantile=quantile,
        max_iter=trees,
        learning_rate=0.08,
        max_leaf_nodes=12,
        min_samples_leaf=60,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=0,
    )
