"""`factory evaluate cmapss`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from factory.commands.bench_page import WRITE, write_section
from factory.commands.evaluate_options import (
    AS_JSON,
    DIRECTORY,
    bar,
    jobs,
    markdown_table,
    plain,
    rich_table,
    told_beside,
)
from factory.console import make_console
from maintenance.evaluation.cmapss.data import SUBSETS
from maintenance.evaluation.cmapss.evaluate import CmapssResult, LifeScores
from maintenance.evaluation.cmapss.evaluate import evaluate_cmapss as evaluate
from maintenance.evaluation.cmapss.model import STEPS

_HEADER = ("", "RMSE, raw", "RMSE, capped", "NASA, raw", "NASA, capped")


@click.command("cmapss")
@DIRECTORY
@click.option("--subset", type=click.Choice(SUBSETS), default=SUBSETS[0], show_default=True, help="Which of the sets.")
@WRITE
@AS_JSON
def evaluate_cmapss(directory: Path, subset: str, write: Path | None, as_json: bool) -> None:
    """Remaining life on NASA's C-MAPSS sets.

    Learns from the engines of train_FD00x.txt, which ran until they failed, and predicts how many flights those of
    test_FD00x.txt had left; RUL_FD00x.txt is used for the scores alone. The settings are the same for all four sets and
    were chosen by cross-validation over the training engines of FD001 and FD002. Scores against the true remaining life
    (raw) and the same cut at 125 flights (capped) stand side by side; RMSE in flights, NASA's score is asymmetric and
    best at 0. Takes about a minute or two.

    \b
    Examples:
      factory evaluate cmapss --dir ./CMAPSSData
      factory evaluate cmapss --dir ./CMAPSSData --subset FD003 --json
      factory evaluate cmapss --dir ./CMAPSSData --subset FD002 --write docs/benchmarks.md
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    with bar(f"learning {subset}", STEPS, quiet=as_json) as advance:
        result = evaluate(directory, subset, jobs(), lambda: advance(1))
    rows = told_beside("ours", result.scores, result.baselines, _told)
    if write is not None:
        write_section(write, f"C-MAPSS {subset}", [*markdown_table(_HEADER, rows), "", *_sentences(result)])
    if as_json:
        click.echo(json.dumps(plain(result), indent=2))
        return
    console = make_console(plain_width=110)
    console.print(rich_table(_HEADER, rows))
    for sentence in _sentences(result):
        console.print(sentence)


def _told(scores: LifeScores) -> list[str]:
    return [
        f"{scores.rmse_raw:.2f}",
        f"{scores.rmse_capped:.2f}",
        f"{scores.nasa_raw:,.0f}",
        f"{scores.nasa_capped:,.0f}",
    ]


def _sentences(result: CmapssResult) -> list[str]:
    raw, capped = result.rmse_raw_interval, result.rmse_capped_interval
    return [
        f"{result.engines} engines; operating conditions found: {result.conditions}.",
        (
            f"95 % intervals of the RMSE over engines: raw {raw[0]:.2f} to {raw[1]:.2f}, "
            f"capped {capped[0]:.2f} to {capped[1]:.2f}."
        ),
        (
            f"Intervals for {100 * result.coverage_aimed_at:.0f} % cover {100 * result.coverage:.1f} % of the capped "
            f"lives and are {result.interval_width:.0f} flights wide on average."
        ),
    ]
