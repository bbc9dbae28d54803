"""`factory rules lint`: what is wrong with rules, before a message finds it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from contracts.errors import UsageError
from contracts.resources import Resources
from factory.commands.rules.catalog import dry_tools, find_rule, plant_options
from factory.console import make_console
from rules.lint import KINDS, Finding, files_of, lint
from rules.loading import CATALOG_DIR
from rules.placeholders import placeholders

PATIENCE_S: Final = 2.0
"""After this time without an end, a bar tells how far it is."""


@click.command("lint", short_help="Find what is wrong with rules.")
@click.argument("names", nargs=-1, metavar="[RULE|FILE|DIR]...")
@plant_options
@click.option("--strict", is_flag=True, help="End with status 1 for warnings too.")
@click.option("--list", "list_kinds", is_flag=True, help="Show every kind of problem in a line, and end.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def lint_rules(names: tuple[str, ...], plant: str, account: str, strict: bool, list_kinds: bool, as_json: bool) -> None:
    """Find what is wrong with rules: the factory's catalog, or rules, files and directories.

    Rules that are named together are one catalog: loops and repeated names are found across them.
    Status 1 if there is an error, 0 for warnings alone.

    \b
    Examples:
      factory rules lint
      factory rules lint ./my_rules --strict
      factory rules lint archive ./my_rule.json --json
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    if list_kinds:
        _print_kinds(as_json=as_json)
        return
    files = files_of([_place(name) for name in names] or [CATALOG_DIR])
    if not files:
        raise UsageError(f"No rule (*.json) is in {', '.join(names)}.", remedy="Name a directory of rules, or a file.")
    resources = Resources(plant, account)
    with _LateBar(len(files)) as bar:
        found = lint(files, placeholders(resources), dry_tools(resources), bar.show)
    if as_json:
        click.echo(json.dumps(_as_json(found, len(files)), ensure_ascii=False, indent=2))
    else:
        _print(found, len(files))
    if any(finding.severity == "error" or strict for finding in found):
        raise click.exceptions.Exit(1)


def _place(name: str) -> Path:
    path = Path(name)
    return path if path.is_dir() else find_rule(name)


class _LateBar:
    """A bar that comes only when there is something to wait for, and on a terminal."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._start = time.monotonic()
        self._bar: Progress | None = None

    def __enter__(self) -> _LateBar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, done: int) -> None:
        """Tell how many files are through."""
        if self._bar is None and time.monotonic() - self._start > PATIENCE_S:
            self._bar = self._make()
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done)

    def _make(self) -> Progress:
        console = make_console(stderr=True)
        columns = (TextColumn("rules"), BarColumn(), MofNCompleteColumn())
        bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        bar.add_task("rules", total=self._total)
        bar.start()
        return bar


def _as_json(found: Sequence[Finding], rules: int) -> dict[str, object]:
    counts = Counter(finding.severity for finding in found)
    return {
        "rules": rules,
        "errors": counts["error"],
        "warnings": counts["warning"],
        "findings": [finding.as_json() for finding in found],
    }


def _print(found: Sequence[Finding], rules: int) -> None:
    console = make_console()
    for finding in found:
        for line in _lines(finding):
            console.print(line, soft_wrap=True)
    counts = Counter(finding.severity for finding in found)
    told = [f"{counts[name]} {name}{'' if counts[name] == 1 else 's'}" for name in ("error", "warning") if counts[name]]
    console.print(f"{rules} rule{'' if rules == 1 else 's'}: {', '.join(told) or 'nothing found'}", soft_wrap=True)


def _lines(finding: Finding) -> list[Text]:
    style = "red" if finding.severity == "error" else "yellow"
    place = f"{finding.file}  {finding.spot()}".rstrip()
    head = Text.assemble((f"{finding.severity:<8}", style), (finding.code, "bold"), f"  {place}")
    below = [f"  {finding.sentence}", *(f"  {line}" for line in finding.drawing())]
    return [head, *map(Text, below), *([Text(f"  {finding.remedy}", style="dim")] if finding.remedy else []), Text("")]


def _print_kinds(*, as_json: bool) -> None:
    kinds = sorted(KINDS.values(), key=lambda kind: (kind.severity, kind.code))
    if as_json:
        told = [{"code": kind.code, "severity": kind.severity, "summary": kind.summary} for kind in kinds]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    table = Table("code", "severity", "what it is", box=None, pad_edge=False)
    for kind in kinds:
        table.add_row(kind.code, kind.severity, kind.summary)
    make_console(plain_width=140).print(table)
