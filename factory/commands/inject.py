"""`factory inject`, `factory clear` and `factory machines`: a running plant from the command line."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
from rich.table import Table

from contracts.errors import FactoryError
from contracts.telemetry import SIGNAL_UNITS, VEHICLE_SIGNAL_UNITS, Signal, SignalUnit, VehicleSignal
from contracts.vehicles import VEHICLES
from factory.commands.durations import time_span, wait
from factory.commands.fault_kinds import kinds_json, kinds_table
from factory.commands.simulator_api import NotThereError, address_options, ask, simulator_url
from factory.console import make_console
from factory.errors import LocalFactoryUsageError
from simulator.faults import FAULTS, parse_rate

_PER_DAY = 1440.0
"""Minutes of a day."""
_SIGNALS = [signal.value for signal in (*Signal, *VehicleSignal)]


def _rate(text: str) -> float:
    """A rate as people write it [1/min]."""
    try:
        return parse_rate(text)
    except FactoryError as error:
        raise click.BadParameter(str(error)) from None


def _setting(text: str) -> tuple[str, float]:
    """Name and value of a parameter.

    Example:
        >>> _setting("magnitude=5")
        ('magnitude', 5.0)
    """
    name, _, number = text.partition("=")
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not name or not math.isfinite(value):
        raise click.BadParameter(f"{text!r} is not NAME=NUMBER; write for instance magnitude=5.")
    return name, value


def _share(text: str) -> float:
    """A part of the machines.

    Example:
        >>> _share("0.2"), _share("20%")
        (0.2, 0.2)
    """
    match = re.fullmatch(r"(\d*\.?\d+)\s*(%?)", text.strip())
    share = float(match[1]) / (100.0 if match[2] else 1.0) if match else 0.0
    if not 0 < share <= 1:
        raise click.BadParameter(f"{text!r} is no part of the machines; write 0.2 or 20%.")
    return share


@click.command(epilog="What each kind does, on what, with which parameters: factory inject --kinds.")
@click.argument("target", required=False)
@click.argument("kind", required=False, type=click.Choice(list(FAULTS)), metavar="[KIND]")
@click.option("--signal", type=click.Choice(_SIGNALS), help="Whose sensor lies; for faults of sensors.")
@click.option("--rate", type=_rate, metavar="RATE", help="Rate of a drift, in the signal's unit: 0.5/min, 30/h.")
@click.option(
    "--set",
    "settings",
    type=_setting,
    metavar="NAME=NUMBER",
    multiple=True,
    help="Any other parameter: --set magnitude=5.",
)
@click.option(
    "--duration", type=time_span, metavar="TIME", help="Ends after this: 90s, 10min, 1h. Without it: when cleared."
)
@click.option("--ramp", type=wait, metavar="TIME", help="Comes up within this time.")
@click.option("--in", "start", type=wait, metavar="TIME", default="0", help="Begins after this time.")
@click.option("--share", type=_share, metavar="PART", help="Only so many of the target's machines: 0.2 or 20%.")
@click.option(
    "--every",
    type=_rate,
    metavar="RATE",
    help="Comes again and again by chance, so often on average, for --duration each: 2/day, 1/h.",
)
@click.option("--on", "on_s", type=time_span, metavar="TIME", help="Comes and goes: at work for so long ...")
@click.option("--off", "off_s", type=time_span, metavar="TIME", help="... and then away for so long.")
@click.option("--list", "list_", is_flag=True, help="List the faults that there are, and do nothing.")
@click.option("--kinds", is_flag=True, help="List kinds of fault and their parameters, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
@address_options
def inject(
    target: str | None,
    kind: str | None,
    signal: str | None,
    rate: float | None,
    settings: tuple[tuple[str, float], ...],
    duration: float | None,
    ramp: float | None,
    start: float,
    share: float | None,
    every: float | None,
    on_s: float | None,
    off_s: float | None,
    list_: bool,
    kinds: bool,
    as_json: bool,
    data_dir: Path | None,
    url: str | None,
) -> None:
    """Put a fault on a machine while it runs.

    TARGET is a machine (M003), a line (line1), a model (robot_arm) or '*' for all machines. What is done is written
    into the ground truth. Options of time can be combined as you like.

    \b
    Examples:
      factory inject M003 drift --signal temp --rate 0.5/min
      factory inject M007 bias --signal vibration --set magnitude=2 --duration 10min
      factory inject line1 hall_warming --set rise_k=6
      factory inject M002 cavitation --set magnitude_mm_s=4 --ramp 10min
      factory inject robot_arm spikes --signal power --set magnitude=5 --share 20% --every 3/day --duration 15min
      factory inject M007 disconnect --on 20s --off 40s --duration 10min
      factory inject '*' reconnect_storm --duration 30s
      factory inject M003 stuck --signal temp --data-dir /tmp/drift
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    if kinds:
        _show_kinds(as_json=as_json)
        return
    if list_:
        _show_faults(ask("GET", simulator_url(data_dir, url), "/api/faults"), as_json=as_json)
        return
    if target is None or kind is None:
        raise LocalFactoryUsageError(
            "TARGET or KIND is missing.", remedy="Try: factory inject M003 drift --signal temp --rate 0.5/min"
        )
    parameters = dict(settings) | ({} if rate is None else {"rate_per_min": rate})
    request = {
        "target": target,
        "kind": kind,
        "signal": signal,
        "parameters": parameters,
        "start_s": start,
        "ramp_s": ramp,
        "duration_s": duration,
        "share": share,
        "repeats": None if every is None else {"rate_per_day": every * _PER_DAY},
        "on_s": on_s,
        "off_s": off_s,
    }
    body = {key: value for key, value in request.items() if value is not None}
    faults = ask("POST", simulator_url(data_dir, url), "/api/faults", body)
    if not faults and share is not None and not as_json:
        _print(f"No machine has it: each of {target} was drawn with a chance of {share:g}, and none was hit.")
        return
    _show_faults(faults, as_json=as_json)


