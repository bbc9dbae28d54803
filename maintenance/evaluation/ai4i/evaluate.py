"""F1 of failures by five-fold stratified cross-validation, shuffled three times, beside plain baselines.

The threshold is 0.5 for all, never chosen by results.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, precision_score, recall_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from maintenance.errors import DataError
from maintenance.evaluation.ai4i.data import Floats, milling_features, read_milling

FOLDS = 5
SHUFFLINGS = (0, 1, 2)
"""Seeds of the shufflings."""
THRESHOLD = 0.5
STEPS = 2 * FOLDS * len(SHUFFLINGS)
"""How often the evaluation calls `advance`."""
_RESAMPLED = 500

Labels = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FailureScores:
    """How well failures are told from the rest; means over the shufflings.

    Attributes:
        f1: of failures [1].
        f1_by_shuffling: in the order of `SHUFFLINGS`.
        f1_interval: 95 % interval over rows drawn anew.
        precision: share of alarms that were failures [1].
        recall: share of failures that were alarms [1].
        average_precision: without a threshold.
        roc_auc: without a threshold.
    """

    f1: float
    f1_by_shuffling: tuple[float, ...]
    f1_interval: tuple[float, float]
    precision: float
    recall: float
    average_precision: float
    roc_auc: float


@dataclass(frozen=True, slots=True)
class Ai4iResult:
    """What came out.

    Attributes:
        rows: how many there are.
        failures: how many of them failed.
        scores: of the model.
        baselines: of plain models, by their names.
    """

    rows: int
    failures: int
    scores: FailureScores
    baselines: dict[str, FailureScores]


def evaluate_ai4i(path: Path, jobs: int = 1, advance: Callable[[], None] = lambda: None) -> Ai4iResult:
    """Cross-validate on the set.

    Args:
        path: its file.
        jobs: how many threads grow trees.
        advance: called `STEPS` times on the way.

    Raises:
        DataError: the file is missing or malformed, or has too few failures for the folds.
    """
    milling = read_milling(path)
    failures = int(milling.failed.sum())
    if min(failures, len(milling.failed) - failures) < FOLDS:
        raise DataError(f"{failures} failures in {len(milling.failed)} rows are too few for {FOLDS} folds", file=path)
    rows, failed = milling_features(milling), milling.failed

    def forest(seed: int) -> RandomForestClassifier:
        return RandomForestClassifier(300, max_features=0.5, min_samples_leaf=2, n_jobs=jobs, random_state=seed)

    def logistic(_seed: int) -> object:
        return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))

    return Ai4iResult(
        rows=len(failed),
        failures=failures,
        scores=_scores(failed, [_unseen(forest, rows, failed, seed, advance) for seed in SHUFFLINGS]),
        baselines={
            "logistic regression": _scores(
                failed, [_unseen(logistic, rows, failed, seed, advance) for seed in SHUFFLINGS]
            ),
            "never a failure": _scores(failed, [np.zeros(len(failed))] * len(SHUFFLINGS)),
        },
    )


def _unseen(
    make: Callable[[int], object], rows: Floats, failed: Labels, seed: int, advance: Callable[[], None]
) -> Floats:
    """Probability of a failure of each row, by a model that has not seen it."""
    probability = np.zeros(len(failed))
    for seen, unseen in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(rows, failed):
        model = make(seed).fit(rows[seen], failed[seen])  # type: ignore[attr-defined] # scikit-learn has no types
        probability[unseen] = model.predict_proba(rows[unseen])[:, 1]
        advance()
    return probability


def _scores(failed: Labels, probabilities: list[Floats]) -> FailureScores:
    alarms = [probability >= THRESHOLD for probability in probabilities]
    by_shuffling = tuple(float(f1_score(failed, each, zero_division=0.0)) for each in alarms)

    def mean(score: Callable[..., float], told: list[NDArray[np.generic]], **options: float) -> float:
        return float(np.mean([score(failed, each, **options) for each in told]))

    return FailureScores(
        f1=float(np.mean(by_shuffling)),
        f1_by_shuffling=by_shuffling,
        f1_interval=_resampled(failed, alarms),
        precision=mean(precision_score, [*alarms], zero_division=0.0),
        recall=mean(recall_score, [*alarms], zero_division=0.0),
        average_precision=mean(average_precision_score, [*probabilities]),
        roc_auc=mean(roc_auc_score, [*probabilities]),
    )


def _resampled(failed: Labels, alarms: list[Labels]) -> tuple[float, float]:
    """95 % interval of the mean F1 by the bootstrap over rows."""
    random = np.random.default_rng(SHUFFLINGS[0])
    f1 = []
    for _ in range(_RESAMPLED):
        drawn = random.integers(0, len(failed), size=len(failed))
        f1.append(np.mean([_f1(failed[drawn], each[drawn]) for each in alarms]))
    low, high = np.quantile(f1, [0.025, 0.975])
    return float(low), float(high)


def _f1(failed: Labels, alarms: Labels) -> float:
    both, either = int((failed & alarms).sum()), int(failed.sum() + alarms.sum())
    return 2 * both / either if either else 0.0
