"""What a training or an evaluation of the plant's models came to: for a terminal, a page and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from factory.commands.scores import plain
from maintenance.models import Metric, ModelCard

_TITLES = {
    "average_precision": "average precision, 7 days ahead",
    "precision": "precision at 0.5",
    "recall": "recall at 0.5",
    "calibration_error": "expected calibration error",
    "brier": "Brier score",
    "share_positive": "share of positive rows",
    "detection_rate": "share of faults found",
    "false_alarms_calm": "false alarms a machine and week, calm plant",
    "false_alarms_between": "false alarms a machine and week, between faults",
    "macro_f1": "macro-F1 of faults",
    "macro_f1_hours": "macro-F1 of hours",
    "accuracy": "share of faults named rightly",
    "false_names": "share of hours without a fault that are given one",
    "half_life_error": "median error at half life, by the life",
    "half_life_error_mean": "mean error at half life, by the life",
    "coverage": "coverage of the 80 % interval",
    "mean_absolute_error_h": "mean absolute error [h]",
    "interval_width": "median width of the interval, by what is left",
}


def rows(cards: Sequence[ModelCard]) -> list[dict[str, Any]]:
    """The scores as plain values."""
    return [
        {
            "name": card.name,
            "version": card.version,
            "question": card.question,
            "scores": {one.name: plain(one) for one in card.metrics},
            "baseline": card.baseline,
            "baseline_scores": {one.name: plain(one) for one in card.baseline_metrics},
        }
        for card in cards
    ]


def table(cards: Sequence[ModelCard]) -> Table:
    """The scores for a terminal."""
    made = Table("model", "score", "value [95 %]", "baseline", box=None, pad_edge=False)
    for card in cards:
        for cells in _lines(card):
            made.add_row(*cells)
    return made


def markdown(cards: Sequence[ModelCard]) -> list[str]:
    """The scores for a page."""
    lines = ["| model | score | value [95 %] | baseline |", "|---|---|---:|---:|"]
    return [*lines, *(f"| {' | '.join(cells)} |" for card in cards for cells in _lines(card))]


def _lines(card: ModelCard) -> Iterator[tuple[str, str, str, str]]:
    plain = {one.name: one for one in card.baseline_metrics}
    for one in card.metrics:
        beside = _text(plain[one.name]) if one.name in plain else ""
        yield card.name, _TITLES.get(one.name, one.name.replace("_", " ")), _text(one), beside


def _text(metric: Metric) -> str:
    value = f"{metric.value:,.0f}" if metric.value >= 100 or metric.value.is_integer() else f"{metric.value:.3f}"
    if metric.low is None or metric.high is None:
        return value
    digits = 0 if metric.value >= 100 else 3
    return f"{value} [{metric.low:.{digits}f}, {metric.high:.{digits}f}]"
