"""`factory audit`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from factory.audit.archive import ArchiveReader
from factory.audit.core import Audit
from factory.audit.ledgers import LedgerDirectory
from factory.audit.places import archive_store, ledgers_at, local_store
from factory.audit.report import summary, unproved, verdict
from factory.audit.settle import settle
from factory.commands.data_dir import data_dir_option
from factory.commands.moments import Moment
from factory.commands.numbers import FiniteRange
from factory.console import counts_table, make_console
from factory.errors import LocalFactoryError, LocalFactoryUsageError
from factory.up.history import crashes_of_local_aws
from factory.up.layout import Layout


@click.command()
@data_dir_option("Data directory of a local factory, running or stopped.")
@click.option("--archive", metavar="s3://BUCKET/PREFIX", help="An archive elsewhere; with --ledger.")
@click.option(
    "--ledger", metavar="s3://BUCKET/PREFIX|DIR",
    help="The publisher's ledger: its directory, or the bucket to which simulators ship it.",
)  # fmt: skip
@click.option(
    "--settle",
    "settle_s",
    type=FiniteRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="Read again until the archive has not grown for so long; for a factory that runs.",
)
@click.option(
    "--aws-crash", "aws_crashes", type=Moment(), multiple=True, metavar="UTC",
    help="When a local AWS was killed, as 2026-01-31T06:00; repeatable. Of `factory up` this is known.",
)  # fmt: skip
@click.option(
    "--worst", type=click.IntRange(min=0), default=10, show_default=True, help="Machines shown that have a fault."
)
@click.option("--every-run", is_flag=True, help="List every machine's run in the JSON.")
@click.option("--strict", is_flag=True, help="Exit 1 also for what went down with a local AWS that was killed.")
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
def audit(
    data_dir: Path,
    archive: str | None,
    ledger: str | None,
    settle_s: float,
    aws_crashes: tuple[datetime, ...],
    worst: int,
    every_run: bool,
    strict: bool,
    as_json: bool,
) -> int:
    """Prove that nothing acknowledged was lost.

    Compares what the broker acknowledged (the publisher's ledger) with what lies in archive and quarantine, for each
    machine and each run. A restart is not a loss, nor is what a policy refused. Exits 1 if anything is missing.

    \b
    Examples:
      factory audit
      factory audit --json --settle 40
      factory audit --archive s3://my-lake --ledger ./ledger
      factory audit --archive s3://my-lake --ledger s3://my-truth --settle 400
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    if (archive is None) != (ledger is None):
        raise LocalFactoryUsageError("--archive and --ledger go together.", remedy="Or name a --data-dir.")
    layout = Layout(data_dir)
    if archive is None and not data_dir.is_dir():
        raise LocalFactoryUsageError(f"--data-dir {data_dir} does not exist.", remedy="`factory up` makes ./var.")
    known = crashes_of_local_aws(layout.history_file) if archive is None else []
    examined = Audit([*known, *aws_crashes])
    try:
        # The ledger first: whatever it names was said before the archive is looked at.
        ledgers = ledgers_at(ledger) if ledger is not None else LedgerDirectory(layout.ledger)
        with _bar("Reading the ledger", quiet=as_json) as progress:
            examined.told(ledgers.entries(progress))
        reader = ArchiveReader(archive_store(archive) if archive else local_store(data_dir), examined)
        with _bar("Reading the archive", quiet=as_json) as progress:
            reader.read_new(progress)
        settle(reader, examined, settle_s)
    except (BotoCoreError, ClientError) as error:
        raise LocalFactoryError(f"Ledger and archive cannot be read: {error}") from None
    told = summary(examined, worst, every_run=every_run)
    told["unreadable_objects"] = reader.unreadable
    told["ledgers_without_beginning"] = ledgers.headless
    if as_json:
        click.echo(json.dumps(told, indent=2))
    else:
        _show(told)
    failed = told["missing"] or reader.unreadable or (strict and told["undelivered_by_local_aws"])
    return 1 if failed else 0


@contextmanager
def _bar(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn(what), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = make_console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


_MEANINGS = {
    "published": "given a number by their machine",
    "acknowledged": "taken by the broker",
    "archived": "in the archive",
    "quarantined": "set aside as malformed, with the reason",
    "in_error_actions": "set aside because an action failed",
    "refused": "refused for good: policy or size",
    "overflowed": "dropped by the machine, its offline store was full",
    "unacknowledged": "under way when their machine was stopped; never taken",
    "undelivered_by_local_aws": "went down with a local AWS that was killed",
    "untold": "arrived, and in no ledger: a killed simulator's last lines",
    "unaccounted": "in neither ledger nor archive: a killed machine's last second",
    "missing": "acknowledged and nowhere to be found",
    "sent_again": "sent once more under their number, because a fault wanted it",
    "repeated": "archived more than once",
    "reordered": "archived behind a later one",
}


def _show(told: dict[str, Any]) -> None:
    console = make_console(plain_width=110)
    console.print(counts_table(_MEANINGS, told, bad=("missing", "repeated", "reordered")))
    if told["worst_machines"]:
        console.print(_worst_table(told["worst_machines"]))
    for key in told["unreadable_objects"][:5]:
        console.print(f"Unreadable: {key}")
    for sentence in unproved(told):
        console.print(sentence)
    console.print(verdict(told), style="bold red" if told["missing"] else "bold green")


def _worst_table(lines: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, title="Machines with a fault, the worst first", title_justify="left")
    columns = ("device_id", "run", "first_seq", "last_seq", "missing", "repeated", "reordered")
    for name in columns:
        table.add_column(name.replace("_", " "), justify="left" if name == "device_id" else "right")
    table.add_column("missing numbers")
    for line in lines:
        numbers = ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in line["missing_seqs"])
        table.add_row(*(str(line[name]) for name in columns), numbers)
    return table
