"""Judging on vehicles never seen."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

from maintenance.fleet_model import Readings, evaluate, evaluation
from maintenance.models import Metric

Make = Callable[..., Readings]


def metric(metrics: tuple[Metric, ...], name: str) -> Metric:
    """One of them."""
    return next(one for one in metrics if one.name == name)


def test_who_knows_everything_scores_one(make_readings: Make) -> None:
    """And nothing is above the ceiling then."""
    readings = make_readings()
    told = evaluate(
        "here", readings, readings.due.astype(float), {"temperature": readings.engine_temp_c}, threshold=0.5
    )
    for name in ("average_precision", "precision", "recall"):
        assert metric(told.metrics, name).value == 1.0
    assert metric(told.metrics, "brier_score").value == 0.0
    assert told.ceiling.value == pytest.approx(1.0)
    assert 0.9 < told.baselines["temperature"].value < 1.0


def test_a_coin_scores_the_share_of_those_due(make_readings: Make) -> None:
    """Within what chance does to forty vehicles."""
    readings = make_readings(hotter_k=0.0)
    lots = np.random.default_rng(3).random(len(readings))
    told = evaluate("here", readings, lots, {}, threshold=0.5)
    assert told.due_share == 0.5
    assert metric(told.metrics, "average_precision").value == pytest.approx(0.5, abs=0.05)


def test_an_interval_is_of_vehicles_not_of_readings(make_readings: Make) -> None:
    """Thirty times as many readings of the same vehicles know no more; four times as many vehicles halve it.

    A standard error goes with the root of the number of what is independent: vehicles.
    """
    widths = []
    for vehicles, a_vehicle in ((40, 10), (40, 300), (640, 10)):
        readings = make_readings(vehicles, a_vehicle, hotter_k=0.0)
        # A score that is each vehicle's own, right more often than not.
        number = np.repeat(np.arange(vehicles), a_vehicle)
        score = np.random.default_rng(5).normal(size=vehicles)[number] + readings.due
        told = metric(evaluate("here", readings, score, {}, threshold=0.5).metrics, "average_precision")
        assert told.low is not None
        assert told.high is not None
        widths.append(told.high - told.low)
    assert widths[1] > 0.5 * widths[0]
    assert widths[2] < 0.5 * widths[0]


def test_a_bootstrap_needs_no_memory_for_all_its_weights_at_once(
    make_readings: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """16,000 readings drawn 201 times are 26 MB of weights; in parts the result is the same in a fraction of it."""
    readings = make_readings(vehicles=400)
    lots = np.random.default_rng(3).random(len(readings))
    told, peaks = [], []
    for at_once in (10**9, 50_000):
        monkeypatch.setattr(evaluation, "_WEIGHTS_AT_ONCE", at_once)
        tracemalloc.start()
        told.append(evaluate("here", readings, lots, {}, threshold=0.5))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[0] > 16_000 * 201 * 8
    assert peaks[1] < 0.2 * peaks[0]
    for one, other in zip(told[0].metrics, told[1].metrics, strict=True):
        assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high))
