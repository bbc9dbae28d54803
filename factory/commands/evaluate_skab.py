"""`factory evaluate skab`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from factory.commands.bench_page import WRITE, write_section
from factory.commands.evaluate_options import AS_JSON, DIRECTORY, bar, markdown_table, plain, rich_table
from factory.console import make_console
from maintenance.evaluation.skab.evaluate import OutlierScores, SkabResult
from maintenance.evaluation.skab.evaluate import evaluate_skab as evaluate

_HEADER = ("", "rows", "F1", "FAR, %", "MAR, %")


@click.command("skab")
@DIRECTORY
@WRITE
@AS_JSON
def evaluate_skab(directory: Path, write: Path | None, as_json: bool) -> None:
    """Anomalous rows of the SKAB pump.

    Follows the protocol of the Skoltech Anomaly Benchmark for outliers: for each file below valve1/, valve2/ and other/
    our detector of several signals learns from the first 400 rows and judges all; F1, false alarm rate and missed alarm
    rate are over the rows of all files together. The same over the rows after the first 400 stands beside it.

    \b
    Examples:
      factory evaluate skab --dir ./SKAB/data
      factory evaluate skab --dir ./SKAB/data --json
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    with bar("judging", 1.0, quiet=as_json) as advance:
        result = evaluate(directory, advance)
    rows = _rows(result)
    sentence = f"{result.files} files, {result.anomalous_rows:,} of {result.rows:,} rows anomalous."
    if write is not None:
        write_section(write, "SKAB", [*markdown_table(_HEADER, rows), "", sentence])
    if as_json:
        click.echo(json.dumps(plain(result), indent=2))
        return
    console = make_console(plain_width=110)
    console.print(rich_table(_HEADER, rows))
    console.print(sentence)


def _rows(result: SkabResult) -> list[list[str]]:
    """Detector and baselines over all rows, over those after the first 400, and the detector by folder."""
    return [
        _told("ours", "all", result.scores),
        *(_told(name, "all", scores) for name, scores in result.baselines.items()),
        _told("ours", "after the first 400", result.after_training),
        *(_told(name, "after the first 400", scores) for name, scores in result.baselines_after_training.items()),
        *(_told("ours", folder, scores) for folder, scores in result.by_folder.items()),
    ]


def _told(name: str, rows: str, scores: OutlierScores) -> list[str]:
    return [name, rows, f"{scores.f1:.3f}", f"{scores.far_percent:.1f}", f"{scores.mar_percent:.1f}"]
