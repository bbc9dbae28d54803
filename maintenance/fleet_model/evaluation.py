"""How good the fleet's model is on vehicles never seen, beside plain methods and beside what cannot be beaten.

The score is average precision over readings. Intervals are percentiles of a bootstrap over vehicles (Efron, "Better
bootstrap confidence intervals", J. Am. Stat. Assoc. 82, 1987), as readings of a vehicle hang together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maintenance.fleet_model.features import Floats
from maintenance.fleet_model.readings import Flags, Readings, Words
from maintenance.fleet_model.scores import (
    Score,
    average_precision,
    brier_score,
    calibration_error,
    precision_at,
    recall_at,
)
from maintenance.models.card import Metric

RESAMPLES = 200
_WEIGHTS_AT_ONCE = 2_000_000
"""Weights of readings that are made at a time: all of 90,000 readings took half a gigabyte."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came out on some readings.

    Attributes:
        on: the readings, for people.
        readings: how many.
        vehicles: of how many vehicles.
        due_share: share of readings at which maintenance was due: the average precision of a coin [1].
        metrics: of the model.
        baselines: average precision of each plain method.
        ceiling: average precision of who knows of each vehicle whether its cooling is due, and of brakes and batteries
            nothing, as they leave no mark in a reading.
    """

    on: str
    readings: int
    vehicles: int
    due_share: float
    metrics: tuple[Metric, ...]
    baselines: Mapping[str, Metric]
    ceiling: Metric


def evaluate(
    on: str,
    readings: Readings,
    probability: Floats,
    baselines: Mapping[str, Floats],
    *,
    threshold: float,
    seed: int = 1,
) -> Evaluation:
    """Judge a model on readings of vehicles that it never saw.

    Args:
        on: the readings, for people.
        readings: with the truth.
        probability: what the model says of each [1].
        baselines: scores of plain methods by name; the larger, the rather due.
        threshold: POSITIVE from this probability on [1].
        seed: of the bootstrap.
    """
    vehicle, drawings = _drawings(readings.device, seed)
    blocks = np.array_split(drawings, -(-drawings.shape[0] * len(vehicle) // _WEIGHTS_AT_ONCE))

    def measured(name: str, score: Score, told: Floats) -> Metric:
        values = [score(readings.due, told, block[:, vehicle]) for block in blocks if len(block)]
        value, *drawn = np.concatenate(values).tolist()
        low, high = np.percentile(drawn, [2.5, 97.5]).tolist()
        return Metric(name=name, value=value, low=low, high=high, measured_on=on)

    return Evaluation(
        on=on,
        readings=len(readings),
        vehicles=readings.vehicles,
        due_share=float(readings.due.mean()),
        metrics=(
            measured("average_precision", average_precision, probability),
            measured("precision", precision_at(threshold), probability),
            measured("recall", recall_at(threshold), probability),
            measured("brier_score", brier_score, probability),
            measured("calibration_error", calibration_error, probability),
        ),
        baselines={name: measured("average_precision", average_precision, told) for name, told in baselines.items()},
        ceiling=measured("average_precision", average_precision, _all_knowing(readings.cooling_due)),
    )


def _all_knowing(cooling_due: Flags) -> Floats:
    """Those whose cooling is due first; a lot decides among the others, as nothing tells them apart."""
    lots: Floats = np.random.default_rng(1).random(len(cooling_due))
    return cooling_due + 0.5 * lots


def _drawings(device: Words, seed: int) -> tuple[NDArray[np.intp], Floats]:
    """The number of each reading's vehicle, and how often each vehicle counts: shapes (N,) and (1 + RESAMPLES, V).

    It counts once in the first row, in each further one as often as it was drawn.
    """
    _, vehicle = np.unique(device, return_inverse=True)
    count = int(vehicle.max()) + 1
    random = np.random.default_rng(seed)
    drawn = [np.bincount(random.integers(count, size=count), minlength=count) for _ in range(RESAMPLES)]
    drawings: Floats = np.stack([np.ones(count), *drawn])
    return vehicle, drawings
