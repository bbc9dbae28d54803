"""`factory bench lambda`: the fleet's pipeline on the local AWS."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from factory.bench.pipeline import measure_pipeline, pipeline_place, pipeline_sentences
from factory.commands.bench_load import bar, scratch_directory
from factory.commands.bench_page import WRITE, write_section


@click.command(name="lambda")
@click.option("--lines", type=click.IntRange(300, 1_000_000), default=10_000, show_default=True, help="Of the file.")
@WRITE
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
def bench_lambda(lines: int, write: Path | None, as_json: bool) -> int:
    """Measure the fleet's pipeline from a file to its last item.

    Starts a local AWS and the model's server on loopback, puts a file of sentences into the inbox, and waits until each
    line is an item with a verdict. Beside it a loop that has each line judged and stored by itself. Exits 1 if a line
    was lost.

    \b
    Examples:
      factory bench lambda
      factory bench lambda --lines 50000 --json
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    with bar() as tell, scratch_directory() as directory:
        tell("starting a local AWS", 0.0)
        with pipeline_place(directory, tell) as place:
            result = measure_pipeline(place, lines, tell)
    told = pipeline_sentences(result)
    if write is not None:
        write_section(write, "The fleet's function", told)
    if as_json:
        click.echo(json.dumps(asdict(result) | {"lines_per_second": result.per_s, "lossless": result.lossless}))
    else:
        click.echo("\n".join(told))
    return 0 if result.lossless else 1
