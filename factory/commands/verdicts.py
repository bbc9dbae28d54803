"""`factory verdicts`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from factory.commands.data_dir import data_dir_option
from factory.console import make_console
from factory.errors import LocalFactoryError, LocalFactoryUsageError
from factory.up.health import fetch
from factory.up.layout import Layout
from factory.up.runfile import RunFile, read_run_file

_DAY_H = 24.0


@click.command()
@click.argument("device_id", nargs=-1)
@data_dir_option("Data directory that `factory up` was given.")
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON: the verdicts as they were published.")
def verdicts(device_id: tuple[str, ...], data_dir: Path, as_json: bool) -> None:
    """Say what machines need, when, and why.

    Whether maintenance is due, how long the bearing lasts, whether the machine is unlike itself, and which fault it
    has. The plant's models judge each machine once an hour of the plant's time, and the running hour from its half on;
    each verdict is also published on factory/PLANT/LINE/DEVICE_ID/verdict. The machines that need it most come first.

    \b
    Examples:
      factory verdicts
      factory verdicts M003 M007
      factory verdicts --json --data-dir /tmp/drift
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    told = _asked(_run_file(data_dir))
    if device_id:
        told = [one for one in told if one["device_id"] in device_id]
        if missing := sorted(set(device_id) - {one["device_id"] for one in told}):
            raise LocalFactoryUsageError(
                f"There is no verdict on {missing[0]}.", remedy="`factory machines` lists the machines."
            )
    told.sort(key=lambda one: -one["probability"])
    if as_json:
        click.echo(json.dumps({"verdicts": told}, indent=2, ensure_ascii=False))
    elif told:
        make_console(plain_width=160).print(_table(told))
    else:
        click.echo("There is no verdict yet: the first comes when half an hour of the plant's time has been archived.")


def _run_file(data_dir: Path) -> RunFile:
    run_file = read_run_file(Layout(data_dir).run_file) if data_dir.is_dir() else None
    if run_file is None or "verdicts" not in run_file.ports:
        raise LocalFactoryUsageError(
            f"No factory with verdicts runs in {data_dir}.", remedy="Start one: factory up, without --no-verdicts."
        )
    return run_file


def _asked(run_file: RunFile) -> list[dict[str, Any]]:
    try:
        status, text = fetch(f"{run_file.url('verdicts')}/verdicts", timeout_s=10.0)
    except OSError:
        status, text = 0, ""
    if status != 200:
        raise LocalFactoryError(
            "The verdict job does not answer.",
            remedy="At a first start it trains its models for some minutes; `factory status` shows the programs.",
        )
    found: list[dict[str, Any]] = json.loads(text)["verdicts"]
    return found


def _table(told: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("machine", "model", "maintenance", "bearing lasts", "anomaly", "fault", "why", "as of"):
        table.add_column(name, overflow="fold")
    for one in told:
        needs, odd = one["prediction"] == "POSITIVE", one["anomaly"]["anomalous"]
        table.add_row(
            one["device_id"],
            one["machine_model"],
            Text(f"{'due' if needs else 'no'} {one['probability']:.0%}", style="red" if needs else ""),
            lasts(one["remaining_life_h"]),
            Text(f"{one['anomaly']['index']:.1f}", style="yellow" if odd else ""),
            f"{one['fault']['kind']} {one['fault']['probability']:.0%}",
            _why(one, needs=needs, odd=odd),
            one["timestamp"][:16] + ("" if one["complete"] else " so far"),
        )
    return table


def lasts(life: dict[str, float | None]) -> str:
    """A remaining life in words.

    Example:
        >>> lasts({"low": 240.0, "median": 480.0, "high": 720.0, "coverage": 0.8})
        '20 d (10 to 30)'
        >>> lasts({"low": 812.0, "median": None, "high": None, "coverage": 0.8})
        'over 34 d'
        >>> lasts({"low": 3.0, "median": 9.0, "high": 20.0, "coverage": 0.8})
        '9 h (3 to 20)'
    """
    low, median, high = (life[name] for name in ("low", "median", "high"))
    days = max(filter(None, (low, median))) >= 2 * _DAY_H if low or median else False
    by, unit = (_DAY_H, "d") if days else (1.0, "h")
    if median is None or high is None:
        return f"over {(low or 0.0) / by:.0f} {unit}"
    return f"{median / by:.0f} {unit} ({(low or 0.0) / by:.0f} to {high / by:.0f})"


def _why(one: dict[str, Any], *, needs: bool, odd: bool) -> str:
    """What makes it so: of a machine that is well, nothing."""
    reasons = (one["explanation"] if needs else []) + (one["anomaly"]["explanation"] if odd else [])
    words = dict.fromkeys(reason["words"] for reason in reasons if reason["words"])
    return "; ".join(list(words)[:2])