@click.command()
@click.argument("fault_ids", nargs=-1, metavar="[FAULT_ID]...")
@click.option("--all", "all_", is_flag=True, help="End every fault that is not ending already.")
@address_options
def clear(fault_ids: tuple[str, ...], all_: bool, data_dir: Path | None, url: str | None) -> None:
    """End faults that are on machines.

    \b
    Examples:
      factory inject --list                     shows their ids
      factory clear M003-drift-temp-20260102T030405678
      factory clear --all
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    if bool(fault_ids) == all_:
        raise LocalFactoryUsageError("Name one or more faults, or --all.", remedy="See: factory inject --list")
    address = simulator_url(data_dir, url)
    if all_:
        faults = ask("GET", address, "/api/faults")
        fault_ids = tuple(one["fault_id"] for one in faults if one["stage"] not in ("recovering", "ended"))
    for fault_id in fault_ids:
        try:
            ask("DELETE", address, f"/api/faults/{quote(fault_id, safe='')}", form=dict)
        except NotThereError:
            # One that repeats goes with those to come on its machine, and any may have come to its end meanwhile.
            if not all_:
                raise
        click.echo(f"{fault_id}: ended.")
    if not fault_ids:
        click.echo("There are no faults.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
@address_options
def machines(as_json: bool, data_dir: Path | None, url: str | None) -> None:
    """List the machines and what they last told.

    Vehicles have a table of their own.

    \b
    Examples:
      factory machines
      factory machines --json
      factory machines --data-dir /tmp/drift
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    found = ask("GET", simulator_url(data_dir, url), "/api/machines")
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    if not found:
        _print("This simulator plays no machine now; it waits for a shard.")
    vehicles = [one for one in found if one["model"] in VEHICLES]
    _list("machine", [one for one in found if one not in vehicles], SIGNAL_UNITS)
    _list("vehicle", vehicles, VEHICLE_SIGNAL_UNITS)


def _list(
    what: str, found: list[dict[str, Any]], units: Mapping[Signal, SignalUnit] | Mapping[VehicleSignal, SignalUnit]
) -> None:
    if not found:
        return
    table = _table(
        what, "line", "model", "state", *(f"{unit.title} [{unit.unit}]" for unit in units.values()), "broker"
    )
    for one in found:
        readings = (_number(one["readings"].get(signal)) for signal in units)
        broker = "connected" if one["connected"] else f"offline, {one['unsettled']} kept"
        table.add_row(one["device_id"], one["line"], one["model"], one["state"] or "-", *readings, broker)
    _print(table)


def _show_faults(faults: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(faults, indent=2))
        return
    table = _table("fault", "machine", "kind", "signal", "parameters", "stage", "ends", "cause")
    for one in faults:
        parameters = ", ".join(f"{name}={value:g}" for name, value in one["parameters"].items())
        ends = (one["ends_at"] or "when cleared")[:19]
        row = (one["fault_id"], one["device_id"], one["kind"], one["signal"] or "-", parameters, one["stage"], ends)
        table.add_row(*row, one["cause"])
    _print(table if faults else "There are no faults.")


def _show_kinds(*, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(kinds_json(), indent=2, ensure_ascii=False))
        return
    make_console(plain_width=200).print(kinds_table())


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _print(shown: Table | str) -> None:
    make_console(plain_width=160).print(shown)
