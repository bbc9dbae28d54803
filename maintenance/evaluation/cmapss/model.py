"""Remaining life of an engine from its run so far, with an interval.

The prediction is the mean of two kinds of trees: gradient boosting, which sees small effects, and extremely randomised
trees, which err elsewhere. Both learn remaining life cut at 125 flights, as is usual: before that an engine shows
nothing that tells how long it will last (Heimes, "Recurrent neural networks for remaining useful life estimation", PHM
2008).

The interval comes from what the same model missed of training engines that it had not seen (cross-conformal prediction:
Vovk, Annals of Mathematics and Artificial Intelligence 74, 2015; Barber, Candès, Ramdas, Tibshirani, Annals of
Statistics 49, 2021), told for each stretch of predicted life by itself. Flights whose remaining life was cut do not
count there: of a young engine little is missed, and training runs are full of young engines.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor
from sklearn.model_selection import GroupKFold

from maintenance.evaluation.cmapss.conditions import Conditions, learn_conditions
from maintenance.evaluation.cmapss.data import Engine, Floats
from maintenance.evaluation.cmapss.features import principal_directions, run_features

CAP = 125.0
"""Remaining life is cut here [flights]."""
MISSED_SHARE = 0.1
"""Share of true values that may lie outside the interval [1]."""
SEED = 20
_STRETCH = 25.0
"""Length of a stretch of predicted life [flights]."""
FOLDS = 5
"""Into how many parts training engines are divided."""
_EVERY = 2
"""Randomised trees learn from each second flight: neighbours hardly differ, and it halves the time."""

STEPS = 2 * (1 + FOLDS)
"""How often learning calls `advance`."""

_Regressors = tuple[HistGradientBoostingRegressor, ExtraTreesRegressor]


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


@dataclass(frozen=True, slots=True)
class RemainingLifeModel:
    """What `learn` has learned.

    Attributes:
        conditions: how sensors are normalised.
        directions: how they are taken together, shape [sensors, directions].
        regressors: whose mean is the prediction.
        missed_low: what true lives lie below a prediction, at worst, for each stretch of predicted life [flights].
        missed_high: the same above it.
        unseen_rmse: error on training engines that the model had not seen, over all flights [flights].
    """

    conditions: Conditions
    directions: Floats
    regressors: _Regressors
    missed_low: Floats
    missed_high: Floats
    unseen_rmse: float

    def predict(self, engines: Sequence[Engine]) -> Prediction:
        """Remaining life of each engine after its last flight."""
        rows = np.array([_features(self.conditions.normalised(engine), self.directions)[-1] for engine in engines])
        expected = _mean(self.regressors, rows)
        stretch = _stretch(expected)
        return Prediction(
            expected=expected,
            low=np.clip(expected + self.missed_low[stretch], 0.0, CAP),
            high=np.clip(expected + self.missed_high[stretch], 0.0, CAP),
        )


def learn(engines: tuple[Engine, ...], jobs: int = 1, advance: Callable[[], None] = lambda: None) -> RemainingLifeModel:
    """A model from engines that ran until they failed.

    Args:
        engines: of the training set; five at least.
        jobs: how many threads grow trees.
        advance: called `STEPS` times on the way.
    """
    conditions = learn_conditions(engines, SEED)
    sensors = [conditions.normalised(engine) for engine in engines]
    directions = principal_directions(np.concatenate(sensors))
    runs = [_features(each, directions) for each in sensors]
    rows, left = np.concatenate(runs), np.concatenate([remaining(len(run)) for run in runs])
    engine_of = np.repeat(np.arange(len(runs)), [len(run) for run in runs])
    unseen_prediction = np.empty_like(left)
    for seen, unseen in GroupKFold(FOLDS).split(rows, left, engine_of):
        unseen_prediction[unseen] = _mean(_regressors(rows[seen], left[seen], jobs, advance), rows[unseen])
    missed = left - unseen_prediction
    low, high = _missed_by_stretch(missed[left < CAP], unseen_prediction[left < CAP])
    unseen_rmse = float(np.sqrt(np.mean(missed**2)))
    return RemainingLifeModel(conditions, directions, _regressors(rows, left, jobs, advance), low, high, unseen_rmse)


def remaining(flights: int) -> Floats:
    """Remaining life at each flight of a run to failure, cut at `CAP` [flights].

    Example:
        >>> remaining(128)[:5].tolist(), remaining(128)[-2:].tolist()
        ([125.0, 125.0, 125.0, 124.0, 123.0], [1.0, 0.0])
    """
    left: Floats = np.minimum(np.arange(flights - 1.0, -1.0, -1.0), CAP)
    return left


def _features(sensors: Floats, directions: Floats) -> Floats:
    return run_features(np.hstack([sensors, sensors @ directions]))


def _regressors(rows: Floats, left: Floats, jobs: int, advance: Callable[[], None]) -> _Regressors:
    """Both kinds of trees, grown."""
    boosting = HistGradientBoostingRegressor(
        max_iter=200,
        learning_rate=0.05,
        max_leaf_nodes=15,
        min_samples_leaf=50,
        l2_regularization=1.0,
        early_stopping=False,  # from 10,000 rows on it would hold flights out at random, of engines that it learns from
        random_state=SEED,
    ).fit(rows, left)
    advance()
    randomised = ExtraTreesRegressor(100, min_samples_leaf=5, max_features=0.3, n_jobs=jobs, random_state=SEED)
    randomised.fit(rows[::_EVERY], left[::_EVERY])
    advance()
    return boosting, randomised


def _mean(regressors: _Regressors, rows: Floats) -> Floats:
    return np.asarray(np.mean([regressor.predict(rows) for regressor in regressors], axis=0))


def _stretch(predicted: Floats) -> NDArray[np.intp]:
    """In which stretch of life a prediction lies."""
    return (np.clip(predicted, 0.0, CAP - 1e-9) // _STRETCH).astype(np.intp)


def _missed_by_stretch(missed: Floats, predicted: Floats) -> tuple[Floats, Floats]:
    """Lower and upper quantile of what was missed, for each stretch of predicted life [flights]."""
    shares = (MISSED_SHARE / 2, 1 - MISSED_SHARE / 2)
    stretch = _stretch(predicted)
    here = [missed[stretch == number] for number in range(round(CAP / _STRETCH))]
    quantiles = np.array([np.quantile(each if len(each) else missed, shares) for each in here])
    return quantiles[:, 0], quantiles[:, 1]
