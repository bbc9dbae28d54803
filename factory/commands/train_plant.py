"""`factory train plant`."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import click

from factory.commands.plant_scores import rows, table
from factory.commands.scores import playing_bar
from factory.console import make_console
from factory.plant_training.recipe import EVALUATION, QUICK_EVALUATION, QUICK_TRAINING, TRAINING, readings_of
from factory.plant_training.sources import PlantData, by_recipe, of_lakes
from factory.plant_training.training import QUICK_TREES, TREES, train_plant
from maintenance.models.artifact import refuse_foreign
from maintenance.models.publish import publish as put_into_bucket
from maintenance.models.registry import MODELS_DIR
from maintenance.plant_models import NAMES, QUESTIONS


@click.command("plant")
@click.option(
    "--lake", "lakes", multiple=True, metavar="DIR|s3://…",
    help="A history with its truth, more than once if there are more; by default plants made by recipe.",
)  # fmt: skip
@click.option(
    "--question", type=click.Choice([*QUESTIONS, "all"]), default="all", show_default=True, help="Which model."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=MODELS_DIR,
    show_default=True,
    metavar="DIR",
    help=f"Where the models go: {', '.join(NAMES.values())}.",
)
@click.option("--quick", is_flag=True, help="Fewer and smaller plants, fewer trees: to try it out.")
@click.option("--publish", "bucket", metavar="BUCKET", help="Models bucket of AWS into which the models go as well.")
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
def train_plant_command(
    lakes: tuple[str, ...], question: str, out: Path, quick: bool, bucket: str | None, as_json: bool
) -> None:
    """Train the four models of the plant's machines.

    They answer whether a machine needs maintenance within seven days, whether it is anomalous, which fault it has, and
    how long its bearing lasts. Without --lake plants are played: calm ones, life tests in which bearings run to
    failure, and plants with faults of every kind by lot; the models are judged on plants of other seeds. Of a lake
    every fourth machine is kept apart, and the last third of the time. Each model stands beside a plain baseline;
    intervals are of 95 %, by a bootstrap over machines.

    \b
    Examples:
      factory train plant
      factory train plant --question remaining_life --out ./models
      factory train plant --publish smart-factory-plant1-models-111122223333
      factory train plant --lake ./calm --lake ./life-test --question maintenance_needed --json
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    questions = QUESTIONS if question == "all" else (question,)
    for one in questions:
        refuse_foreign(out / NAMES[one])  # before the minutes that training takes
    data, trees = _data(lakes, quick, as_json), QUICK_TREES if quick else TREES
    with playing_bar("Training", len(questions), quiet=as_json) as advance:
        done = train_plant(data, questions, out, trees=trees, advance=lambda _question: advance(1))
    cards = [one.card for one in done]
    published = {} if bucket is None else {"addresses": _published([out / card.name for card in cards], bucket)}
    if as_json:
        click.echo(json.dumps({"directory": str(out), "models": rows(cards), **published}, indent=2))
        return
    console = make_console(plain_width=140)
    console.print(table(cards))
    for card in cards:
        console.print(f"{out / card.name}: version {card.short_version}, from {card.trained_on.devices:,} machines.")
    for address in published.get("addresses", []):
        console.print(address)


def _published(directories: list[Path], bucket: str) -> list[str]:
    """Addresses of the models in the bucket, once they are there; only together are they of use."""
    client = boto3.client("s3")
    return [put_into_bucket(directory, bucket, client).address for directory in directories]


def _data(lakes: tuple[str, ...], quick: bool, quiet: bool) -> PlantData:
    if lakes:
        with playing_bar("Reading lakes", len(lakes), quiet=quiet) as advance:
            return of_lakes(lakes, lambda _readings: advance(1))
    training, evaluation = (QUICK_TRAINING, QUICK_EVALUATION) if quick else (TRAINING, EVALUATION)
    calm = [one for one in training if one.purpose == "calm"]
    with playing_bar("Playing plants", readings_of([*training, *evaluation, *calm]), quiet=quiet) as advance:
        return by_recipe(training, evaluation, advance)
