"""`factory evaluate nab`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from factory.commands.bench_page import WRITE, write_section
from factory.commands.evaluate_options import AS_JSON, DIRECTORY, bar, markdown_table, rich_table
from factory.console import make_console
from maintenance.evaluation.nab.evaluate import DETECTORS, NabResult
from maintenance.evaluation.nab.evaluate import evaluate_nab as evaluate
from maintenance.evaluation.nab.scorer import PROFILES
from maintenance.evaluation.nab.series import FILES

_HEADER = ("series", "detector", "windows found", "false alarms", *(f"raw, {profile.name}" for profile in PROFILES))


@click.command("nab")
@DIRECTORY
@WRITE
@AS_JSON
def evaluate_nab(directory: Path, write: Path | None, as_json: bool) -> None:
    """Alarms on the temperatures of the NAB.

    Runs our detector of one signal through the machine's and the ambient temperature of the Numenta Anomaly Benchmark
    in one causal pass, and counts its alarms as the benchmark does, by its three profiles. The detector's settings were
    chosen on made-up series, not on these files, so there is no threshold that was optimised for them. In the directory
    must be both series and combined_windows.json, flat or as in the benchmark's repository.

    \b
    Examples:
      factory evaluate nab --dir ./NAB
      factory evaluate nab --dir ./NAB --json
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    results = []
    with bar("judging", len(FILES) * len(DETECTORS), quiet=as_json) as advance:
        for result in evaluate(directory):
            results.append(result)
            advance(1)
    rows = [_told(result) for result in results]
    if write is not None:
        write_section(write, "NAB", markdown_table(_HEADER, rows))
    if as_json:
        click.echo(json.dumps(_plain(results), indent=2))
        return
    make_console(plain_width=150).print(rich_table(_HEADER, rows))


def _told(result: NabResult) -> list[str]:
    standard = result.scores[PROFILES[0].name]
    return [
        result.series.removesuffix("_system_failure.csv"),
        result.detector,
        f"{standard.found} of {standard.windows}",
        str(standard.false_alarms),
        *(f"{result.scores[profile.name].raw:.3f}" for profile in PROFILES),
    ]


def _plain(results: list[NabResult]) -> dict[str, dict[str, Any]]:
    """By series, then by detector."""
    told: dict[str, dict[str, Any]] = {}
    for result in results:
        scores = {name: asdict(score) for name, score in result.scores.items()}
        told.setdefault(result.series, {})[result.detector] = {"alarms": result.alarms, **scores}
    return told
