"""`factory up`."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import click

from contracts.models import FLEET_MODEL, PLANT_MODELS
from contracts.resources import PLANT_PATTERN
from factory.commands.numbers import FiniteRange
from factory.commands.zones import fleet_zone_option
from factory.console import make_console
from factory.up.options import UpOptions
from factory.up.own_rules import own_rules
from factory.up.ports import LISTENERS
from factory.up.run import Run
from factory.up.screen import Screen
from simulator.scenario import scenario_text

Command = TypeVar("Command", bound=Callable[..., Any])
_PLAIN_WIDTH = 120


def _port_options(command: Command) -> Command:
    """An option for the port of each listener."""
    for listener in reversed(LISTENERS):
        command = click.option(
            listener.option,
            f"{listener.key}_port",
            type=click.IntRange(1, 65535),
            default=listener.port,
            show_default=True,
            metavar="PORT",
            help=f"{listener.title}.",
        )(command)
    return command


def _plant_name(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not re.fullmatch(PLANT_PATTERN, value):
        raise click.BadParameter(f"{value!r} is not a name of a-z, 0-9 and -, at most 18 characters.")
    return value


def _models(_context: click.Context, _parameter: click.Parameter, value: Path | None) -> Path | None:
    known = (FLEET_MODEL, *PLANT_MODELS.values())
    if value is not None and not any((value / name).is_dir() for name in known):
        raise click.BadParameter(f"{value} has none of {', '.join(known)}; `factory train` writes them.")
    return value


@click.command()
@click.option(
    "--machines",
    type=click.IntRange(1, 100_000),
    default=20,
    show_default=True,
    metavar="N",
    help="Machines in the plant.",
)
@click.option(
    "--vehicles",
    type=click.IntRange(0, 100_000),
    default=0,
    show_default=True,
    metavar="N",
    help="Vehicles of the fleet.",
)
@click.option("--scenario", metavar="NAME|FILE", help="What goes wrong and when; by default what was played before.")
@click.option(
    "--for",
    "for_s",
    type=FiniteRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop by itself after so long.",
)
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var"),
    show_default=True,
    help="Where everything is kept; the same again continues.",
)
@click.option("--seed", type=click.IntRange(min=0), metavar="N", help="Seed of everything random.")
@click.option(
    "--shard-size",
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="Machines of a shard, the unit that several simulators share; 1000 unless said when the plant is made.",
)
@click.option(
    "--interval",
    "interval_s",
    type=FiniteRange(min=0, min_open=True, max=3600),
    metavar="SECONDS",
    help="Time between readings of a machine.",
)
@click.option(
    "--speed",
    type=FiniteRange(min=1, max=10_000),
    metavar="K",
    help="Let the plant's time pass K times as fast: 60 plays an hour a minute. Alerts still judge in real time.",
)
@click.option("--plant", default="plant1", show_default=True, callback=_plant_name, help="Name of the plant.")
@click.option(
    "--device",
    "devices",
    multiple=True,
    metavar="NAME:LINE:MODEL",
    help="A device beside the numbered machines, as R001:line1:replay; may be repeated.",
)
@click.option(
    "--rules",
    "rules_dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Run the rules (*.json) of this directory beside the factory's own.",
)
@click.option(
    "--fleet/--no-fleet",
    default=True,
    show_default=True,
    help="Run the fleet's pipeline: what `factory fleet upload` hands in is judged by a model, stored and mailed.",
)
@fleet_zone_option
@click.option(
    "--verdicts/--no-verdicts",
    default=True,
    show_default=True,
    help="Judge the machines by the plant's models, each hour of the plant: what to maintain, and why.",
)
@click.option(
    "--models",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    callback=_models,
    metavar="DIR",
    help="Use models of `factory train` from here; else small ones are trained at the first start, and kept.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Address to listen on. Anything but loopback opens the factory to the network.",
)
@_port_options
def up(
    machines: int,
    vehicles: int,
    scenario: str | None,
    for_s: float | None,
    data_dir: Path,
    seed: int | None,
    shard_size: int | None,
    interval_s: float | None,
    speed: float | None,
    plant: str,
    devices: tuple[str, ...],
    rules_dir: Path | None,
    fleet: bool,
    fleet_zone: str,
    verdicts: bool,
    models: Path | None,
    host: str,
    **ports: int,
) -> int:
    """Start the whole factory on this machine.

    Starts a local AWS, the machines with an identity each, the rules engine, Prometheus, Alertmanager and a mail
    catcher, shows where they are and what they do, starts again what dies or hangs, and stops all of it in order
    (Ctrl-C) so that nothing is lost.

    \b
    Examples:
      factory up
      factory up --machines 200 --for 120
      factory up --machines 10 --vehicles 20
      factory up --no-fleet --no-verdicts
      factory up --machines 8 --scenario bearing-run-to-failure --speed 3600 --models ./models
      factory up --scenario drift --data-dir /tmp/drift
      factory up --speed 60 --for 120
      factory up --rules ./my_rules
      factory up --prometheus-port 9091
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    if vehicles and not fleet:
        raise click.UsageError("--vehicles with --no-fleet: what vehicles say is judged by the fleet's pipeline.")
    options = UpOptions(
        data_dir=data_dir,
        machines=machines,
        vehicles=vehicles,
        scenario=scenario_text(scenario) if scenario is not None else None,
        seed=seed,
        shard_size=shard_size,
        interval_s=interval_s,
        speed=speed,
        for_s=for_s,
        plant=plant,
        host=host,
        ports={name.removesuffix("_port"): port for name, port in ports.items()},
        devices=devices,
        fleet=fleet,
        fleet_zone=fleet_zone,
        verdicts=verdicts,
        models=models,
        own_rules=own_rules(rules_dir, plant) if rules_dir is not None else None,
    )
    stopping, forced = threading.Event(), threading.Event()
    screen = Screen(make_console(plain_width=_PLAIN_WIDTH))

    def stop(_number: int, _frame: FrameType | None) -> None:
        # The first asks, the second insists.
        (forced if stopping.is_set() else stopping).set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    try:
        return Run(options, screen, stopping, forced, os.environ)()
    finally:
        screen.quiet()
