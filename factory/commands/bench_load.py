"""`factory bench publish` and `factory bench fleet`: the simulator against a real broker."""

from __future__ import annotations

import json
import signal
import tempfile
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

import click
import structlog
from rich.progress import Progress

from factory.bench.fleet import Fleet, FleetResult
from factory.bench.publish import Publishers, PublishResult, compare
from factory.bench.report import fenced, fleet_sentences, publish_sentences
from factory.bench.site import site
from factory.commands.bench_page import WRITE, write_section
from factory.commands.numbers import FiniteRange
from factory.console import make_console
from simulator.system_trust import spared_system_trust

_RATE = click.option(
    "--connects-per-second",
    type=FiniteRange(min=1, max=10_000),
    default=500.0,
    show_default=True,
    help="How fast machines connect.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
_SECONDS = FiniteRange(min=0.2, max=86_400)


@click.command()
@click.option(
    "--connections", type=click.IntRange(1, 20_000), default=1000, show_default=True, help="Machines, one each."
)
@click.option("--seconds", type=_SECONDS, default=3.0, show_default=True, help="For each side in each round.")
@click.option("--rounds", type=click.IntRange(1, 1000), default=5, show_default=True, help="Turns of both sides.")
@_RATE
@WRITE
@_JSON
def publish(
    connections: int, seconds: float, rounds: int, connects_per_second: float, write: Path | None, as_json: bool
) -> None:
    """Measure publishing beside a bare loop over the same connections.

    Starts a broker on loopback (mosquitto where it is installed, else that of the local AWS), makes certificates, and
    sends at QoS 1 under mutual TLS as fast as answers come: by the simulator's whole path and by a bare loop in turns.

    \b
    Examples:
      factory bench publish
      factory bench publish --connections 100 --seconds 1 --rounds 3 --json
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    with spared_system_trust(), _quiet(), bar() as tell, scratch_directory() as directory:
        tell("starting a broker", 0.0)
        with site(directory, connections, shard_size=connections, interval_s=1.0, leases=False) as place:
            publishers = Publishers(place, connects_per_second)
            try:
                publishers.connect(lambda done: tell("connecting", done))
                result = compare(
                    publishers,
                    place.broker,
                    seconds=seconds,
                    rounds=rounds,
                    on_round=lambda done: tell("measuring", done),
                )
            finally:
                publishers.close()
    _tell(result, publish_sentences(result), "Publishing", write, as_json)


@click.command()
@click.option("--machines", type=click.IntRange(1, 20_000), default=10_000, show_default=True, help="How many.")
@click.option("--seconds", type=_SECONDS, default=300.0, show_default=True, help="How long they are watched.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that play.")
@click.option(
    "--interval",
    "interval_s",
    type=FiniteRange(min=0.05, max=3600),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="Between readings of a machine.",
)
@click.option(
    "--shard-size", type=click.IntRange(1, 10_000), default=1000, show_default=True, help="Machines of a shard."
)
@_RATE
@WRITE
@_JSON
def fleet(
    machines: int,
    seconds: float,
    workers: int,
    interval_s: float,
    shard_size: int,
    connects_per_second: float,
    write: Path | None,
    as_json: bool,
) -> int:
    """Run a whole simulator against a real broker, and watch it.

    Tells what was lost or missed, the time to the PUBACK, memory and CPU of all processes, and how long /metrics takes.
    Exit status 1 if a message or a tick was lost.

    \b
    Examples:
      factory bench fleet
      factory bench fleet --machines 500 --seconds 30 --workers 1
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    with bar() as tell, scratch_directory() as directory:
        tell("making certificates", 0.0)
        with site(directory, machines, shard_size=shard_size, interval_s=interval_s, leases=True) as place:
            running = Fleet(place, machines, workers, connects_per_second)
            try:
                result = running.run(seconds, tell)
            finally:
                running.stop()
    _tell(result, fleet_sentences(result), "A fleet", write, as_json)
    return int(result.lost > 0 or result.steps_left_out > 0)


def _tell(
    result: PublishResult | FleetResult, sentences: list[str], heading: str, write: Path | None, as_json: bool
) -> None:
    if write is not None:
        write_section(write, heading, fenced(sentences))
    if as_json:
        click.echo(json.dumps(asdict(result)))
        return
    console = make_console()
    for sentence in sentences:
        console.print(sentence, highlight=False)


@contextmanager
def _quiet() -> Iterator[None]:
    """The simulator's parts say nothing in this process: its output is the result."""
    before = structlog.get_config()
    structlog.configure(processors=[_say_nothing])
    try:
        yield
    finally:
        structlog.configure(**before)


def _say_nothing(_logger: object, _method: str, _event: MutableMapping[str, Any]) -> str:
    raise structlog.DropEvent


@contextmanager
def bar() -> Iterator[Callable[[str, float], None]]:
    """A progress bar where a person looks; it is told what is done, and how much of all."""
    console = make_console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=1.0)
        yield lambda what, done: progress.update(task, description=what, completed=done)


@contextmanager
def scratch_directory() -> Iterator[Path]:
    """A place for keys and logs, that is gone afterwards; SIGTERM ends the measurement as Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        with tempfile.TemporaryDirectory(prefix="factory-bench-") as name:
            yield Path(name)
    finally:
        signal.signal(signal.SIGTERM, before)
