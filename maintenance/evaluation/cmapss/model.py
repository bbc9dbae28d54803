"""Remaining life of an engine from its run so far, with an interval.

The prediction is the mean of two kinds of trees: gradient boosting, which sees small effects, and extremely randomised
trees, which err elsewhere. Both learn remaining life cut at 125 flights, as is usual: before that an engine shows
nothing that tells how long it will last (Heimes, "Recurrent neural networks for remaining useful life estimation", PHM
2008).

The interval comes from boosted quantiles, widened by what they missed of engines that they had not seen: Romano,
Patterson, Candès, "Conformalized quantile regression", NeurIPS 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor
from sklearn.model_selection import GroupKFold

from maintenance.evaluation.cmapss.conditions import Conditions, learn_conditions
from maintenance.evaluation.cmapss.data import Engine, Floats
from maintenance.evaluation.cmapss.features import run_features

CAP = 125.0
"""Remaining life is cut here [flights]."""
MISSED_SHARE = 0.1
"""Share of true values that may lie outside the interval [1]."""
SEED = 20
_FOLDS = 5
_EVERY = 2
"""Trees learn from each second flight: neighbours hardly differ, and it halves the time."""

STEPS = 2 + 2 * (1 + _FOLDS)
"""How often learning calls `advance`."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """Remaining life of engines [flights], each of shape [engines].

    Attributes:
        expected: the best single number.
        low: lower end of the interval.
        high: upper end.
    """

    expected: Floats
    low: Floats
    high: Floats


@dataclass(slots=True)
class RemainingLifeModel:
    """What `learn` has learned.

    Attributes:
        conditions: how sensors are normalised.
        regressors: whose mean is the prediction.
        quantiles: lower and upper one.
        margin: by which the quantiles are moved apart [flights].
    """

    conditions: Conditions
    regressors: list[HistGradientBoostingRegressor | ExtraTreesRegressor]
    quantiles: list[HistGradientBoostingRegressor] = field(default_factory=list)
    margin: float = 0.0

    def predict(self, engines: Sequence[Engine]) -> Prediction:
        """Remaining life of each engine after its last flight."""
        rows = np.array([run_features(self.conditions.normalised(engine))[-1] for engine in engines])
        expected = np.mean([regressor.predict(rows) for regressor in self.regressors], axis=0)
        low, high = (np.asarray(quantile.predict(rows)) for quantile in self.quantiles)
        return Prediction(
            expected=expected,
            low=np.clip(low - self.margin, 0.0, CAP),
            high=np.clip(high + self.margin, 0.0, CAP),
        )


def learn(engines: tuple[Engine, ...], jobs: int = 1, advance: Callable[[], None] = lambda: None) -> RemainingLifeModel:
    """A model from engines that ran until they failed.

    Args:
        engines: of the training set.
        jobs: how many threads grow trees.
        advance: called `STEPS` times on the way.
    """
    conditions = learn_conditions(engines, SEED)
    runs = [run_features(conditions.normalised(engine)) for engine in engines]
    rows = np.concatenate(runs)
    left = np.concatenate([remaining(len(run)) for run in runs])
    engine_of = np.repeat(np.arange(len(runs)), [len(run) for run in runs])
    trees = ExtraTreesRegressor(100, min_samples_leaf=5, max_features=0.3, n_jobs=jobs, random_state=SEED)
    model = RemainingLifeModel(conditions, [_boosting(loss="squared_error").fit(rows, left)])
    advance()
    model.regressors.append(trees.fit(rows[::_EVERY], left[::_EVERY]))
    advance()
    for share in (MISSED_SHARE / 2, 1 - MISSED_SHARE / 2):
        model.quantiles.append(_quantile(share).fit(rows[::_EVERY], left[::_EVERY]))
        advance()
    model.margin = _margin(rows, left, engine_of, advance)
    return model


def remaining(flights: int) -> Floats:
    """Remaining life at each flight of a run to failure, cut at `CAP` [flights].

    Example:
        >>> remaining(128)[:5].tolist(), remaining(128)[-2:].tolist()
        ([125.0, 125.0, 125.0, 124.0, 123.0], [1.0, 0.0])
    """
    left: Floats = np.minimum(np.arange(flights - 1.0, -1.0, -1.0), CAP)
    return left


def _boosting(**options: object) -> HistGradientBoostingRegressor:
    return HistGradientBoostingRegressor(
        max_iter=200,
        learning_rate=0.05,
        max_leaf_nodes=15,
        min_samples_leaf=50,
        l2_regularization=1.0,
        random_state=SEED,
        **options,
    )


def _quantile(share: float) -> HistGradientBoostingRegressor:
    return _boosting(loss="quantile", quantile=share)


def _margin(rows: Floats, left: Floats, engine_of: NDArray[np.intp], advance: Callable[[], None]) -> float:
    """How far the quantiles must be moved so that they hold for engines that they have not seen [flights].

    The ends are cut at 0 and `CAP` as in a prediction, since the true values are.
    """
    missed_by = np.empty_like(left)
    for seen, unseen in GroupKFold(_FOLDS).split(rows, left, engine_of):
        learned = seen[::_EVERY]
        low = _quantile(MISSED_SHARE / 2).fit(rows[learned], left[learned]).predict(rows[unseen])
        advance()
        high = _quantile(1 - MISSED_SHARE / 2).fit(rows[learned], left[learned]).predict(rows[unseen])
        advance()
        missed_by[unseen] = np.maximum(np.minimum(low, CAP) - left[unseen], left[unseen] - np.maximum(high, 0.0))
    return float(np.quantile(missed_by, 1 - MISSED_SHARE))
