"""Does the machine need maintenance: does a component fail within the next seven days?

Gradient-boosted trees on the wear features, held to rise with wear, and calibrated on machines that they have not seen
(Platt's sigmoid, fitted to predictions out of the fold). Beside it stands the plain way: the vibration, as ISO 20816-3
has it judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import StratifiedGroupKFold

from maintenance.errors import ModelError
from maintenance.features import FEATURE_PLACE
from maintenance.features.arrays import Flags, Floats, Names
from maintenance.plant_models.prepared import Prepared
from maintenance.plant_models.scores import (
    LONGER,
    NOTHING_TO_JUDGE,
    Score,
    average_precision,
    by_machine_bootstrap,
    expected_calibration_error,
)

WEAR_FEATURES: dict[str, int] = {
    "added": 1,
    "wear_index": 1,
    "wear_index_1d": 0,
    "wear_index_3d": 0,
    "wear_index_7d": 1,
    "wear_index_13d": 1,
    "wear_index_life": 1,
    "to_limit": -1,
    "to_limit_13d": -1,
    "to_limit_age": -1,
    "since_repair": 0,
    "vibration_6h": 0,
    "excess_6h": 0,
    "excess_std_6h": 0,
    "excess_by_load_6h": 0,
    "power_6h": 0,
    "slip_6h": 0,
    "over_hall_6h": 0,
    "over_hall_past_7d": 0,
    "rated_power": 0,
    "rated_speed": 0,
    "new_vibration": 0,
}
"""Features that tell of wear, and how the probability goes with each: 1 only up, -1 only down, 0 either way."""
WEAR_PLACES = [FEATURE_PLACE[name] for name in WEAR_FEATURES]

POSITIVE_FROM = 0.5
_FOLDS = 4


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table.

    Attributes:
        values: features.
        answer: what is to be found.
        group: machine of each.
        baseline: what the plain way goes by.
    """

    values: Floats
    answer: Floats
    group: Names
    baseline: Floats


def rows_of(histories: Sequence[Prepared]) -> Rows:
    """Working machines whose near future is known."""
    parts = []
    for one in histories:
        chosen: Flags = one.working & np.isfinite(one.fails)
        parts.append(
            (
                one.features[chosen][:, WEAR_PLACES],
                one.fails[chosen],
                one.groups[chosen],
                one.column("vibration_6h")[chosen],
            )
        )
    values, answer, group, baseline = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Rows(values, answer, group, np.nan_to_num(baseline))


def train(histories: Sequence[Prepared], *, trees: int = 150) -> CalibratedClassifierCV:
    """A calibrated classifier.

    Args:
        histories: with failures in them.
        trees: how many.

    Raises:
        ModelError: nothing failed, or too few machines.
    """
    rows = rows_of(histories)
    groups = np.unique(rows.group[rows.answer == 1])
    if len(groups) < _FOLDS:
        raise ModelError(
            f"In this history components of {len(groups)} machines failed; {_FOLDS} are needed to learn from.",
            remedy="Play a scenario in which they run to failure, such as bearing-run-to-failure.",
        )
    trees_of = HistGradientBoostingClassifier(
        max_iter=trees,
        learning_rate=0.06,
        max_leaf_nodes=12,
        min_samples_leaf=100,
        l2_regularization=5.0,
        monotonic_cst=list(WEAR_FEATURES.values()),
        early_stopping=False,
        random_state=0,
    )
    folds = list(StratifiedGroupKFold(_FOLDS).split(rows.values, rows.answer, rows.group))
    calibrated = CalibratedClassifierCV(trees_of, method="sigmoid", cv=folds, ensemble=False)
    calibrated.fit(rows.values, rows.answer.astype(np.int64))
    calibrated.cv = _FOLDS  # the folds are lists of all rows, which nobody needs in the artifact
    return calibrated


def probability(model: Any, features: Floats) -> Floats:
    """Probability that a component fails within the horizon, for rows of `FEATURES`."""
    told: Floats = model.predict_proba(features[:, WEAR_PLACES])[:, 1]
    return told


def evaluate(model: Any, histories: Sequence[Prepared]) -> tuple[dict[str, Score], dict[str, Score]]:
    """Scores on histories that were not seen, and those of the baseline."""
    rows = rows_of(histories)
    if not len(rows.answer):
        raise ModelError(NOTHING_TO_JUDGE, remedy=LONGER)
    told = model.predict_proba(rows.values)[:, 1]
    truth = rows.answer

    def recall(which: Any) -> float:
        return float((told[which] >= POSITIVE_FROM)[truth[which] == 1].mean())

    def precision(which: Any) -> float:
        return float(truth[which][told[which] >= POSITIVE_FROM].mean())

    scores = {
        "average_precision": lambda which: average_precision(truth[which], told[which]),
        "precision": precision,
        "recall": recall,
        "calibration_error": lambda which: expected_calibration_error(truth[which], told[which]),
        "brier": lambda which: float(np.mean((told[which] - truth[which]) ** 2)),
        "share_positive": lambda which: float(truth[which].mean()),
    }
    plain = {"average_precision": lambda which: average_precision(truth[which], rows.baseline[which])}
    return (
        {name: by_machine_bootstrap(score, rows.group) for name, score in scores.items()},
        {name: by_machine_bootstrap(score, rows.group) for name, score in plain.items()},
    )
