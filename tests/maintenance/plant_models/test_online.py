"""Verdicts on a running plant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from contracts.telemetry import MachineState
from maintenance.features import plant_features, plant_hours
from maintenance.plant_models import PlantScorer, PlantVerdict, maintenance_needed
from maintenance.plant_models.anomalous import AnomalyScorer
from maintenance.plant_models.prepared import prepare
from maintenance.plant_models.source import History

pytestmark = pytest.mark.slow

STATES = tuple(MachineState)
WATCHED_H = 60
"""Hours that are judged: two and a half days have a past, and take seconds."""


def messages(history: History) -> Iterator[dict[str, object]]:
    """The telemetry of a history as the broker would bring it, in the order of time."""
    first = min(float(one.at_s[0]) for one in history.readings.values())
    rows = [
        (float(one.at_s[number]), name, one, number)
        for name, one in history.readings.items()
        for number in np.flatnonzero(one.at_s < first + WATCHED_H * 3600).tolist()
    ]
    for at_s, name, one, number in sorted(rows, key=lambda row: row[:2]):
        moment = np.datetime64(round(at_s * 1000), "ms")
        signals = {signal: float(getattr(one, signal)[number]) for signal in ("temp", "vibration", "rpm", "power")}
        yield {
            "device_id": name,
            "timestamp": f"{moment}Z",
            "run": int(one.run[number]),
            "seq": int(one.seq[number]),
            **{signal: value for signal, value in signals.items() if not np.isnan(value)},
            "state": STATES[int(one.state[number])].value,
        }


@pytest.fixture(scope="module")
def verdicts(plants: Any) -> list[PlantVerdict]:
    """Those on a plant with faults, one message after the other."""
    history = plants.histories["faults-61"]
    scorer = PlantScorer(plants.models, history.models)
    told = [verdict for message in messages(history) for verdict in scorer.add(message)] + scorer.close()

    assert set(scorer.dropped.values()) == {0}
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
        "life_low_h": models.life.predict(features)[:, 0],
        "life_h": models.life.predict(features)[:, 1],
        "life_high_h": models.life.predict(features)[:, 2],
        "anomaly": [index[hour][machine] for hour, machine in zip(hours, machines, strict=True)],
        "fault_probability": models.fault.probabilities(features).max(axis=1),
    }
    for name, values in expected.items():
        np.testing.assert_allclose([getattr(verdict, name) for verdict in verdicts], values, rtol=1e-9)
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
    assert told["remaining_life_h"]["low"] <= told["remaining_life_h"]["median"] <= told["remaining_life_h"]["high"]


def test_what_is_no_telemetry_is_counted(plants: Any) -> None:
    """A message without a timestamp changes nothing but a counter that says what was wrong."""
    scorer = PlantScorer(plants.models, {"M001": "cnc_mill"})

    assert scorer.add({"device_id": "M001", "state": "running"}) == []
    assert scorer.dropped["refused"] == 1
    assert "timestamp" in scorer.refused.last


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
    scorer = PlantScorer(plants.models, history.models)
    told = [verdict for message in messages(silent) for verdict in scorer.add(message)] + scorer.close()

    assert told[-1].at.timestamp() == first + 40 * 3600
    for verdict in told:
        hour = int(verdict.at.timestamp()) // 3600 - 1
        assert verdict.anomaly == pytest.approx(index[hour][hours.machines.index(verdict.device_id)])
