"""Train the plant's models, judge them on what they never saw, and write their cards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import numpy as np

from factory.plant_training.sources import PlantData
from maintenance.features import FEATURES
from maintenance.models import (
    Artifact,
    Feature,
    Metric,
    ModelCard,
    Question,
    TrainedOn,
    code_version,
    library_versions,
    save,
)
from maintenance.plant_models.bundle import (
    FEATURES_OF,
    NAMES,
    NORMAL,
    Sets,
    learn_healthy,
    learnt_from,
    plain,
    reference,
    score_question,
    train_question,
)
from maintenance.plant_models.explain import Healthy
from maintenance.plant_models.maintenance_needed import POSITIVE_FROM
from maintenance.plant_models.prepared import Prepared
from maintenance.plant_models.scores import Score

TREES, QUICK_TREES = 150, 40
CODE = ("maintenance.features", "maintenance.plant_models")
"""Packages that decide what a training gives."""

_PURPOSE = {
    "maintenance_needed": "Tells of a machine whether one of its components fails within the next seven days.",
    "anomalous": "Tells of a machine whether the last hours are as they use to be: an index, above 1 is anomalous.",
    "which_fault": "Names the kind of fault that a machine or one of its sensors has, or none.",
    "remaining_life": "Tells how many hours a machine's bearing still lasts, with an interval of 80 %.",
}
_BASELINE = {
    "maintenance_needed": "the vibration of the last six hours",
    "anomalous": "control limits on temperature, vibration, speed and power alone",
    "which_fault": "nearest mean of a kind; always the most frequent kind",
    "remaining_life": "mean life of a bearing, less its age",
}
_ACCELERATED = (
    "Its bearings wore 150 times as fast as they would: hours left are those of such a life test, and a plant whose "
    "bearings last for years looks to it as one that has not begun to wear."
)
_PACE = (
    "With machines that are read at a slower pace than those it learnt from; a faster one is thinned to two minutes."
)
_DISTRUST: dict[str, tuple[str, ...]] = {
    "maintenance_needed": (
        _ACCELERATED,
        "Only bearings failed in its training; of tools, seals, filters and belts it knows nothing.",
        "While a vibration sensor lies; see what plant-anomaly and plant-fault say.",
    ),
    "anomalous": (
        "In the first day of a machine, and in the week after a fault, which is part of its own past then.",
        "With fewer than four machines the hall's air is unknown, and a warm day is an anomaly.",
        _PACE,
    ),
    "which_fault": (
        "Kinds that differ in their course alone are confused: bias, drift, exponential drift and gain.",
        "Two faults at once, and faults of messages and connections, were not in its training.",
        "In the hours after a fault, which are still among the last six.",
        _PACE,
    ),
    "remaining_life": (_ACCELERATED, "Lives shorter than two days are over before the features know of them."),
}


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of a question.

    Attributes:
        question: which.
        card: of the model that was saved.
    """

    question: str
    card: ModelCard


def train_plant(
    data: PlantData,
    questions: Sequence[str],
    out: Path,
    *,
    trees: int = TREES,
    advance: Callable[[str], None] = lambda _question: None,
) -> list[Trained]:
    """Train models and save them.

    Args:
        data: what to learn from and to judge on.
        questions: some of `QUESTIONS`.
        out: directory of the models; each gets a directory of its name in it.
        trees: how many, where a model has trees.
        advance: told of each question that is done.

    Raises:
        ModelError: the histories do not have what a question takes.
    """
    for question in questions:
        learnt_from(question, data.learnt)
    machines = learn_healthy(data.learnt)
    done = []
    for question in questions:
        model = train_question(question, data.learnt, trees)
        scores, baseline = score_question(question, model, data.unseen)
        card = _card(question, data, machines, trees, scores, baseline)
        artifact = Artifact(card.dated(datetime.now(UTC)), plain(question, model, machines))
        done.append(Trained(question, save(artifact, out / NAMES[question])))
        advance(question)
    return done


def metrics(scores: Mapping[str, Score], measured_on: str) -> tuple[Metric, ...]:
    """Scores as a card has them; those that could not be measured are left out."""
    return tuple(
        Metric(
            name=name,
            value=score.value,
            low=score.low if np.isfinite(score.low) and score.low < score.high else None,
            high=score.high if np.isfinite(score.high) and score.low < score.high else None,
            unit="h" if name.endswith("_h") else "1",
            measured_on=measured_on,
        )
        for name, score in scores.items()
        if np.isfinite(score.value)
    )


def _card(
    question: str,
    data: PlantData,
    machines: Healthy,
    trees: int,
    scores: Mapping[str, Score],
    baseline: Mapping[str, Score],
) -> ModelCard:
    usual = reference(machines)
    columns = {column.name: column for column in FEATURES}
    used = learnt_from(question, data.learnt)
    unseen = ", ".join(one.name for one in _judged_on(question, data.unseen))
    return ModelCard(
        name=NAMES[question],
        question=cast("Question", question),
        purpose=_PURPOSE[question],
        trained_on=TrainedOn(
            description=data.description,
            digest=_digest(used),
            seeds=data.seeds,
            scenario=data.scenario,
            rows=sum(int(one.working.sum()) for one in used),
            devices=sum(len(one.machines) for one in used),
        ),
        code=code_version(*CODE),
        libraries=library_versions(),
        features=tuple(
            Feature(
                name=name, unit=columns[name].unit, meaning=columns[name].title, needed=False, reference=usual.get(name)
            )
            for name in FEATURES_OF[question]
        ),
        threshold=POSITIVE_FROM,
        settings={"trees": trees, NORMAL: json.dumps(data.normal.as_plain())},
        metrics=metrics(scores, unseen),
        baseline=_BASELINE[question],
        baseline_metrics=metrics(baseline, unseen),
        when_not_to_trust=_DISTRUST[question],
    )


def _judged_on(question: str, sets: Sets) -> tuple[Prepared, ...]:
    """The histories that the answers to a question are judged on."""
    return {"anomalous": sets.calm + sets.faults, "which_fault": sets.faults}.get(question, sets.wear)


def _digest(histories: Sequence[Prepared]) -> str:
    """SHA-256 of features and answers."""
    digest = hashlib.sha256()
    for one in histories:
        for values in (one.features, one.left_h, one.fails):
            digest.update(np.ascontiguousarray(values).tobytes())
        digest.update("\0".join(one.kinds.ravel().tolist()).encode())
    return digest.hexdigest()
