"""What the evaluations on published data share: options, a progress bar, and how a result is told."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress
from rich.table import Table

from factory.console import make_console

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
DIRECTORY = click.option(
    "--dir",
    "directory",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="Where the files are, as they are published; .gz will do.",
)


def jobs() -> int:
    """How many threads may grow trees."""
    return os.cpu_count() or 1


@contextmanager
def bar(description: str, steps: float, *, quiet: bool) -> Iterator[Callable[[float], None]]:
    """A progress bar on standard error where that is a terminal.

    Args:
        description: what is going on.
        steps: how much there is to do.
        quiet: show none.

    Yields:
        What moves it on, by how much.
    """
    console = make_console(stderr=True)
    with Progress(console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task(description, total=steps)
        yield lambda done: progress.advance(task, done)


def plain(result: Any) -> dict[str, Any]:
    """A result as what JSON can tell; fields of `scores` stand at the top."""
    told = asdict(result)
    return {**told.pop("scores"), **told}


def rich_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table whose first column is of names and whose others are of numbers."""
    table = Table(*header)
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows:
        table.add_row(*row)
    return table


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The same in Markdown."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return ["| " + " | ".join(row) + " |" for row in (header, rule, *rows)]


def told_beside(
    model: str, scores: Any, baselines: Mapping[str, Any], tell: Callable[[Any], list[str]]
) -> list[list[str]]:
    """Rows of a table: the model's scores, then those of each baseline."""
    return [[model, *tell(scores)], *([name, *tell(each)] for name, each in baselines.items())]
