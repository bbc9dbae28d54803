"""What trainings and evaluations of fleet and plant share: a bar over what is played, and a score as a plain value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from factory.console import make_console
from maintenance.models import Metric


@contextmanager
def playing_bar(what: str, total: int, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """A bar over the readings that are played, on standard error.

    Args:
        what: what is going on.
        total: readings in all.
        quiet: show none.

    Yields:
        What moves it on, by how many readings.
    """
    console = make_console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    disable = quiet or not console.is_terminal
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True, disable=disable) as progress:
        task = progress.add_task(what, total=total)
        yield lambda readings: progress.advance(task, readings)


def plain(metric: Metric) -> dict[str, float | None]:
    """A score and its interval as JSON has them."""
    return {"value": metric.value, "low": metric.low, "high": metric.high}
