"""`factory scenario`: what can be played, and what it looks like."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from contracts.telemetry import format_timestamp
from factory.commands.durations import time_span
from factory.console import make_console
from factory.errors import LocalFactoryUsageError
from simulator.scenario import load_scenario, scenario_names
from simulator.scenario_schema import schema_text

if TYPE_CHECKING:
    from factory.pictures import Recording
    from simulator.scenario import Scenario

MONDAY = datetime(2026, 1, 5, 6, tzinfo=UTC)
"""When scenarios are played unless asked otherwise: the first shift of a week."""
PICTURE_ENDINGS = (".png", ".svg")
SPAN_S = (10.0, 3660 * 86_400.0)
"""Shortest and longest picture [s]: below there is next to no reading in it, above nobody would wait for it."""


@click.group()
def scenario() -> None:
    """List, draw and describe what can go wrong."""


@scenario.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
def list_(as_json: bool) -> None:
    """List the scenarios that come with the simulator.

    \b
    Examples:
      factory scenario list
      factory scenario list --json
      factory up --scenario process-faults      plays one of them
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    found = [load_scenario(name) for name in scenario_names()]
    if as_json:
        click.echo(json.dumps([_told(one) for one in found], indent=2))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("scenario", no_wrap=True)
    table.add_column("length", justify="right", no_wrap=True)
    table.add_column("what happens")
    for one in found:
        table.add_row(one.name, _length(one), one.description.partition(".")[0] + ".")
    make_console(plain_width=120).print(table)


@scenario.command(name="schema")
def schema() -> None:
    """Print the JSON Schema of scenarios, for editors.

    An editor that knows the YAML language server completes and checks a scenario whose first line names the schema:
    # yaml-language-server: $schema=scenario.schema.json

    \b
    Examples:
      factory scenario schema > scenario.schema.json
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    click.echo(schema_text(), nl=False)


@scenario.command()
@click.argument("name", metavar="NAME|FILE")
@click.option("--machine", "machines", multiple=True, metavar="NAME", help="A machine or vehicle to draw; up to three.")
@click.option("--for", "span_s", type=time_span, metavar="TIME", help="Length of the picture: 90min, 8h, 7d.")
@click.option("--hours", type=click.FloatRange(min=0, min_open=True), help="The same in hours.")
@click.option("--days", type=click.FloatRange(min=0, min_open=True), help="The same in days.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of everything random.")
@click.option(
    "--start",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    metavar="TIME",
    help=f"When the plant is first seen, UTC; by default {MONDAY:%Y-%m-%dT%H:%M}, a Monday.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The picture, .png or .svg; by default NAME.png here.",
)
@click.option("--json", "as_json", is_flag=True, help="Tell the truth of the machines drawn as JSON.")
def show(
    name: str,
    machines: tuple[str, ...],
    span_s: float | None,
    hours: float | None,
    days: float | None,
    seed: int,
    start: datetime | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Draw what happens in a scenario.

    It is played on a virtual clock, beside the same plant without its faults. The picture has signals and their limits,
    states, the truth about faults and failures, and what becomes of the messages. Vehicles have a map. Times are UTC.

    \b
    Examples:
      factory scenario show drift
      factory scenario show bearing-run-to-failure --machine M002 --days 21
      factory scenario show fleet-heatwave --machine VHC002 --days 3
      factory scenario show process-faults --machine M003 --machine M004 --out faults.svg
      factory scenario show ./mine.yaml --for 90min --seed 7
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    found = load_scenario(name)
    path = _picture_path(out, found.name)
    asked_s = _span_s(span_s, hours, days)
    recording = _record(found, machines, seed, start.replace(tzinfo=UTC) if start else MONDAY, asked_s)
    from factory.pictures import draw, save

    save(draw(recording), path)
    click.echo(json.dumps(_truth(recording, path), indent=2) if as_json else _summary(recording, path))


def _picture_path(out: Path | None, name: str) -> Path:
    path = out or Path(f"{name}.png")
    if path.suffix not in PICTURE_ENDINGS:
        raise LocalFactoryUsageError(
            f"--out {path} is no picture that can be written.", remedy=f"Let it end in {' or '.join(PICTURE_ENDINGS)}."
        )
    if not path.resolve().parent.is_dir():
        raise LocalFactoryUsageError(f"--out {path}: there is no directory {path.parent}.")
    return path


def _span_s(span_s: float | None, hours: float | None, days: float | None) -> float | None:
    given = [one for one in (span_s, hours and hours * 3600.0, days and days * 86_400.0) if one is not None]
    if len(given) > 1:
        raise LocalFactoryUsageError("--for, --hours and --days are the same; give one of them.")
    if given and not SPAN_S[0] <= given[0] <= SPAN_S[1]:
        raise LocalFactoryUsageError(
            f"{given[0]:g} s is no length of a picture.", remedy="Ask for something between 10s and 3660d."
        )
    return given[0] if given else None


def _record(found: Scenario, names: tuple[str, ...], seed: int, start: datetime, span_s: float | None) -> Recording:
    # Matplotlib takes half a second to import; listing needs none of it.
    from factory.pictures import machines_of, record

    machines = machines_of(found, names, seed=seed, start=start)
    with _bar(f"Playing {found.name} …") as advance:
        return record(found, machines, seed=seed, start=start, span_s=span_s or found.lasts_s, advance=advance)


@contextmanager
def _bar(title: str) -> Iterator[Callable[[float], None]]:
    console = make_console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=1.0)
        yield lambda share: progress.advance(task, share)


def _summary(recording: Recording, path: Path) -> str:
    drawn = {course.identity.device_id for course in recording.courses}
    others = {one.target for one in recording.scenario.faults} - drawn
    begun = sum(len(course.faults) for course in recording.courses)
    happened = sum(len(course.events) for course in recording.courses)
    told = f"{path}: {', '.join(sorted(drawn))}; faults {begun}, failures, repairs and maintenance {happened}."
    named = sorted(target for target in others if re.fullmatch(r"(M|VHC)\d+", target))
    return told + (f" Not drawn: {', '.join(named)}; name them with --machine." if named else "")


def _truth(recording: Recording, path: Path) -> dict[str, object]:
    """What happened to the machines drawn, in order of time."""
    drafts = [
        draft for course in recording.courses for draft in (*(span.draft for span in course.faults), *course.events)
    ]
    ends_s = {span.draft.fault_id: span.ends_s for course in recording.courses for span in course.faults}
    return {
        "picture": str(path),
        "machines": [course.identity.device_id for course in recording.courses],
        "truth": [
            {
                "at": format_timestamp(draft.at),
                "event": draft.event,
                "device_id": draft.device_id,
                "family": draft.family,
                "kind": draft.kind,
                "signal": draft.signal,
                "parameters": draft.parameters,
                "until": format_timestamp(datetime.fromtimestamp(ends_s[draft.fault_id], UTC))
                if draft.fault_id in ends_s
                else None,
            }
            for draft in sorted(drafts, key=lambda draft: draft.at)
        ],
    }


def _told(one: Scenario) -> dict[str, object]:
    return {
        "name": one.name,
        "description": one.description,
        "length_s": one.lasts_s,
        "faults": [fault.kind for fault in one.faults],
        "plant": one.plant.model_dump(mode="json"),
    }


def _length(one: Scenario) -> str:
    hours = one.lasts_s / 3600
    return f"{hours / 24:.0f} d" if hours >= 24 else f"{hours:.0f} h" if hours >= 4 else f"{hours * 60:.0f} min"
