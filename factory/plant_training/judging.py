"""Judge the plant's models on plants that are played for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from factory.plant_training.recipe import Play
from factory.plant_training.sources import made
from factory.plant_training.training import metrics
from maintenance.models import ModelCard, read_card
from maintenance.plant_models import NAMES, PlantModels, anomalous, which_fault
from maintenance.plant_models.bundle import QUESTIONS, model_of, score_question
from maintenance.plant_models.labels import NO_FAULT

CONFUSED_FROM = 0.1
"""Confusions of at least this share of the faults of a kind are told [1]."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of it.

    Attributes:
        cards: cards of the models with the scores found now.
        confusion: how many faults of one kind were told to be of another.
        found_by_kind: share of the faults of a kind that the detector of anomalies found.
    """

    cards: tuple[ModelCard, ...]
    confusion: dict[str, dict[str, int]]
    found_by_kind: dict[str, float]

    def confusion_page(self) -> list[str]:
        """Shares found by kind, and what is taken for what, in Markdown."""
        lines = ["| kind | faults | found | named rightly | else told to be |", "|---|---:|---:|---:|---|"]
        for kind, told in self.confusion.items():
            total = sum(told.values())
            if not total or kind == NO_FAULT:
                continue
            others = sorted(((n, other) for other, n in told.items() if other != kind), reverse=True)
            said = ", ".join(f"{other} {n}" for n, other in others if n >= CONFUSED_FROM * total)
            found = f"{self.found_by_kind[kind]:.2f}" if kind in self.found_by_kind else "not to be"
            lines.append(f"| `{kind}` | {total} | {found} | {told.get(kind, 0) / total:.2f} | {said} |")
        return lines


def judge(models: PlantModels, directory: Path, plays: Sequence[Play], advance: Callable[[int], None]) -> Judged:
    """Play plants and judge the models on them.

    Args:
        models: the models.
        directory: where they lie.
        plays: plants they never saw.
        advance: told how many readings are done.
    """
    _, unseen = made(plays, models.normal, advance)
    cards = []
    for question in QUESTIONS:
        scores, baseline = score_question(question, model_of(models, question), unseen)
        on = ", ".join(one.name for one in plays)
        card = read_card(directory / NAMES[question])
        found = {"metrics": metrics(scores, on), "baseline_metrics": metrics(baseline, on)}
        cards.append(card.model_copy(update=found))
    kinds, counts = which_fault.confusion(models.fault, unseen.faults)
    told = {
        kind: {other: int(n) for other, n in zip(kinds, row, strict=True) if n}
        for kind, row in zip(kinds, counts, strict=True)
    }
    return Judged(tuple(cards), told, anomalous.detected_by_kind(models.anomaly, unseen.faults))
