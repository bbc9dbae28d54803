"""`factory bench`."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.progress import Progress
from rich.table import Table

from factory.bench.cases import CASES
from factory.bench.measure import Result, measure
from factory.bench.report import markdown, rows
from factory.commands.numbers import FiniteRange
from factory.console import make_console
from factory.errors import LocalFactoryUsageError


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(CASES)), metavar="[CASE]...")
@click.option(
    "--seconds", type=FiniteRange(min=0.01, max=600), default=3.0, show_default=True, help="Time for each case."
)
@click.option("--write", type=click.Path(dir_okay=False, path_type=Path), help="Write the page of results there.")
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
def bench(names: tuple[str, ...], seconds: float, write: Path | None, as_json: bool) -> None:
    """Measure the hot paths, each beside a named baseline.

    \b
    CASE is one or more of step, encode, rule, audit; all by default.
      factory bench
      factory bench rule --seconds 10
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    if write is not None and not os.access(write.parent, os.W_OK):
        # Told now, not after the minute that the measuring takes.
        raise LocalFactoryUsageError(
            f"--write {write} cannot be written.", remedy="Name a file in a directory of your own."
        )
    results = _run([name for name in CASES if not names or name in names], seconds)
    if write is not None:
        write.write_text(markdown(results, datetime.now(UTC).date(), os.cpu_count() or 1), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(rows(results)))
    else:
        make_console().print(_table(results))


def _run(names: list[str], seconds: float) -> list[Result]:
    console = make_console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("measuring", total=len(names))
        results = []
        for name in names:
            progress.update(task, description=f"measuring {name}")
            results.append(measure(CASES[name](), seconds))
            progress.advance(task)
    return results


def _table(results: list[Result]) -> Table:
    table = Table("what", "ours, per s", "baseline", "baseline, per s", "ratio")
    for column in (1, 3, 4):
        table.columns[column].justify = "right"
    for row in rows(results):
        table.add_row(
            f"{row['case']} ({row['unit']})",
            f"{row['per_second']:,}",
            row["baseline"],
            f"{row['baseline_per_second']:,}",
            f"{row['ratio']:.2f}",
        )
    return table
