"""The plant's models together: trained from histories, scored on others, kept as artifacts, read again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from contracts.models import PLANT_MODELS
from maintenance.errors import ModelError
from maintenance.features import FEATURES, NormalBehaviour, fit_normal
from maintenance.features.arrays import unknown_allowed
from maintenance.models import Artifact, load
from maintenance.plant_models import anomalous, maintenance_needed, remaining_life, which_fault
from maintenance.plant_models.anomalous import ANOMALY_FEATURES, AnomalyModel
from maintenance.plant_models.explain import Healthy, healthy
from maintenance.plant_models.maintenance_needed import WEAR_FEATURES
from maintenance.plant_models.prepared import Prepared, prepare
from maintenance.plant_models.remaining_life import LifeModel
from maintenance.plant_models.scores import Score
from maintenance.plant_models.source import History
from maintenance.plant_models.which_fault import FAULT_FEATURES, FaultModel

NAMES = PLANT_MODELS
"""Names of the artifacts, by the question that they answer."""
QUESTIONS = tuple(NAMES)
FEATURES_OF: dict[str, tuple[str, ...]] = {
    "maintenance_needed": tuple(WEAR_FEATURES),
    "anomalous": ANOMALY_FEATURES,
    "which_fault": FAULT_FEATURES,
    "remaining_life": tuple(WEAR_FEATURES),
}
"""The features that a question is answered from, in the order in which its model takes them."""
_NEEDS = {
    "maintenance_needed": ("with failures", "bearing-run-to-failure"),
    "anomalous": ("that is calm", "calm"),
    "which_fault": ("with faults", "bad-sensors"),
    "remaining_life": ("with failures", "bearing-run-to-failure"),
}
"""The history that a question needs, and a scenario that makes one."""
WEAR_EVERY_H = 6
"""Wear is slow: its models learn from every sixth hour [h]."""
NORMAL = "normal_behaviour"
"""Under this setting of its card a model has the behaviour of machines that its features were made with."""


@dataclass(frozen=True, slots=True)
class Sets:
    """Histories as models need them, by what they are good for.

    Attributes:
        calm: without faults, every hour.
        wear: with failures, every `WEAR_EVERY_H`.
        faults: with faults, every hour.
    """

    calm: tuple[Prepared, ...]
    wear: tuple[Prepared, ...]
    faults: tuple[Prepared, ...]


@dataclass(frozen=True, slots=True)
class PlantModels:
    """All models of a plant.

    Attributes:
        normal: how machines behave while they are well; all features are made with it.
        healthy: what features of healthy machines are like.
        maintenance: classifier: does a component fail within the horizon?
        anomaly: what is normal.
        fault: which fault?
        life: remaining life of the bearing.
        versions: version of each artifact by its name; empty before they are saved.
    """

    normal: NormalBehaviour
    healthy: Healthy
    maintenance: Any
    anomaly: AnomalyModel
    fault: FaultModel
    life: LifeModel
    versions: Mapping[str, str]


def learn_normal(histories: Sequence[History]) -> NormalBehaviour:
    """How machines behave while they are well, from calm histories."""
    return fit_normal(pair for history in histories for pair in history.named())


def prepare_one(history: History, normal: NormalBehaviour, purpose: str) -> Prepared:
    """Features and answers of a history, as often as its purpose needs them."""
    return prepare(history, normal, WEAR_EVERY_H if purpose == "wear" else 1)


def learnt_from(question: str, sets: Sets) -> tuple[Prepared, ...]:
    """The histories that a question is learnt from.

    Raises:
        ModelError: there is none.
    """
    used = {"anomalous": sets.calm, "which_fault": sets.faults + sets.calm}.get(question, sets.wear)
    if not used or (question == "which_fault" and not sets.faults):
        history, scenario = _NEEDS[question]
        raise ModelError(
            f"To learn {question} a history {history} is needed, and there is none.",
            remedy=f"Name one more --lake (factory backfill --scenario {scenario} makes one), or another --question.",
        )
    return used


def train_question(question: str, sets: Sets, trees: int) -> Any:
    """The model of a question, in one thread, so that it is the same each time.

    Args:
        question: one of `QUESTIONS`.
        sets: to learn from.
        trees: how many, where it has trees.

    Raises:
        ModelError: the histories do not have what it takes.
    """
    histories = learnt_from(question, sets)
    trainers: dict[str, Callable[[], Any]] = {
        "maintenance_needed": lambda: maintenance_needed.train(histories, trees=trees),
        "anomalous": lambda: anomalous.train(histories),
        "which_fault": lambda: which_fault.train(histories, trees=trees),
        "remaining_life": lambda: remaining_life.train(histories, trees=trees),
    }
    with threadpool_limits(1):
        return trainers[question]()


def score_question(question: str, model: Any, unseen: Sets) -> tuple[dict[str, Score], dict[str, Score]]:
    """Scores of a model and of its baseline on histories that it has not seen."""
    scorers: dict[str, Callable[[], tuple[dict[str, Score], dict[str, Score]]]] = {
        "maintenance_needed": lambda: maintenance_needed.evaluate(model, unseen.wear),
        "anomalous": lambda: anomalous.evaluate(model, unseen.calm, unseen.faults),
        "which_fault": lambda: which_fault.evaluate(model, unseen.faults),
        "remaining_life": lambda: remaining_life.evaluate(model, unseen.wear),
    }
    with threadpool_limits(1):
        return scorers[question]()


def plain(question: str, model: Any, normal_machines: Healthy) -> Any:
    """A model as estimators, arrays and numbers, which an artifact can hold."""
    if question == "anomalous":
        told = model.as_plain()
        return told | {"healthy": {"middle": dict(normal_machines.middle), "spread": dict(normal_machines.spread)}}
    return model if question == "maintenance_needed" else model.as_plain()


def learn_healthy(sets: Sets) -> Healthy:
    """What features of healthy machines are like."""
    return healthy(sets.calm)


def load_models(directory: Path) -> PlantModels:
    """Read all models of a plant.

    Args:
        directory: with a directory for each of `NAMES`.

    Raises:
        ModelError: one is missing or was changed, is another one, or they were not trained together.
    """
    artifacts = {question: _load(directory / name, question) for question, name in NAMES.items()}
    told = {str(one.card.settings.get(NORMAL)) for one in artifacts.values()}
    if len(told) != 1:
        raise ModelError(
            f"The plant's models in {directory} were made from different calm histories.",
            remedy="Train them together: factory train plant.",
        )
    anomaly = dict(artifacts["anomalous"].model)
    of_healthy = anomaly.pop("healthy")
    return PlantModels(
        normal=NormalBehaviour.from_plain(json.loads(told.pop())),
        healthy=Healthy(of_healthy["middle"], of_healthy["spread"]),
        maintenance=artifacts["maintenance_needed"].model,
        anomaly=AnomalyModel.from_plain(anomaly),
        fault=FaultModel.from_plain(artifacts["which_fault"].model),
        life=LifeModel.from_plain(artifacts["remaining_life"].model),
        versions={NAMES[question]: one.card.version for question, one in artifacts.items()},
    )


def _load(directory: Path, question: str) -> Artifact:
    """A model that answers this question from the features that are made here."""
    artifact = load(directory)
    if artifact.card.question != question:
        raise ModelError(
            f"The model in {directory} is {artifact.card.name!r}, which does not answer {question!r}.",
            remedy="Train the plant's models: factory train plant.",
        )
    if tuple(one.name for one in artifact.card.features) != FEATURES_OF[question]:
        raise ModelError(
            f"The model in {directory} was trained with other features than this version makes.",
            remedy="Train it again: factory train plant.",
        )
    return artifact


def model_of(models: PlantModels, question: str) -> Any:
    """The model that answers a question."""
    return {
        "maintenance_needed": models.maintenance,
        "anomalous": models.anomaly,
        "which_fault": models.fault,
        "remaining_life": models.life,
    }[question]


@unknown_allowed()
def reference(normal_machines: Healthy) -> dict[str, float]:
    """Medians over the models of what is healthy, by feature; without those that no healthy machine has."""
    middle = np.nanmedian(np.stack(list(normal_machines.middle.values())), axis=0)
    told = zip(FEATURES, middle.tolist(), strict=True)
    return {column.name: value for column, value in told if np.isfinite(value)}
