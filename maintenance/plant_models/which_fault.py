"""Which fault has the machine? A forest over all features, one class a kind of fault, and one for none.

Beside it stand two plain ways: always the most frequent kind, and the nearest mean of a kind in standardised features.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier

from maintenance.errors import ModelError
from maintenance.features import FEATURE_PLACE, FEATURES
from maintenance.features.arrays import Floats, Integers, Names, unknown_allowed
from maintenance.plant_models.labels import NO_FAULT
from maintenance.plant_models.prepared import Prepared
from maintenance.plant_models.scores import Score, by_machine_bootstrap, macro_f1

_LEFT_OUT = {"seen", "since_repair", "hall_1h", "hall_6h", "residual_1h", "residual_6h"}
"""Features that tell when and where a history was, not what is wrong."""
FAULT_FEATURES = tuple(column.name for column in FEATURES if column.name not in _LEFT_OUT)
FAULT_PLACES = [FEATURE_PLACE[name] for name in FAULT_FEATURES]
_WELL_SHARE = 0.02
"""Share of the hours without a fault that are learnt from: they are many, and alike. All of them are judged."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table.

    Attributes:
        values: features.
        kind: what the machine has.
        fault: number of the fault, over all histories; -1 for none.
        group: machine.
    """

    values: Floats
    kind: Names
    fault: Integers
    group: Names


@dataclass(frozen=True, slots=True)
class FaultModel:
    """What names a fault.

    Attributes:
        forest: the classifier.
        center: means of the features, of the plain way.
        scale: their standard deviations.
        kinds: the kinds, in the order of the means.
        means: standardised mean of each kind, (kinds, features).
        majority: the most frequent kind.
    """

    forest: Any
    center: Floats
    scale: Floats
    kinds: tuple[str, ...]
    means: Floats
    majority: str

    @property
    def classes(self) -> Names:
        """Kinds, in the order of the probabilities."""
        return np.asarray(self.forest.classes_, dtype=np.str_)

    def probabilities(self, features: Floats) -> Floats:
        """Probability of each of `classes`, for rows of `FEATURES`."""
        return self.of_rows(features[:, FAULT_PLACES])

    def of_rows(self, values: Floats) -> Floats:
        """The same for rows of `FAULT_FEATURES`."""
        told: Floats = self.forest.predict_proba(values)
        return told

    def nearest(self, values: Floats) -> Names:
        """The kind whose mean is nearest, for rows of `FAULT_FEATURES`."""
        here = _standardised(values, self.center, self.scale)
        distance = -2 * here @ self.means.T + (self.means**2).sum(axis=1)
        named: Names = np.array(self.kinds)[distance.argmin(axis=1)]
        return named

    def as_plain(self) -> dict[str, Any]:
        """As estimators, arrays and texts, for an artifact."""
        return {name: getattr(self, name) for name in self.__slots__} | {"kinds": list(self.kinds)}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> FaultModel:
        """From what `as_plain` gave."""
        return cls(**(plain | {"kinds": tuple(plain["kinds"])}))


def rows_of(histories: Sequence[Prepared], well_share: float = 1.0) -> Rows:
    """Hours with one fault, and such a share of those without any.

    Raises:
        ModelError: there are no histories.
    """
    random = np.random.default_rng(0)
    parts, offset = [], 0
    for one in histories:
        well = (one.kinds == NO_FAULT) & (random.random(one.kinds.shape) < well_share)
        settled = (np.arange(len(one.hours)) >= 24)[:, None]
        chosen = (well | ((one.kinds != NO_FAULT) & (one.kinds != ""))) & settled
        number = np.where(one.fault[chosen] >= 0, one.fault[chosen] + offset, -1)
        parts.append((one.features[chosen][:, FAULT_PLACES], one.kinds[chosen], number, one.groups[chosen]))
        offset += len(one.faults)
    values, kind, fault, group = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Rows(values, kind, fault, group)


@unknown_allowed()
def train(histories: Sequence[Prepared], *, trees: int = 200) -> FaultModel:
    """Learn to name faults.

    Raises:
        ModelError: there is no fault in the histories.
    """
    rows = rows_of(histories, _WELL_SHARE)
    kinds = np.unique(rows.kind)
    if len(kinds) < 3:
        raise ModelError(
            f"In this history there are faults of {len(kinds) - 1} kinds; two are needed to tell them apart.",
            remedy="Play a scenario with more.",
        )
    forest = RandomForestClassifier(
        trees, min_samples_leaf=2, max_features=0.2, class_weight="balanced_subsample", random_state=0, n_jobs=1
    )
    forest.fit(rows.values, rows.kind, sample_weight=_by_fault(rows))
    center, spread = np.nanmean(rows.values, axis=0), np.nanstd(rows.values, axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    here = _standardised(rows.values, center, scale)
    means = np.stack([here[rows.kind == kind].mean(axis=0) for kind in kinds])
    counts = [(rows.kind == kind).sum() for kind in kinds]
    named = tuple(kinds.tolist())
    return FaultModel(forest, center, scale, named, means, named[int(np.argmax(counts))])


def evaluate(model: FaultModel, histories: Sequence[Prepared]) -> tuple[dict[str, Score], dict[str, Score]]:
    """Scores on histories that were not seen, and those of the plain ways.

    `macro_f1` and `accuracy` are over faults, each judged by the mean probability of its hours. `macro_f1_hours` is
    over all hours, with a fault or without: what is taken for a rare kind in all the time in which nothing is wrong
    counts against it. `false_names` is the share of the hours without a fault that are told to have one.
    """
    rows = rows_of(histories)
    told = model.of_rows(rows.values)
    truth, guess, group = _faults(rows, told, model.classes)
    well = rows.kind == NO_FAULT
    named = model.classes[told.argmax(axis=1)] != NO_FAULT

    def f1(guessed: Names) -> Score:
        # Numbers instead of texts: a resample compares a million of them.
        _, number = np.unique(np.concatenate([rows.kind, guessed]), return_inverse=True)
        known, told_to_be = number[: len(rows.kind)], number[len(rows.kind) :]
        return by_machine_bootstrap(lambda which: macro_f1(known[which], told_to_be[which]), rows.group)

    scores = {
        "macro_f1": by_machine_bootstrap(lambda which: macro_f1(truth[which], guess[which]), group),
        "macro_f1_hours": f1(model.classes[told.argmax(axis=1)]),
        "accuracy": by_machine_bootstrap(lambda which: float((truth == guess)[which].mean()), group),
        "false_names": by_machine_bootstrap(lambda which: float(named[well][which].mean()), rows.group[well]),
    }
    plain = {
        "macro_f1_hours": f1(model.nearest(rows.values)),
        "macro_f1_hours_majority": f1(np.full(len(rows.kind), model.majority)),
    }
    return scores, plain


def confusion(model: FaultModel, histories: Sequence[Prepared]) -> tuple[list[str], Integers]:
    """Kinds, and how many faults of one (rows) were told to be another (columns)."""
    rows = rows_of(histories)
    truth, guess, _ = _faults(rows, model.of_rows(rows.values), model.classes)
    kinds = sorted({*truth.tolist(), *guess.tolist()})
    table = np.zeros((len(kinds), len(kinds)), dtype=np.int64)
    np.add.at(table, ([kinds.index(one) for one in truth], [kinds.index(one) for one in guess]), 1)
    return kinds, table


def _faults(rows: Rows, told: Floats, classes: Names) -> tuple[Names, Names, Names]:
    """Truth, answer and machine of each fault; the answer by the mean over its hours."""
    ill = rows.fault >= 0
    unit, first, index = np.unique(rows.fault[ill], return_index=True, return_inverse=True)
    total = np.zeros((len(unit), told.shape[1]))
    np.add.at(total, index, told[ill])
    return rows.kind[ill][first], classes[total.argmax(axis=1)], rows.group[ill][first]


def _by_fault(rows: Rows) -> Floats:
    """Weights with which each fault counts the same, however long it was."""
    length = np.bincount(rows.fault[rows.fault >= 0])
    return np.where(rows.fault >= 0, 1.0 / np.maximum(length[rows.fault], 1), 1.0 / max(float(np.mean(length)), 1.0))


def _standardised(values: Floats, center: Floats, scale: Floats) -> Floats:
    bounded: Floats = np.clip(np.nan_to_num((values - center) / scale), -10, 10)
    return bounded
