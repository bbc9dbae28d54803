"""`factory lake compact`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import click
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from factory.commands.lake.place import find_lake, lake_options
from factory.console import counts_table, make_console
from maintenance.errors import LakeError
from maintenance.lake import Compaction, CompactionReport, Selection


def _day(_context: click.Context, _option: click.Parameter, text: str | None) -> date | None:
    """A day as people write it."""
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a day; write 2026-01-31.") from None


@click.command()
@lake_options
@click.option("--plant", metavar="NAME", help="Only this plant.")
@click.option("--since", callback=_day, metavar="DAY", help="First day, UTC; by default the first there is.")
@click.option("--until", callback=_day, metavar="DAY", help="Last day, included; by default the last there is.")
@click.option(
    "--rebuild", is_flag=True, help="Write the days anew from the archive alone; rows that it no longer has are lost."
)
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
def compact(
    address: str | None,
    data_dir: Path,
    plant: str | None,
    since: date | None,
    until: date | None,
    rebuild: bool,
    as_json: bool,
) -> None:
    """Bring the tables up to what lies in the archive.

    Reads raw/ and fleet/ (JSON lines and Parquet, machines and vehicles), and writes a Parquet file for each plant and
    day under curated/: each message once, in the day of its timestamp, in order of device and time. Only days with
    something new are written; the same archive always gives the same bytes. A run that was stopped goes on where it
    was. What is no telemetry lies under quarantine/compaction/ with the reason.

    \b
    Examples:
      factory lake compact                                 the lake of the local factory, while it runs
      factory lake compact --lake history                  what factory backfill --out history wrote
      factory lake compact --lake s3://my-lake --since 2026-01-01 --json
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    if since is not None and until is not None and until < since:
        raise click.BadParameter(f"--until {until} is before --since {since}.")
    lake = find_lake(address, data_dir, to_write=True)
    started = perf_counter()
    report = _run(lake.compaction(Selection(plant, since, until, rebuild)), quiet=as_json)
    if not report.days_written + report.days_unchanged + report.days_without_archive:
        raise LakeError(
            f"{lake.address} has no archive of what was asked for.",
            remedy="It should have raw/plant=…/dt=…/hour=…/, and --plant, --since and --until must fit.",
        )
    told = {"lake": lake.address, **report.told(), "seconds": round(perf_counter() - started, 3)}
    if as_json:
        click.echo(json.dumps(told, indent=2))
    else:
        _show(told)


class _Rate(ProgressColumn):
    """Readings a second."""

    def render(self, task: Task) -> Text:
        """The rate since the beginning."""
        elapsed = task.elapsed or 0.0
        return Text(f"{task.fields['rows'] / elapsed:,.0f} readings/s" if elapsed else "")


def _run(compaction: Compaction, *, quiet: bool) -> CompactionReport:
    console = make_console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(
        *columns, _Rate(), TimeRemainingColumn(), console=console, transient=True,
        disable=quiet or not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("Looking", total=None, rows=0)
        bar.update(task, description="Compacting", total=compaction.plan())
        rows = 0

        def advance(size: int, more: int) -> None:
            nonlocal rows
            rows += more
            bar.update(task, advance=size, rows=rows)

        return compaction.run(advance)


_MEANINGS = {
    "days_written": "a plant and a day each",
    "days_unchanged": "had everything",
    "days_rebuilt": "of those written: begun from nothing",
    "days_without_archive": "stay, though their archive is gone",
    "objects": "of the archive read",
    "rows": "found in them",
    "repeated": "left out: their message was there already",
    "late": "lay in another day's folder",
    "refused": "no telemetry; kept in quarantine/compaction/",
    "unreadable": "objects, kept there too",
}


def _show(told: dict[str, Any]) -> None:
    console = make_console(plain_width=110)
    console.print(counts_table(_MEANINGS, told, bad=("refused", "unreadable")))
    for folder in told["strange_folders"]:
        console.print(f"{folder} was not looked at: it is not named plant=NAME/dt=YYYY-MM-DD/.", style="yellow")
    for name, count in told["unknown_fields"].items():
        console.print(f"The field {name} has no column; {count:,} rows had it.", style="yellow")
    rate = told["rows"] / told["seconds"] if told["seconds"] else 0
    console.print(f"{told['lake']}: {told['seconds']:.1f} s, {rate:,.0f} readings a second.")
    console.print(f"SHA-256 of all files: {told['digest']}")
