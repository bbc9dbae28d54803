"""Learning from readings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from maintenance.errors import ModelError
from maintenance.fleet_model import Readings, Settings, train, training
from maintenance.fleet_model.training import train_baseline
from maintenance.models.trust import dumps

Make = Callable[..., Readings]
FAST = Settings(trees=20, readings_in_leaf=20)


def test_hot_vehicles_are_found_among_those_never_seen(make_readings: Make) -> None:
    """Due are those whose readings lie five deviations higher."""
    model, others = train(make_readings(), FAST), make_readings(seed=2)
    told = model.predict_proba(others.features)[:, 1] >= 0.5
    assert (told == others.due).mean() > 0.95


def test_calibration_learns_from_vehicles_that_the_trees_did_not(
    make_readings: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No vehicle is on both sides of a fold: its readings are nearly the same row."""
    folds: list[tuple[np.ndarray, np.ndarray]] = []
    classifier = training.CalibratedClassifierCV

    def calibrated(*args: Any, cv: list[tuple[np.ndarray, np.ndarray]], **settings: Any) -> Any:
        folds.extend(cv)
        return classifier(*args, cv=cv, **settings)

    monkeypatch.setattr(training, "CalibratedClassifierCV", calibrated)
    readings = make_readings()
    train(readings, FAST)
    assert len(folds) == 3
    assert [set(readings.device[seen]) & set(readings.device[unseen]) for seen, unseen in folds] == [set()] * 3


def test_the_same_readings_give_the_same_model(make_readings: Make) -> None:
    """Byte by byte."""
    assert dumps(train(make_readings(), FAST)) == dumps(train(make_readings(), FAST))


def test_a_lot_is_not_taken_for_knowledge(make_readings: Make) -> None:
    """Where nothing shows, the probability stays near the half that are due, also for the vehicles learnt from."""
    learnt = make_readings(hotter_k=0.0)
    told = train(learnt, FAST).predict_proba(make_readings(hotter_k=0.0, seed=2).features)[:, 1]
    assert np.abs(told - 0.5).mean() < 0.1


def test_too_few_vehicles_are_refused(make_readings: Make) -> None:
    """Folds of vehicles need some of each kind."""
    with pytest.raises(ModelError, match="Of 4 vehicles 2 were due for maintenance and 2 were not; 3 of each"):
        train(make_readings(vehicles=4), FAST)


def test_the_baseline_learns_as_well(make_readings: Make) -> None:
    """It is no straw man: the six signals as they are, scaled."""
    others = make_readings(seed=2)
    told = train_baseline(make_readings()).predict(others.columns[:, 1:])
    assert (told == others.due).mean() > 0.95
