"""`factory models`: list, show and publish what was trained."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.table import Table

from contracts.resources import REGION, Resources
from factory.commands.data_dir import data_dir_option
from factory.console import make_console
from factory.errors import LocalFactoryError
from factory.local_aws.credentials import root_credentials
from factory.up.layout import Layout
from factory.up.runfile import read_run_file
from maintenance.models import Metric, ModelCard, TrainedOn, read_card
from maintenance.models.publish import publish as put_into_bucket
from maintenance.models.registry import MODELS_DIR, Registered, find_model, models_in

_MODELS_DIR = click.option(
    "--models-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=MODELS_DIR,
    show_default=True,
    help="Where models are kept, each in a folder.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")


@click.group()
def models() -> None:
    """List, show and publish trained models."""


@models.command(name="list")
@_MODELS_DIR
@_JSON
def list_(models_dir: Path, as_json: bool) -> None:
    """List the models that were trained, with their scores.

    \b
    Examples:
      factory models list
      factory models list --models-dir ./models --json
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    there = models_in(models_dir)
    if as_json:
        click.echo(json.dumps([_told(one) for one in there], indent=2))
        return
    console = make_console(plain_width=140)
    if not there:
        console.print(f"{models_dir} has no models. Make one: factory train fleet")
        return
    table = Table("folder", "model", "version", "question", "trained", "score", "baseline", box=None, pad_edge=False)
    for one in there:
        table.add_row(one.directory.name, *_cells(one))
    console.print(table)


@models.command()
@click.argument("name", metavar="NAME|VERSION")
@_MODELS_DIR
@_JSON
def show(name: str, models_dir: Path, as_json: bool) -> None:
    """Show a model's card: what it is for, how good it is, when not to trust it.

    \b
    Examples:
      factory models show fleet
      factory models show fleet --json
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    card = read_card(find_model(models_dir, name))
    if as_json:
        click.echo(card.model_dump_json(indent=2))
        return
    _show(card, make_console(plain_width=120))


@models.command()
@click.argument("name", metavar="NAME|VERSION")
@_MODELS_DIR
@click.option("--bucket", metavar="NAME", help="The bucket; by default the plant's own of this account.")
@click.option("--plant", default="plant1", show_default=True, metavar="NAME", help="Plant whose bucket it is.")
@data_dir_option("Data directory of a local factory; while that runs, its S3 is used.")
@_JSON
def publish(name: str, models_dir: Path, bucket: str | None, plant: str, data_dir: Path, as_json: bool) -> None:
    """Put a model into the models bucket, as SageMaker wants it.

    Makes model.tar.gz and puts it under NAME/VERSION/. The same model gives the same bytes. The address that is told is
    what a SageMaker model takes as its ModelDataUrl.

    \b
    Examples:
      factory models publish fleet
      factory models publish fleet --bucket my-models
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    directory = find_model(models_dir, name)
    make_client = _clients(data_dir)
    published = put_into_bucket(directory, bucket or _own_bucket(make_client, plant), make_client("s3"))
    if as_json:
        click.echo(json.dumps({"address": published.address, "version": published.version}))
        return
    make_console(plain_width=160).print(published.address)


def _clients(data_dir: Path) -> Callable[[str], Any]:
    """How clients are made: for the local factory that runs there, else as boto3 is set up."""
    layout = Layout(data_dir)
    running = read_run_file(layout.run_file)
    if running is None:
        return cast("Callable[[str], Any]", boto3.Session().client)
    root = root_credentials(layout.aws)
    session = boto3.Session(
        aws_access_key_id=root.access_key_id, aws_secret_access_key=root.secret_access_key, region_name=REGION
    )
    make_client = cast("Callable[..., Any]", session.client)
    return partial(make_client, endpoint_url=running.aws_endpoint)


def _own_bucket(make_client: Callable[[str], Any], plant: str) -> str:
    try:
        account = make_client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise LocalFactoryError(
            f"AWS does not say whose account this is: {error}.",
            remedy="Start the local factory, set AWS_ENDPOINT_URL or credentials, or name --bucket.",
        ) from error
    return Resources(plant, account).models_bucket


def _told(one: Registered) -> dict[str, Any]:
    if one.card is None:
        return {"folder": one.directory.name, "problem": one.problem}
    return {"folder": one.directory.name, **one.card.model_dump(mode="json")}


def _cells(one: Registered) -> tuple[str, ...]:
    card = one.card
    if card is None:
        return ("-", "-", one.problem, "-", "-", "-")
    trained = f"{card.created_at:%Y-%m-%d}" if card.created_at else "-"
    return (card.name, card.short_version, card.question, trained, _first(card.metrics), _first(card.baseline_metrics))


def _first(metrics: tuple[Metric, ...]) -> str:
    return str(metrics[0].model_copy(update={"measured_on": ""})) if metrics else "-"


def _show(card: ModelCard, console: Console) -> None:
    trained = card.trained_on
    console.print(f"{card.name} {card.short_version}: {card.question}")
    console.print(card.purpose)
    console.print(
        f"\nTrained on {trained.rows:,} rows of {trained.devices:,} machines or vehicles, data {trained.digest[:12]}."
        f"\n{trained.description}"
        f"{_seeds(trained)}"
        f"\nCode {card.code}; {', '.join(f'{name} {version}' for name, version in card.libraries.items())}."
    )
    _print_list(console, "Features", [_feature(card, number) for number in range(len(card.features))])
    _print_list(console, "Settings", [f"{name}: {value}" for name, value in card.settings.items()])
    _print_list(console, "Scores", list(map(str, card.metrics)))
    _print_list(console, f"Baseline {card.baseline}", list(map(str, card.baseline_metrics)))
    _print_list(console, "When not to trust it", list(card.when_not_to_trust))


def _seeds(trained: TrainedOn) -> str:
    if not trained.seeds:
        return ""
    return f"\nScenario {trained.scenario}; seeds {', '.join(map(str, trained.seeds))}."


def _feature(card: ModelCard, number: int) -> str:
    feature = card.features[number]
    usual = "" if feature.reference is None else f"; usual {feature.reference:g}"
    return f"{feature.name} [{feature.unit}] {feature.meaning}{usual}"


def _print_list(console: Console, heading: str, lines: list[str]) -> None:
    if lines:
        console.print(f"\n{heading}:")
        for line in lines:
            console.print(f"  - {line}")
