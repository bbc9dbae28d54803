"""`factory evaluate fleet`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from factory.commands.bench_page import WRITE, write_section
from factory.commands.fleet_scores import markdown, rows, table
from factory.commands.scores import playing_bar
from factory.console import make_console
from factory.training import EVALUATION, QUICK_EVALUATION, judge, judged_parts, play, readings_of
from factory.training.histories import with_seed
from maintenance.errors import ModelError
from maintenance.fleet_model import FLEET_MODEL
from maintenance.models import Artifact, load
from maintenance.models.registry import MODELS_DIR

HEADING = "The fleet's model"


@click.command("fleet")
@click.option(
    "--model",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=MODELS_DIR / FLEET_MODEL,
    show_default=True,
    metavar="DIR",
    help="The model, as factory train fleet leaves it.",
)
@click.option("--seed", type=click.IntRange(min=0), help="Seed of the first fleet; by default those of the recipe.")
@click.option("--quick", is_flag=True, help="Fewer vehicles.")
@WRITE
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
def evaluate_fleet(directory: Path, seed: int | None, quick: bool, write: Path | None, as_json: bool) -> None:
    """Judge the fleet's model by vehicles it never saw.

    Plays fleets of seeds and days that no training has, and compares the model with the engine's temperature alone and
    with what cannot be beaten: to know of each vehicle whether coolant or thermostat are due. Worn brakes and
    batteries leave no mark in a reading. Intervals are of 95 %, by a bootstrap over vehicles.

    \b
    Examples:
      factory evaluate fleet
      factory evaluate fleet --model ./models/fleet --seed 4711 --json
      factory evaluate fleet --write docs/benchmarks.md
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    artifact = load(directory)
    histories = with_seed(QUICK_EVALUATION if quick else EVALUATION, seed)
    _refuse_known(artifact, {history.seed for history in histories})
    with playing_bar("Playing fleets", readings_of(histories), quiet=as_json) as advance:
        judged = judge(artifact.model, judged_parts(play(histories, advance)))
    if write is not None:
        card = artifact.card
        note = (
            f"Model {card.name} {card.short_version}, trained on {card.trained_on.devices:,} vehicles of other seeds."
        )
        write_section(write, HEADING, [note, "", *markdown(judged)])
    if as_json:
        told = {"name": artifact.card.name, "version": artifact.card.version, "scores": rows(judged)}
        click.echo(json.dumps(told, indent=2))
        return
    make_console(plain_width=160).print(table(judged))


def _refuse_known(artifact: Artifact, seeds: set[int]) -> None:
    """A model knows the vehicles of its training; a score on them would be no score."""
    if artifact.card.question != "maintenance_needed" or artifact.card.rows != "vehicle_readings":
        raise ModelError(f"{artifact.card.name} is no model of readings of vehicles.", remedy="Name another --model.")
    if known := seeds & set(artifact.card.trained_on.seeds):
        raise ModelError(
            f"The model was trained on fleets of seed {', '.join(map(str, sorted(known)))}.",
            remedy="Try another --seed.",
        )
