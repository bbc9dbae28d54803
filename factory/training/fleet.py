"""Training and judging the fleet's model, on fleets made by recipe or on those of a lake."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from factory.training.histories import UNATTENDED, Advance, FleetHistory, play
from factory.training.lakes import Origin
from maintenance.errors import ModelError
from maintenance.fleet_model import Evaluation, Readings, Settings, evaluate, fleet_card, join, train
from maintenance.fleet_model.card import BASELINE, THRESHOLD
from maintenance.fleet_model.training import signals, train_baseline
from maintenance.models import Artifact

LOGISTIC = "logistic_regression"


@dataclass(frozen=True, slots=True)
class FleetData:
    """Readings to learn from, readings to be judged by, and where they come from.

    Attributes:
        training: vehicles to learn from.
        judged: by the name of each part, vehicles never seen.
        description: for people.
        seeds: of the fleets of the training.
        scenario: what was played there.
    """

    training: Readings
    judged: Mapping[str, Readings]
    description: str
    seeds: tuple[int, ...] = ()
    scenario: str = ""


def data_by_recipe(
    training: Sequence[FleetHistory], evaluation: Sequence[FleetHistory], advance: Advance = lambda _readings: None
) -> FleetData:
    """Play the fleets of a recipe."""
    learnt = play(training, advance)
    return FleetData(
        training=join(list(learnt.values())),
        judged=judged_parts(play(evaluation, advance)),
        description=f"{len(learnt)} fleets made by factory backfill; the first: {training[0].command}",
        seeds=tuple(history.seed for history in training),
        scenario=", ".join(dict.fromkeys(history.scenario for history in training)),
    )


def judged_parts(told: Mapping[FleetHistory, Readings]) -> dict[str, Readings]:
    """The parts on which a model is judged: who looks after the fleet, and whether the engine was warm.

    The first is what the model is for: vehicles under way that nobody has looked after yet.
    """
    unattended = join([one for history, one in told.items() if history.scenario == UNATTENDED])
    maintained = join([one for history, one in told.items() if history.scenario != UNATTENDED])
    both = join([unattended, maintained])
    return {
        "unattended fleet, engine warm": unattended.take(unattended.warm),
        "unattended fleet, all readings": unattended,
        "maintained fleet, engine warm": maintained.take(maintained.warm),
        "both, engine warm": both.take(both.warm),
    }


def train_fleet_model(data: FleetData, settings: Settings = Settings()) -> tuple[Artifact, list[Evaluation]]:  # noqa: B008 - it is frozen
    """Learn from some vehicles and be judged by others.

    Returns:
        The model with its card, and what came out on each part.
    """
    model = train(data.training, settings)
    judged = judge(model, data.judged, baseline=train_baseline(data.training))
    card = fleet_card(
        data.training,
        settings,
        judged,
        description=data.description,
        seeds=data.seeds,
        scenario=data.scenario,
    )
    return Artifact(card.dated(datetime.now(UTC)), model), judged


def judge(model: Any, parts: Mapping[str, Readings], *, baseline: Any = None) -> list[Evaluation]:
    """What a model comes to on each part, beside the engine's temperature alone and logistic regression.

    Args:
        model: a classifier of rows of features.
        parts: readings by the name of the part.
        baseline: a classifier of the six signals, if there is one.
    """
    judged = []
    for name, readings in parts.items():
        baselines = {BASELINE: readings.engine_temp_c}
        if baseline is not None:
            baselines[LOGISTIC] = baseline.predict_proba(signals(readings))[:, 1]
        probability = model.predict_proba(readings.features)[:, 1]
        judged.append(evaluate(name, readings, probability, baselines, threshold=THRESHOLD))
    return judged


def split(readings: Readings) -> tuple[Readings, Readings]:
    """Vehicles to learn from in the first two thirds of the time, and others to be judged by in the last.

    A quarter of the vehicles is kept apart, by a digest of their names, so that a vehicle stays on its side when there
    are more. No vehicle and no moment is on both sides.
    """
    apart = np.array([hashlib.sha256(name.encode()).digest()[0] < 64 for name in np.unique(readings.device)])
    names = np.unique(readings.device)[apart]
    kept = np.isin(readings.device, names)
    moments = readings.columns[:, 0]
    border = moments.min() + (moments.max() - moments.min()) * 2 / 3
    return readings.take(~kept & (moments < border)), readings.take(kept & (moments >= border))


def data_of_lake(readings: Readings, address: str, origin: Origin = Origin()) -> FleetData:  # noqa: B008 - it is frozen
    """A lake's vehicles, split by vehicle and time.

    Args:
        readings: of the lake.
        address: for people.
        origin: where its vehicles come from.

    Raises:
        ModelError: too few vehicles for both sides.
    """
    learnt, kept = split(readings)
    warm = kept.take(kept.warm)
    if not len(learnt) or not len(warm) or not warm.due.any():
        raise ModelError(
            f"{address} has {readings.vehicles} vehicles: too few to learn from some and be judged by others. Of the "
            f"{kept.vehicles} kept apart, {warm.vehicles} had a warm engine and {warm.due_vehicles} of these were due.",
            remedy="Give it more: factory backfill --scenario fleet-wear --machines 0 --vehicles 200 --days 2.",
        )
    parts = {"vehicles kept apart, engine warm": warm, "vehicles kept apart, all readings": kept}
    return FleetData(learnt, parts, f"{readings.vehicles} vehicles of {address}", origin.seeds, origin.scenario)
