"""`factory train fleet`."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import click

from factory.commands.fleet_scores import rows, table
from factory.commands.scores import playing_bar
from factory.console import make_console
from factory.training import (
    EVALUATION,
    QUICK_EVALUATION,
    QUICK_SETTINGS,
    QUICK_TRAINING,
    TRAINING,
    FleetData,
    data_by_recipe,
    data_of_lake,
    readings_of,
    train_fleet_model,
)
from factory.training.lakes import origin_of_lake, readings_of_lake
from maintenance.fleet_model import FLEET_MODEL, Settings
from maintenance.models import save
from maintenance.models.artifact import refuse_foreign
from maintenance.models.publish import publish as put_into_bucket
from maintenance.models.registry import MODELS_DIR


@click.command("fleet")
@click.option("--lake", metavar="DIR|s3://…", help="Vehicles with their truth; by default fleets made by recipe.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=MODELS_DIR / FLEET_MODEL,
    show_default=True,
    metavar="DIR",
    help="Where the model goes.",
)
@click.option("--quick", is_flag=True, help="Fewer vehicles and trees: that of factory up, in seconds.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of the training.")
@click.option("--publish", "bucket", metavar="BUCKET", help="Models bucket of AWS into which the model goes as well.")
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
def train_fleet(lake: str | None, out: Path, quick: bool, seed: int, bucket: str | None, as_json: bool) -> None:
    """Train the model of the vehicle fleet.

    It answers whether a vehicle is due for maintenance from one reading: engine temperature, speed and the hour of the
    day. Without --lake it plays fleets by a recipe, four in all seasons that nobody looks after and four that are kept
    up, and is judged by other fleets. With --lake a quarter of the vehicles is kept apart, and the last third of the
    time; the lake needs the truth beside its vehicles, as factory backfill writes it.

    \b
    Examples:
      factory train fleet
      factory train fleet --quick --out ./models/fleet
      factory train fleet --lake ./history --json
      factory train fleet --publish smart-factory-plant1-models-111122223333
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    refuse_foreign(out)  # before the minutes that training takes
    settings = Settings(seed=seed) if not quick else QUICK_SETTINGS.with_seed(seed)
    artifact, judged = train_fleet_model(_data(lake, quick=quick, quiet=as_json), settings)
    card = save(artifact, out)
    published = {} if bucket is None else {"address": put_into_bucket(out, bucket, boto3.client("s3")).address}
    if as_json:
        told = {"directory": str(out), "name": card.name, "version": card.version, "scores": rows(judged), **published}
        click.echo(json.dumps(told, indent=2))
        return
    console = make_console(plain_width=160)
    console.print(table(judged))
    console.print(f"{out}: version {card.short_version}, from {card.trained_on.devices:,} vehicles.")
    for address in published.values():
        console.print(address)


def _data(lake: str | None, *, quick: bool, quiet: bool) -> FleetData:
    if lake is not None:
        return data_of_lake(readings_of_lake(lake), lake, origin_of_lake(lake))
    training, evaluation = (QUICK_TRAINING, QUICK_EVALUATION) if quick else (TRAINING, EVALUATION)
    with playing_bar("Playing fleets", readings_of(training) + readings_of(evaluation), quiet=quiet) as advance:
        return data_by_recipe(training, evaluation, advance)
