"""Learning from readings: trees on three features, and a probability that vehicles kept apart have corrected.

Histogram-based gradient boosting (Ke et al., "LightGBM", NIPS 2017, as scikit-learn has it), then Platt's sigmoid on
predictions for vehicles that were not learnt from (Platt, "Probabilistic outputs for support vector machines", 1999).
Folds are made of whole vehicles: two readings of one vehicle are nearly the same row.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from maintenance.errors import ModelError
from maintenance.fleet_model.features import Floats
from maintenance.fleet_model.readings import Readings


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides how it learns; none of it was chosen on the vehicles of the evaluation.

    Attributes:
        seed: of the trees.
        trees: how many.
        learning_rate: weight of each.
        leaves: of a tree at most.
        readings_in_leaf: at least; a vehicle has 144 a day, so a leaf is of several vehicles.
        folds: of vehicles, for the calibration.
    """

    seed: int = 1
    trees: int = 100
    learning_rate: float = 0.08
    leaves: int = 16
    readings_in_leaf: int = 200
    folds: int = 3

    def with_seed(self, seed: int) -> Settings:
        """The same with another seed."""
        return replace(self, seed=seed)

    def as_dict(self) -> dict[str, float | int | str | bool]:
        """For the card."""
        return dict(asdict(self))


def train(readings: Readings, settings: Settings = Settings()) -> CalibratedClassifierCV:
    """A classifier of one reading, with a calibrated probability.

    Args:
        readings: of several vehicles, some due and some not.
        settings: how.

    Returns:
        An estimator for rows of `FEATURES`.

    Raises:
        ModelError: there are too few vehicles, or all of them are due or none.
    """
    _see_that_it_can_be_learnt(readings, settings.folds)
    trees = HistGradientBoostingClassifier(
        max_iter=settings.trees,
        learning_rate=settings.learning_rate,
        max_leaf_nodes=settings.leaves,
        min_samples_leaf=settings.readings_in_leaf,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=settings.seed,
    )
    rows = readings.features
    folds = list(GroupKFold(settings.folds).split(rows, readings.due, readings.device))
    with threadpool_limits(1):  # sums in the same order on every machine, and one core for one training
        return CalibratedClassifierCV(trees, method="sigmoid", cv=folds, ensemble=False).fit(rows, readings.due)


def train_baseline(readings: Readings) -> Pipeline:
    """The plain method beside it: logistic regression on the six signals as they are told."""
    plain = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    with threadpool_limits(1):
        return plain.fit(signals(readings), readings.due)


def signals(readings: Readings) -> Floats:
    """The six signals; one that is unknown is taken for none."""
    told: Floats = np.nan_to_num(readings.columns[:, 1:])
    return told


def _see_that_it_can_be_learnt(readings: Readings, folds: int) -> None:
    ever_due = readings.due_vehicles
    ever_well = len(np.unique(readings.device[~readings.due]))
    if min(ever_due, ever_well) < folds:
        raise ModelError(
            f"Of {readings.vehicles} vehicles {ever_due} were due for maintenance and {ever_well} were not; "
            f"{folds} of each are needed at least.",
            remedy="Give it more vehicles: factory backfill --scenario fleet-wear --machines 0 --vehicles 200.",
        )
