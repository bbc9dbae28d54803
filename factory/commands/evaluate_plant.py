"""`factory evaluate plant`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from factory.commands.bench_page import WRITE, write_section
from factory.commands.plant_scores import markdown, rows, table
from factory.commands.scores import playing_bar
from factory.console import make_console
from factory.plant_training.judging import judge
from factory.plant_training.recipe import EVALUATION, QUICK_EVALUATION, Play, readings_of
from maintenance.errors import ModelError
from maintenance.models import read_card
from maintenance.models.registry import MODELS_DIR
from maintenance.plant_models import NAMES, load_models

HEADING = "The plant's models"


@click.command("plant")
@click.option(
    "--models", "directory", type=click.Path(file_okay=False, path_type=Path), default=MODELS_DIR, show_default=True,
    metavar="DIR", help="The models, as factory train plant leaves them.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), help="First of the seeds; by default those of the recipe.")
@click.option("--quick", is_flag=True, help="Fewer and smaller plants.")
@WRITE
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
def evaluate_plant_command(directory: Path, seed: int | None, quick: bool, write: Path | None, as_json: bool) -> None:
    """Judge the plant's models by plants they never saw.

    Plays calm plants, life tests and plants with faults by lot, of seeds that no training has, and compares each model
    with its plain baseline. Intervals are of 95 %, by a bootstrap over machines.

    \b
    Examples:
      factory evaluate plant
      factory evaluate plant --models ./models --seed 900 --json
      factory evaluate plant --write docs/benchmarks.md
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    models = load_models(directory)
    plays = with_seed(QUICK_EVALUATION if quick else EVALUATION, seed)
    known = {one for name in NAMES.values() for one in read_card(directory / name).trained_on.seeds}
    if met := known & {one.seed for one in plays}:
        raise ModelError(f"The models were trained on seed {min(met)}.", remedy="Try another --seed.")
    with playing_bar("Playing plants", readings_of(plays), quiet=as_json) as advance:
        judged = judge(models, directory, plays, advance)
    if write is not None:
        write_section(write, HEADING, [*markdown(judged.cards), "", *judged.confusion_page()])
    if as_json:
        told = {"models": rows(judged.cards), "confusion": judged.confusion, "found_by_kind": judged.found_by_kind}
        click.echo(json.dumps(told, indent=2))
        return
    console = make_console(plain_width=140)
    console.print(table(judged.cards))
    for line in judged.confusion_page():
        console.print(line)


def with_seed(plays: tuple[Play, ...], seed: int | None) -> tuple[Play, ...]:
    """The same plants of other seeds: the first gets this one, the next ones those that follow."""
    if seed is None:
        return plays
    return tuple(replace(one, seed=seed + number) for number, one in enumerate(plays))
