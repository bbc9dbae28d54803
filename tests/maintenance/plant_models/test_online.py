"""Verdicts on a running plant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from maintenance.features import Readings, plant_features, plant_hours
from maintenance.plant_models import PlantScorer, PlantVerdict, maintenance_needed
from maintenance.plant_models.anomalous import AnomalyScorer
from maintenance.plant_models.prepared import prepare
from maintenance.plant_models.source import History

pytestmark = pytest.mark.slow

WATCHED_H = 60
"""Hours that are judged: two and a half days have a past, and take seconds."""


def first_hour(history: History) -> int:
    """The first hour of which anything is known [h since 1970]."""
    return min(int(one.hour[0]) for one in history.readings.values())


def of_hours(history: History, begin: int, end: int) -> dict[str, Readings]:
    """Readings of some hours, the last excluded."""
    return {name: one.take((one.hour >= begin) & (one.hour < end)) for name, one in history.readings.items()}


@pytest.fixture(scope="module")
def verdicts(plants: Any) -> list[PlantVerdict]:
    """Those on a plant with faults, one hour after the other."""
    history = plants.histories["faults-61"]
    scorer, told = PlantScorer(plants.models, history.models), []
    for hour in range(first_hour(history), first_hour(history) + WATCHED_H):
        scorer.take(of_hours(history, hour, hour + 1), hour)
        told += scorer.verdicts()
    return told


def test_online_and_offline_answer_alike(plants: Any, verdicts: list[PlantVerdict]) -> None:
    """All four answers are those of the models on the features of the history, for each machine and hour."""
    history, models = plants.histories["faults-61"], plants.models
    offline = prepare(history, models.normal)
    scorer = AnomalyScorer(models.anomaly, offline.models)
    index = {hour: scorer.step(features)[0] for hour, features in zip(offline.hours, offline.features, strict=True)}
    row = {hour: number for number, hour in enumerate(offline.hours.tolist())}
    place = {name: number for number, name in enumerate(offline.machines)}

    assert len(verdicts) > 0.9 * WATCHED_H * len(offline.machines)
    hours = [int(verdict.at.timestamp()) // 3600 - 1 for verdict in verdicts]
    rows, machines = [row[hour] for hour in hours], [place[verdict.device_id] for verdict in verdicts]
    features = offline.features[rows, machines]
    assert offline.working[rows, machines].all()
    expected = {
        "probability": maintenance_needed.probability(models.maintenance, features),
        "anomaly": [index[hour][machine] for hour, machine in zip(hours, machines, strict=True)],
        "fault_probability": models.fault.probabilities(features).max(axis=1),
    }
    for name, values in expected.items():
        np.testing.assert_allclose([getattr(verdict, name) for verdict in verdicts], values, rtol=1e-9)
    assert [verdict.life for verdict in verdicts] == models.life.tell(features)
    kinds = models.fault.classes[models.fault.probabilities(features).argmax(axis=1)]
    assert [verdict.fault for verdict in verdicts] == kinds.tolist()


def test_one_verdict_a_machine_and_hour(verdicts: list[PlantVerdict]) -> None:
    """Nobody is judged twice for an hour."""
    assert len({(verdict.device_id, verdict.at) for verdict in verdicts}) == len(verdicts)


def test_what_is_published(plants: Any, verdicts: list[PlantVerdict]) -> None:
    """A verdict has the words agreed on: prediction, probability, at most three signals, model and version."""
    told = max(verdicts, key=lambda verdict: verdict.anomaly).as_json()

    assert told["prediction"] in ("POSITIVE", "NEGATIVE")
    assert 0 <= told["probability"] <= 1
    assert told["model"] == "plant-maintenance"
    assert told["version"] == plants.models.versions["plant-maintenance"]
    assert told["timestamp"].endswith(":00:00.000Z")
    assert 1 <= len(told["anomaly"]["explanation"]) <= 3
    assert all(reason["words"] for reason in told["anomaly"]["explanation"])
    assert told["remaining_life_h"]["coverage"] == 0.8
    assert told["complete"] is True


def test_hours_at_once_are_as_good_as_hours_one_by_one(plants: Any, verdicts: list[PlantVerdict]) -> None:
    """Who takes up days at once, as after a restart, ends with the same verdicts."""
    history = plants.histories["faults-61"]
    begin, scorer = first_hour(history), PlantScorer(plants.models, history.models)
    for part in range(begin, begin + WATCHED_H, 24):
        end = min(part + 24, begin + WATCHED_H)
        scorer.take(of_hours(history, part, end), end - 1)

    assert scorer.verdicts() == [one for one in verdicts if one.at == verdicts[-1].at]


def test_an_hour_so_far_leaves_no_trace(plants: Any, verdicts: list[PlantVerdict]) -> None:
    """What half an hour looks like is told, marked as that, and the verdicts at its end are the same as without."""
    history = plants.histories["faults-61"]
    begin, scorer = first_hour(history), PlantScorer(plants.models, history.models)
    for hour in range(begin, begin + 3):
        readings = of_hours(history, hour, hour + 1)
        half = {name: one.take(one.at_s < (hour + 0.5) * 3600) for name, one in readings.items()}
        so_far = scorer.so_far(half, hour)
        assert so_far
        assert not any(one.complete for one in so_far)
        scorer.take(readings, hour)

    assert scorer.verdicts() == [one for one in verdicts if one.at == datetime.fromtimestamp((begin + 3) * 3600, UTC)]
    assert all(one.complete for one in verdicts)


def test_an_hour_is_taken_up_once(plants: Any) -> None:
    """Hours that were taken up are refused."""
    history = plants.histories["faults-61"]
    begin, scorer = first_hour(history), PlantScorer(plants.models, history.models)
    scorer.take(of_hours(history, begin, begin + 2), begin + 1)

    with pytest.raises(ValueError, match="was taken up before"):
        scorer.take(of_hours(history, begin + 1, begin + 2), begin + 1)


def test_a_plant_that_was_silent_goes_on(plants: Any) -> None:
    """After hours without a word the answers are those of the same history with its gap."""
    history = plants.histories["calm-41"]
    first = min(float(one.at_s[0]) for one in history.readings.values())
    gap = (first + 20 * 3600, first + 33 * 3600)
    kept = {
        name: one.take((one.at_s < gap[0]) | ((one.at_s >= gap[1]) & (one.at_s < first + 40 * 3600)))
        for name, one in history.readings.items()
    }
    silent = History(history.address, history.plant, history.models, kept, history.wear, ())
    hours = plant_hours(kept.items(), history.models, plants.models.normal)
    offline = plant_features(hours)
    anomaly = AnomalyScorer(plants.models.anomaly, hours.models)
    index = {hour: anomaly.step(features)[0] for hour, features in zip(offline.hours, offline.values, strict=True)}
    scorer, told = PlantScorer(plants.models, history.models), []
    begin = first_hour(silent)
    for hour in [*range(begin, begin + 20), *range(begin + 33, begin + 40)]:
        scorer.take(of_hours(silent, hour, hour + 1), hour)
        told += scorer.verdicts()

    assert told[-1].at.timestamp() == first + 40 * 3600
    for verdict in told:
        hour = int(verdict.at.timestamp()) // 3600 - 1
        assert verdict.anomaly == pytest.approx(index[hour][hours.machines.index(verdict.device_id)])
