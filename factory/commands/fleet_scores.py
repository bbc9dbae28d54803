"""What a training or an evaluation of the fleet's model came to: for a terminal, a page and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from factory.commands.scores import plain
from maintenance.fleet_model import Evaluation
from maintenance.models import Metric

COLUMNS = (
    "readings of",
    "vehicles",
    "readings",
    "due",
    "average precision",
    "baselines",
    "ceiling",
    "calibration error",
)


def rows(judged: Sequence[Evaluation]) -> list[dict[str, Any]]:
    """The results as plain values."""
    return [
        {
            "on": one.on,
            "vehicles": one.vehicles,
            "readings": one.readings,
            "due_share": one.due_share,
            **{metric.name: plain(metric) for metric in one.metrics},
            "baselines": {name: plain(metric) for name, metric in one.baselines.items()},
            "ceiling": plain(one.ceiling),
        }
        for one in judged
    ]


def table(judged: Sequence[Evaluation]) -> Table:
    """The results for a terminal."""
    made = Table(*COLUMNS, box=None, pad_edge=False)
    for one in judged:
        made.add_row(*_cells(one, "\n"))
    return made


def markdown(judged: Sequence[Evaluation]) -> list[str]:
    """The results for a page."""
    lines = [f"| {' | '.join(COLUMNS)} |", "|---|---:|---:|---:|---:|---|---:|---:|"]
    return [*lines, *(f"| {' | '.join(_cells(one, ', '))} |" for one in judged)]


def _cells(one: Evaluation, between: str) -> list[str]:
    metrics = {metric.name: metric for metric in one.metrics}
    return [
        one.on,
        f"{one.vehicles:,}",
        f"{one.readings:,}",
        f"{one.due_share:.0%}",
        _with_interval(metrics["average_precision"]),
        between.join(f"{name} {metric.value:.3f}" for name, metric in one.baselines.items()),
        f"{one.ceiling.value:.3f}",
        f"{metrics['calibration_error'].value:.3f}",
    ]


def _with_interval(metric: Metric) -> str:
    return f"{metric.value:.3f} [{metric.low:.3f}, {metric.high:.3f}]"
