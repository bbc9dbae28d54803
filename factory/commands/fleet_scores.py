"""What a training or an evaluation of the fleet's model came to: for a terminal, a page and for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from factory.console import make_console
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
            **{metric.name: _plain(metric) for metric in one.metrics},
            "baselines": {name: _plain(metric) for name, metric in one.baselines.items()},
            "ceiling": _plain(one.ceiling),
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


@contextmanager
def playing_bar(total: int, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """A bar over the readings that are played, on standard error.

    Args:
        total: how many there will be.
        quiet: show none.
    """
    console = make_console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task("Playing fleets", total=total)
        yield lambda readings: progress.advance(task, readings)


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


def _plain(metric: Metric) -> dict[str, float | None]:
    return {"value": metric.value, "low": metric.low, "high": metric.high}
