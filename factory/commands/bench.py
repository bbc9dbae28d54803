"""`factory bench`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.progress import Progress
from rich.table import Table

from factory.bench.cases import CASES, GROWTHS
from factory.bench.measure import Result, measure
from factory.bench.memory import STEPS, Growth, grow
from factory.bench.report import growth_rows, hot_paths, rows, sentences
from factory.commands.bench_lambda import bench_lambda
from factory.commands.bench_load import fleet, publish
from factory.commands.bench_page import WRITE, write_section
from factory.commands.bench_server import server
from factory.commands.numbers import FiniteRange
from factory.console import make_console


class _Bench(click.Group):
    """A group whose command `cases` need not be named: `factory bench rules` is `factory bench cases rules`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["cases", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Bench)
def bench() -> None:
    """Measure the hot paths, each beside a baseline, and memory.

    \b
      factory bench                 all hot paths
      factory bench rules           one of them: the same as factory bench cases rules
      factory bench lambda          the fleet's pipeline from a file to its last item
      factory bench publish         publishing, beside a bare loop over the same connections
      factory bench fleet           ten thousand machines against a broker
      factory bench server          the model server over HTTP
    """  # noqa: D301 - the backspace is click's sign not to re-wrap


bench.add_command(bench_lambda)
bench.add_command(publish)
bench.add_command(fleet)
bench.add_command(server)


@bench.command()
@click.argument("names", nargs=-1, type=click.Choice(list(CASES)), metavar="[CASE]...")
@click.option(
    "--seconds", type=FiniteRange(min=0.01, max=600), default=3.0, show_default=True, help="Time for each ratio."
)
@click.option(
    "--evaluations",
    type=click.IntRange(min=1000, max=10**9),
    default=10_000_000,
    show_default=True,
    help="How many evaluations of rules memory is watched over.",
)
@WRITE
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
def cases(names: tuple[str, ...], seconds: float, evaluations: int, write: Path | None, as_json: bool) -> None:
    """Measure hot paths in this process alone.

    \b
    CASE is one or more of step, encode, backfill, rules, audit, lake; all by default. The word cases may be left out.
      factory bench cases
      factory bench cases rules --seconds 10
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    results, growths = _run([name for name in CASES if not names or name in names], seconds, evaluations)
    if write is not None:
        write_section(write, "Hot paths", hot_paths(results, growths))
    if as_json:
        click.echo(json.dumps({"ratios": rows(results), "memory": growth_rows(growths)}))
        return
    console = make_console()
    console.print(_table(results))
    for sentence in sentences(growths):
        console.print(sentence, highlight=False)


def _run(names: list[str], seconds: float, evaluations: int) -> tuple[list[Result], list[Growth]]:
    """Measure what was asked for, under a progress bar."""
    console = make_console(stderr=True)
    makers = [make for name in names for make in CASES[name]]
    growing = [GROWTHS[name]() for name in names if name in GROWTHS]
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("measuring", total=len(makers) + STEPS * len(growing))
        results = []
        for make in makers:
            case = make()
            progress.update(task, description=f"measuring: {case.name}")
            results.append(measure(case, seconds))
            progress.advance(task)
        growths = []
        for each in growing:
            progress.update(task, description=f"watching memory: {each.name}")
            growths.append(grow(each, evaluations, lambda: progress.advance(task)))
    return results, growths


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
