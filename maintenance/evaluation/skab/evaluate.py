"""F1, false alarms and missed alarms over all experiments, beside flagging everything.

The benchmark's protocol for outliers: a detector learns from the first 400 rows of each file and is scored on all of
its rows, pooled over the files. Since the first 400 are nearly all normal, the same is told of the rows after them as
well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maintenance.detectors.multivariate import fit, score
from maintenance.errors import DataError
from maintenance.evaluation.skab.data import Experiment, read_experiments

TRAINING_ROWS = 400

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OutlierScores:
    """How well anomalous rows are told from normal ones.

    Attributes:
        f1: of anomalous rows [1].
        far_percent: share of normal rows that were flagged [%].
        mar_percent: share of anomalous rows that were not [%].
    """

    f1: float
    far_percent: float
    mar_percent: float


@dataclass(frozen=True, slots=True)
class SkabResult:
    """What came out.

    Attributes:
        files: how many experiments.
        rows: in all of them.
        anomalous_rows: labelled so.
        scores: of the detector, over all rows.
        after_training: of the detector, over the rows that it did not learn from.
        baselines: over all rows, by name.
        baselines_after_training: over the rows after the first 400.
        by_folder: of the detector, over all rows of a folder's files.
    """

    files: int
    rows: int
    anomalous_rows: int
    scores: OutlierScores
    after_training: OutlierScores
    baselines: dict[str, OutlierScores]
    baselines_after_training: dict[str, OutlierScores]
    by_folder: dict[str, OutlierScores]


def evaluate_skab(directory: Path, advance: Callable[[float], None] = lambda _share: None) -> SkabResult:
    """Let the detector learn and judge, file by file.

    Args:
        directory: the benchmark's folder `data`, or its repository.
        advance: called after each file, with its share of all files [1].

    Raises:
        DataError: there are no files, or one is malformed or too short to learn from.
    """
    experiments = read_experiments(directory)
    flags = []
    for experiment in experiments:
        flags.append(_flags(experiment))
        advance(1 / len(experiments))
    anomalous = [experiment.anomalous for experiment in experiments]
    folders = [experiment.name.rpartition("/")[0] or "." for experiment in experiments]
    return SkabResult(
        files=len(experiments),
        rows=sum(map(len, anomalous)),
        anomalous_rows=int(sum(each.sum() for each in anomalous)),
        scores=outlier_scores(anomalous, flags),
        after_training=outlier_scores(_later(anomalous), _later(flags)),
        baselines=_baselines(anomalous),
        baselines_after_training=_baselines(_later(anomalous)),
        by_folder={
            folder: outlier_scores(_of(folder, folders, anomalous), _of(folder, folders, flags))
            for folder in sorted(set(folders))
        },
    )


def outlier_scores(anomalous: list[Flags], flagged: list[Flags]) -> OutlierScores:
    """Scores over rows pooled from all files; 0 where there is nothing to count.

    Example:
        >>> outlier_scores([np.array([True, True, False, False])], [np.array([True, False, True, False])])
        OutlierScores(f1=0.5, far_percent=50.0, mar_percent=50.0)
    """
    truly, told = np.concatenate(anomalous), np.concatenate(flagged)
    hits, misses, false = int((truly & told).sum()), int((truly & ~told).sum()), int((~truly & told).sum())
    quiet = int((~truly & ~told).sum())
    return OutlierScores(
        f1=_share(2 * hits, 2 * hits + misses + false),
        far_percent=100.0 * _share(false, false + quiet),
        mar_percent=100.0 * _share(misses, misses + hits),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _flags(experiment: Experiment) -> Flags:
    """What the detector says of each row of an experiment."""
    if len(experiment.values) <= TRAINING_ROWS:
        problem = f"more than {TRAINING_ROWS} rows are needed to learn from the first of them, here are"
        raise DataError(f"{problem} {len(experiment.values)}", file=experiment.path)
    flags: Flags = score(fit(experiment.values[:TRAINING_ROWS]), experiment.values).index > 1.0
    return flags


def _baselines(anomalous: list[Flags]) -> dict[str, OutlierScores]:
    return {
        "flag everything": outlier_scores(anomalous, [np.ones_like(each) for each in anomalous]),
        "flag nothing": outlier_scores(anomalous, [np.zeros_like(each) for each in anomalous]),
    }


def _later(flags: list[Flags]) -> list[Flags]:
    return [each[TRAINING_ROWS:] for each in flags]


def _of(folder: str, folders: list[str], flags: list[Flags]) -> list[Flags]:
    return [each for name, each in zip(folders, flags, strict=True) if name == folder]
