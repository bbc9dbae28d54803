"""Is the machine as it uses to be? T² and Q of its hourly signals, smoothed over time, against calm history.

What a machine tells in an hour, and how it differs from its own past, is standardised by its model's calm history, so
that one detector serves all models (`maintenance.detectors.multivariate`). Its index is 1 at the limit. Beside it
stands the plain way: control limits on each signal alone, at the same share of false alarms.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from maintenance.detectors.multivariate import (
    MultivariateModel,
    MultivariateSettings,
    fit,
    score,
)
from maintenance.errors import ModelError
from maintenance.features import FEATURE_PLACE, FEATURES
from maintenance.features.arrays import Flags, Floats, unknown_allowed
from maintenance.plant_models.prepared import Prepared
from maintenance.plant_models.scores import Score, by_machine_bootstrap
from maintenance.plant_models.source import Fault

_SIGNALS = ("temp", "vibration", "speed", "power")
ANOMALY_FEATURES = (
    "over_hall_past_1d", "over_hall_past_7d", "residual_std_1h", "excess_past_1d", "excess_past_7d", "excess_std_1h",
    "slip_past_1d", "slip_past_7d", "slip_std_1h", "power_past_7d", "power_jump_1h",
    *(f"{name}_{what}_1h" for what in ("missing", "flat", "peak") for name in _SIGNALS), "still_1h",
)  # fmt: skip
"""What the detector looks at. Machines at rest are left out: their few readings an hour made the limits useless."""
PLACES = [FEATURE_PLACE[name] for name in ANOMALY_FEATURES]
PLAIN_FEATURES = ("over_hall_1h", "vibration_1h", "speed_1h", "power_1h")
"""What the plain way looks at, one by one."""
_PLAIN_PLACES = [FEATURE_PLACE[name] for name in PLAIN_FEATURES]

SETTINGS = MultivariateSettings(smoothing=0.5, bound=10.0, explained=0.9, false_alarm_share=0.0002, blocks=8)
_LEAST_SCALE = {"1": 0.002, "K": 0.05, "°C": 0.05, "mm/s": 0.01, "mm²/s²": 0.01}
"""What is as good as no difference, by unit: scale of what never moves while all is well."""
NORMAL_999 = 3.29
"""One of a thousand values of a normal distribution is farther from its mean than this [standard deviations]."""
AFTERMATH_H = 24
"""Hours after a fault that count neither for nor against an alarm [h]: its own past has the fault in it."""
JOINED_H = 6
"""Alarms that are no farther apart are one [h]."""


@dataclass(frozen=True, slots=True)
class AnomalyModel:
    """What is normal.

    Attributes:
        center: mean of the features while calm, by model, (features,).
        scale: their standard deviations, by model.
        detector: T² and Q of the standardised features.
        plain_limit: of the plain way: largest standardised distance that is still normal.
        plain_center: means of the plain way's features, by model.
        plain_scale: their standard deviations, by model.
    """

    center: Mapping[str, Floats]
    scale: Mapping[str, Floats]
    detector: MultivariateModel
    plain_limit: float
    plain_center: Mapping[str, Floats]
    plain_scale: Mapping[str, Floats]

    def standardised(self, features: Floats, models: Sequence[str]) -> Floats:
        """Rows of `FEATURES` as the detector takes them, one a machine."""
        center, scale = self._of(models)
        told: Floats = (_tamed(features[:, PLACES]) - center) / scale
        return told

    def _of(self, models: Sequence[str]) -> tuple[Floats, Floats]:
        unknown = sorted(set(models) - set(self.center))
        if unknown:
            raise ModelError(f"Calm machines of model {unknown[0]} were never seen.", remedy="Train on some.")
        return np.stack([self.center[one] for one in models]), np.stack([self.scale[one] for one in models])

    def as_plain(self) -> dict[str, Any]:
        """As arrays and numbers, for an artifact."""
        detector = {name: getattr(self.detector, name) for name in self.detector.__slots__}
        maps = ("center", "scale", "plain_center", "plain_scale")
        return {
            "detector": detector,
            "plain_limit": self.plain_limit,
            **{name: dict(getattr(self, name)) for name in maps},
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> AnomalyModel:
        """From what `as_plain` gave."""
        rest = {name: value for name, value in plain.items() if name != "detector"}
        return cls(detector=MultivariateModel(**plain["detector"]), **rest)


class AnomalyScorer:
    """The streaming form: remembers the smoothed signals of each machine.

    Args:
        model: what is normal.
        models: model of each machine, in the order of the rows.
    """

    def __init__(self, model: AnomalyModel, models: Sequence[str]) -> None:
        self._model, self._models = model, list(models)
        self._memory: Floats = np.zeros((len(models), len(PLACES)))

    def copy(self) -> AnomalyScorer:
        """One that goes on from here by itself."""
        return copy.copy(self)  # a step makes its memory anew, and changes none in place

    def step(self, features: Floats) -> tuple[Floats, Floats]:
        """Judge the next hour.

        Args:
            features: rows of `FEATURES`, one a machine.

        Returns:
            The index of each machine, 1 at the limit; and what each of `ANOMALY_FEATURES` adds to it.
        """
        rows = self._model.standardised(features, self._models)
        found = [score(self._model.detector, row[None, :], past) for row, past in zip(rows, self._memory, strict=True)]
        self._memory = np.stack([one.memory for one in found])
        return np.array([one.index[0] for one in found]), np.concatenate([one.contributions for one in found])


@unknown_allowed()
def train(calm: Sequence[Prepared]) -> AnomalyModel:
    """Learn what is normal.

    Args:
        calm: histories without faults, features of every hour.
    """
    rows, plain = _by_model(calm, PLACES, tame=True), _by_model(calm, _PLAIN_PLACES, tame=False)
    floor = np.array([_LEAST_SCALE[FEATURES[place].unit] for place in PLACES])
    center = {model: np.nan_to_num(np.nanmean(values, axis=0)) for model, values in rows.items()}
    scale = {model: np.maximum(_spread(values), floor) for model, values in rows.items()}
    standardised = [
        (_tamed(one.features[_settled(one), place][:, PLACES]) - center[model]) / scale[model]
        for one in calm
        for place, model in enumerate(one.models)
    ]
    detector = fit(np.concatenate(standardised), SETTINGS)
    detector = MultivariateModel(
        **{name: getattr(detector, name) for name in detector.__slots__}
        | {"scale": np.where(np.isinf(detector.scale), 1.0, detector.scale)}
    )
    plain_center = {model: np.nanmean(values, axis=0) for model, values in plain.items()}
    plain_scale = {model: np.nanstd(values, axis=0) for model, values in plain.items()}
    far = [np.nanmax(np.abs(values - plain_center[m]) / plain_scale[m], axis=1) for m, values in plain.items()]
    limit = float(np.nanquantile(np.concatenate(far), 1.0 - SETTINGS.false_alarm_share))
    return AnomalyModel(center, scale, detector, limit, plain_center, plain_scale)


def indices(model: AnomalyModel, one: Prepared) -> Floats:
    """The index of every machine and hour, shape (hours, machines)."""
    scorer = AnomalyScorer(model, one.models)
    return np.stack([scorer.step(features)[0] for features in one.features])


def plain_indices(model: AnomalyModel, one: Prepared) -> Floats:
    """The same of the plain way."""
    center = np.stack([model.plain_center[name] for name in one.models])
    scale = np.stack([model.plain_scale[name] for name in one.models])
    far = np.abs(one.features[:, :, _PLAIN_PLACES] - center) / scale
    farthest: Floats = np.where(np.isfinite(far), far, 0.0).max(axis=2) / model.plain_limit
    return farthest


def evaluate(
    model: AnomalyModel, calm: Sequence[Prepared], faulty: Sequence[Prepared]
) -> tuple[dict[str, Score], dict[str, Score]]:
    """Share of faults that are found, and false alarms a machine and week, of both ways.

    False alarms are counted in a calm plant, and between the faults of others, where the past is not calm.
    """
    found = []
    for how in (indices, plain_indices):
        between = _judged([how(model, one) > 1.0 for one in faulty], faulty)
        quiet = _judged([how(model, one) > 1.0 for one in calm], calm)
        scores = {"false_alarms_calm": quiet["false_alarms"], "machine_weeks_calm": quiet["machine_weeks"]}
        if faulty:
            scores |= {"detection_rate": between["detection_rate"], "false_alarms_between": between["false_alarms"]}
            scores |= {"faults": between["faults"]}
        found.append(scores)
    return found[0], found[1]


def detected_by_kind(model: AnomalyModel, faulty: Sequence[Prepared]) -> dict[str, float]:
    """Share of faults that are found, by kind."""
    found: dict[str, list[bool]] = {}
    for one in faulty:
        alarms = indices(model, one) > 1.0
        for fault in _of_machines(one):
            found.setdefault(fault.kind, []).append(bool(alarms[_during(one, fault), fault.machine].any()))
    return {kind: float(np.mean(hits)) for kind, hits in sorted(found.items())}


def _judged(alarms: Sequence[Flags], histories: Sequence[Prepared]) -> dict[str, Score]:
    hits, hit_groups, falses, weeks, week_groups = [], [], [], [], []
    for alarm, one in zip(alarms, histories, strict=True):
        free = np.tile(_settled(one)[:, None], (1, len(one.machines)))
        for fault in _of_machines(one):
            during = _during(one, fault)
            free[during, fault.machine] = False
            free[(one.hours >= fault.begin_h - 1) & (one.hours < fault.end_h + AFTERMATH_H), fault.machine] = False
            hits.append(bool(alarm[during, fault.machine].any()))
            hit_groups.append(one.groups[0, fault.machine])
        for place in range(len(one.machines)):
            falses.append(_episodes(alarm[:, place] & free[:, place]))
            weeks.append(free[:, place].sum() / 168.0)
            week_groups.append(one.groups[0, place])
    told, number, lengths = np.array(hits, dtype=np.float64), np.array(falses, dtype=np.float64), np.array(weeks)
    nothing = Score(np.nan, np.nan, np.nan)
    return {
        "detection_rate": by_machine_bootstrap(lambda which: float(told[which].mean()), np.array(hit_groups))
        if hits
        else nothing,
        "false_alarms": by_machine_bootstrap(
            lambda which: float(number[which].sum() / lengths[which].sum()), np.array(week_groups)
        ),
        "faults": Score(float(len(hits)), float(len(hits)), float(len(hits))),
        "machine_weeks": Score(*[float(lengths.sum())] * 3),
    }


def _episodes(alarm: Flags) -> int:
    """Alarms, those that are close together counted once.

    Example:
        >>> _episodes(np.array([True, False, True] + 6 * [False] + [True]))
        2
    """
    at = np.flatnonzero(alarm)
    return int(len(at) and 1 + (np.diff(at) > JOINED_H).sum())


def _of_machines(one: Prepared) -> list[Fault]:
    """Faults that an alarm should find. In a hall that warms up no machine is ill: an alarm then would be false."""
    return [fault for fault in one.faults if fault.family in ("sensor", "process") and fault.kind != "hall_warming"]


def _during(one: Prepared, fault: Fault) -> Flags:
    """Hours whose end lies within a fault."""
    during: Flags = (one.hours + 1.0 > fault.begin_h) & (one.hours < fault.end_h)
    return during


def _settled(one: Prepared) -> Flags:
    """Hours after the first day: before, a machine has no past of its own."""
    return np.arange(len(one.hours)) >= 24


def _spread(values: Floats) -> Floats:
    """Standard deviation, or more where calm values reach farther out than those of a normal distribution."""
    far = np.nanquantile(np.abs(values - np.nanmean(values, axis=0)), 0.999, axis=0) / NORMAL_999
    spread: Floats = np.nan_to_num(np.maximum(np.nanstd(values, axis=0), far))
    return spread


def _by_model(histories: Sequence[Prepared], places: Sequence[int], *, tame: bool) -> dict[str, Floats]:
    found: dict[str, list[Floats]] = {}
    for one in histories:
        for machine, model in enumerate(one.models):
            values = one.features[_settled(one), machine][:, list(places)]
            found.setdefault(model, []).append(_tamed(values) if tame else values)
    return {model: np.concatenate(values) for model, values in found.items()}


def _tamed(values: Floats) -> Floats:
    """Long tails brought in: values far from 0 count by their logarithm [signed ln(1 + 10 x)]."""
    tamed: Floats = np.sign(values) * np.log1p(10.0 * np.abs(values))
    return tamed
