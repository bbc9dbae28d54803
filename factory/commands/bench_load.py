"""`factory bench publish` and `factory bench fleet`: the simulator against a real broker."""

from __future__ import annotations

import json
import os
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
from factory.bench.site import site
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
@_JSON
def publish(connections: int, seconds: float, rounds: int, connects_per_second: float, as_json: bool) -> None:
    """Measure publishing beside a bare loop over the same connections.

    Starts a broker on loopback (mosquitto where it is installed, else that of the local AWS), makes certificates, and
    sends at QoS 1 under mutual TLS as fast as answers come: by the simulator's whole path and by a bare loop in turns.

    \b
    Examples:
      factory bench publish
      factory bench publish --connections 100 --seconds 1 --rounds 3 --json
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    with spared_system_trust(), _quiet(), _bar() as tell, _directory() as directory:
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
    if as_json:
        click.echo(json.dumps(asdict(result)))
        return
    console = make_console()
    for sentence in publish_sentences(result):
        console.print(sentence, highlight=False)


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
@_JSON
def fleet(
    machines: int,
    seconds: float,
    workers: int,
    interval_s: float,
    shard_size: int,
    connects_per_second: float,
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
    with _bar() as tell, _directory() as directory:
        tell("making certificates", 0.0)
        with site(directory, machines, shard_size=shard_size, interval_s=interval_s, leases=True) as place:
            running = Fleet(place, machines, workers, connects_per_second)
            try:
                result = running.run(seconds, tell)
            finally:
                running.stop()
    lost = result.lost > 0 or result.steps_left_out > 0
    if as_json:
        click.echo(json.dumps(asdict(result)))
    else:
        console = make_console()
        for sentence in fleet_sentences(result):
            console.print(sentence, highlight=False)
    return int(lost)


def publish_sentences(result: PublishResult) -> list[str]:
    """What came out, for people."""
    ours, bare = result.ours, result.bare
    share = ours.broker_cpu_us / (ours.cpu_us + ours.broker_cpu_us)
    return [
        f"{result.connections:,} connections, QoS 1 under mutual TLS, {result.rounds} rounds, against {result.broker}:",
        f"  ours      {ours.rate:,.0f} messages a second, {ours.cpu_us:.0f} µs of CPU each",
        f"  bare loop {bare.rate:,.0f} messages a second, {bare.cpu_us:.0f} µs of CPU each",
        f"  ratio of the rates {result.ratio:.2f}, of the CPU {bare.cpu_us / ours.cpu_us:.2f}",
        f"The broker took {ours.broker_cpu_us:.0f} µs a message, {share:.0%} of all CPU. {_load(result.load)}",
    ]


def fleet_sentences(result: FleetResult) -> list[str]:
    """What came out, for people."""
    return [
        f"{result.machines:,} machines, {result.workers} workers, {result.seconds:.0f} s, against {result.broker}:",
        f"  {result.acknowledged:,} of {result.published:,} messages acknowledged, {result.lost} lost",
        f"  {result.overflowed:,} dropped while machines were not yet connected",
        f"  {result.steps_left_out} ticks missed",
        f"  PUBACK within {result.puback_median_s:g} s for half of them, {result.puback_p99_s:g} s for 99 %",
        f"  {result.memory_bytes / 2**20:,.0f} MiB in all processes",
        f"  {result.cpu:.2f} cores, {result.cpu_us:.0f} µs a message",
        f"  /metrics took {result.metrics_s:.2f} s at most; connecting took {result.connect_s:.0f} s",
        f"  the ledger grows by {result.ledger_bytes_an_hour / 1e6:,.0f} MB an hour",
        f"The broker took {result.broker_cpu:.2f} cores. {_load(result.load)}",
    ]


def _load(average: float) -> str:
    return f"Load average {average:.1f} on {os.cpu_count()} cores."


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
def _bar() -> Iterator[Callable[[str, float], None]]:
    console = make_console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=1.0)
        yield lambda what, done: progress.update(task, description=what, completed=done)


@contextmanager
def _directory() -> Iterator[Path]:
    """A place for keys and logs, that is gone afterwards; SIGTERM ends the measurement as Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        with tempfile.TemporaryDirectory(prefix="factory-bench-") as name:
            yield Path(name)
    finally:
        signal.signal(signal.SIGTERM, before)
