"""`factory evaluate ai4i`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from factory.commands.bench_page import WRITE, write_section
from factory.commands.evaluate_options import AS_JSON, bar, jobs, markdown_table, plain, rich_table, told_beside
from factory.console import make_console
from factory.errors import LocalFactoryUsageError
from maintenance.evaluation.ai4i.data import FILE
from maintenance.evaluation.ai4i.evaluate import STEPS, Ai4iResult, FailureScores
from maintenance.evaluation.ai4i.evaluate import evaluate_ai4i as evaluate
from maintenance.evaluation.reading import find

_HEADER = ("", "F1", "precision", "recall", "average precision", "ROC AUC")


@click.command("ai4i")
@click.option("--dir", "directory", type=click.Path(path_type=Path), metavar="DIR", help=f"Where {FILE} is.")
@click.option("--file", "file", type=click.Path(path_type=Path), metavar="FILE", help="Or the file itself.")
@WRITE
@AS_JSON
def evaluate_ai4i(directory: Path | None, file: Path | None, write: Path | None, as_json: bool) -> None:
    """Failures of the AI4I 2020 milling machine.

    Five-fold stratified cross-validation, shuffled three times with fixed seeds. The five columns of failure modes,
    which make up the label, are not read; the threshold is 0.5 and not chosen by results. Takes about a minute.

    \b
    Examples:
      factory evaluate ai4i --dir ./ai4i2020
      factory evaluate ai4i --file ./ai4i2020.csv --json
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    path = _path(directory, file)
    with bar("cross-validating", STEPS, quiet=as_json) as advance:
        result = evaluate(path, jobs(), lambda: advance(1))
    rows = told_beside("ours", result.scores, result.baselines, _told)
    if write is not None:
        write_section(write, "AI4I 2020", [*markdown_table(_HEADER, rows), "", _sentence(result)])
    if as_json:
        click.echo(json.dumps(plain(result), indent=2))
        return
    console = make_console(plain_width=110)
    console.print(rich_table(_HEADER, rows))
    console.print(_sentence(result))


def _path(directory: Path | None, file: Path | None) -> Path:
    """The file, however it was named."""
    if (directory is None) == (file is None):
        raise LocalFactoryUsageError("Either --dir or --file is needed.", remedy=f"--dir DIR, where {FILE} is.")
    if file is not None:
        return find(file.parent, file.name)
    return find(directory or Path(), FILE)


def _told(scores: FailureScores) -> list[str]:
    return [
        f"{value:.3f}"
        for value in (scores.f1, scores.precision, scores.recall, scores.average_precision, scores.roc_auc)
    ]


def _sentence(result: Ai4iResult) -> str:
    low, high = result.scores.f1_interval
    each = ", ".join(f"{f1:.3f}" for f1 in result.scores.f1_by_shuffling)
    return (
        f"{result.failures} failures in {result.rows:,} rows; F1 by shuffling {each}; "
        f"95 % interval over rows {low:.3f} to {high:.3f}."
    )
