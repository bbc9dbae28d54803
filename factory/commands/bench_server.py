"""`factory bench server`: the model server over HTTP."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.progress import Progress

from factory.bench.report import fenced, server_sentences
from factory.bench.server import measure_server
from factory.commands.bench_page import WRITE, write_section
from factory.commands.numbers import FiniteRange
from factory.console import make_console
from factory.training import fleet_model_for_up


@click.command()
@click.option(
    "--model",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="A model of the fleet; by default that of factory up, which is trained if it is not in the cache.",
)
@click.option(
    "--requests", type=click.IntRange(10, 10**6), default=2000, show_default=True, help="Of one reading each."
)
@click.option("--batch", type=click.IntRange(1, 20_000), default=1000, show_default=True, help="Readings of a batch.")
@click.option(
    "--seconds", type=FiniteRange(min=0.1, max=600), default=5.0, show_default=True, help="For each kind of batch."
)
@WRITE
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
def server(
    directory: Path | None, requests: int, batch: int, seconds: float, write: Path | None, as_json: bool
) -> None:
    """Measure the model server over HTTP, beside the model alone.

    Starts the server as a program of its own and asks it over one connection: one reading at a time, and in batches of
    JSON and of the fleet's sentences, each with the explanation of its verdict.

    \b
    Examples:
      factory bench server
      factory bench server --model ./models/fleet --batch 500 --json
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    console = make_console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("preparing", total=1.0)
        result = measure_server(
            directory or fleet_model_for_up(),
            requests=requests,
            batch=batch,
            seconds=seconds,
            tell=lambda what, done: progress.update(task, description=what, completed=done),
        )
    if write is not None:
        write_section(write, "Model server", fenced(server_sentences(result)))
    if as_json:
        click.echo(json.dumps(asdict(result)))
        return
    for sentence in server_sentences(result):
        make_console().print(sentence)
