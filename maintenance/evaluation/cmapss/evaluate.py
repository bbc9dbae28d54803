"""Scores on one of the C-MAPSS sets, beside baselines.

The labels of the test set are used for the scores and nothing else. One prediction an engine is scored against both
usual labels: the true remaining life, and the same cut at 125 flights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LinearRegression
from threadpoolctl import threadpool_limits

from maintenance.errors import DataError
from maintenance.evaluation.cmapss.conditions import Conditions
from maintenance.evaluation.cmapss.data import Engine, Floats, Subset, read_subset
from maintenance.evaluation.cmapss.model import CAP, FOLDS, MISSED_SHARE, SEED, Prediction, learn, remaining
from maintenance.evaluation.cmapss.scores import nasa_score, rmse

_RESAMPLED = 2000


@dataclass(frozen=True, slots=True)
class LifeScores:
    """How far predictions are off, by both labels.

    Attributes:
        rmse_raw: against the true remaining life [flights].
        rmse_capped: against the same cut at 125 [flights].
        nasa_raw: asymmetric score; 0 is best.
        nasa_capped: the same against the cut one.
    """

    rmse_raw: float
    rmse_capped: float
    nasa_raw: float
    nasa_capped: float


@dataclass(frozen=True, slots=True)
class CmapssResult:
    """What came out on one set.

    Attributes:
        subset: its name.
        engines: how many were predicted.
        scores: of the model.
        rmse_raw_interval: 95 % interval of `rmse_raw` over engines drawn anew.
        rmse_capped_interval: the same of `rmse_capped`.
        coverage: share of engines whose cut remaining life lies in the predicted interval [1].
        coverage_aimed_at: what that share should be [1].
        interval_width: its mean [flights].
        unseen_rmse_capped: RMSE on training engines that the model had not seen, over all their flights [flights].
        conditions: operating conditions found.
        baselines: scores of plain models, by their names.
    """

    subset: str
    engines: int
    scores: LifeScores
    rmse_raw_interval: tuple[float, float]
    rmse_capped_interval: tuple[float, float]
    coverage: float
    coverage_aimed_at: float
    interval_width: float
    unseen_rmse_capped: float
    conditions: int
    baselines: dict[str, LifeScores]


def evaluate_cmapss(
    directory: Path, subset: str, jobs: int = 1, advance: Callable[[], None] = lambda: None
) -> CmapssResult:
    """Learn from a set's training engines and score on its test engines.

    Args:
        directory: where NASA's files are.
        subset: FD001, FD002, FD003 or FD004.
        jobs: how many threads grow trees.
        advance: called `maintenance.evaluation.cmapss.model.STEPS` times on the way.

    Raises:
        DataError: a file is missing or malformed.
    """
    data = read_subset(directory, subset)
    if len(data.train) < FOLDS:
        raise DataError(f"{FOLDS} training engines are needed, {subset} has {len(data.train)}", file=directory)
    # OpenMP's threads wait busily for one another: on a machine with other work, many are far slower than one.
    with threadpool_limits(limits=1):
        model = learn(data.train, jobs, advance)
        predicted = model.predict(data.test)
    raw, capped = data.test_rul, np.minimum(data.test_rul, CAP)
    return CmapssResult(
        subset=subset,
        engines=len(data.test),
        scores=_scores(predicted.expected, raw),
        rmse_raw_interval=_resampled(predicted.expected, raw),
        rmse_capped_interval=_resampled(predicted.expected, capped),
        coverage=_coverage(predicted, capped),
        coverage_aimed_at=1 - MISSED_SHARE,
        interval_width=float(np.mean(predicted.high - predicted.low)),
        unseen_rmse_capped=model.unseen_rmse,
        conditions=len(model.conditions.centers),
        baselines=_baselines(data, model.conditions),
    )


def _scores(predicted: Floats, raw: Floats) -> LifeScores:
    capped = np.minimum(raw, CAP)
    return LifeScores(
        rmse(predicted, raw), rmse(predicted, capped), nasa_score(predicted, raw), nasa_score(predicted, capped)
    )


def _coverage(predicted: Prediction, capped: Floats) -> float:
    return float(np.mean((predicted.low <= capped) & (capped <= predicted.high)))


def _resampled(predicted: Floats, true: Floats) -> tuple[float, float]:
    """95 % interval of the RMSE by the bootstrap over engines."""
    drawn = np.random.default_rng(SEED).integers(0, len(true), size=(_RESAMPLED, len(true)))
    errors = np.sqrt(np.mean((predicted - true)[drawn] ** 2, axis=1))
    low, high = np.quantile(errors, [0.025, 0.975])
    return float(low), float(high)


def _baselines(data: Subset, conditions: Conditions) -> dict[str, LifeScores]:
    """The mean of all labels, and a linear regression that sees the last flight alone."""
    left = np.concatenate([remaining(len(engine.sensors)) for engine in data.train])
    flights = np.concatenate([_each_flight(engine, conditions) for engine in data.train])
    last = np.array([_each_flight(engine, conditions)[-1] for engine in data.test])
    linear = LinearRegression().fit(flights, left).predict(last)
    return {
        "mean remaining life": _scores(np.full(len(data.test), left.mean()), data.test_rul),
        "linear regression on the last flight": _scores(linear, data.test_rul),
    }


def _each_flight(engine: Engine, conditions: Conditions) -> Floats:
    number = np.arange(1.0, len(engine.sensors) + 1)[:, None]
    return np.hstack([conditions.normalised(engine), number])
