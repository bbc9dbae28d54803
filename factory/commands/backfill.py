"""`factory backfill`."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import click
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from contracts.resources import PLANT_PATTERN, REGION
from factory.commands.durations import time_span
from factory.commands.numbers import FiniteRange
from factory.console import make_console
from factory.errors import LocalFactoryError, LocalFactoryUsageError
from factory.provision.request import MOST_MACHINES, machine, vehicle
from simulator.backfill import BackfillManifest, BackfillRequest, backfill, make_room, open_sink, plan_timing
from simulator.backfill.layout import Format
from simulator.backfill.size import LARGEST_OPENMETRICS_FILE, expected_bytes, openmetrics_file_bytes
from simulator.scenario import scenario_text

_ADDRESS = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/.*)?")


def _moment(text: str) -> datetime:
    """A moment as people write it; without a zone it is UTC.

    Example:
        >>> _moment("2026-01-02").isoformat(), _moment("2026-01-02T03:00:00+01:00").isoformat()
        ('2026-01-02T00:00:00+00:00', '2026-01-02T02:00:00+00:00')
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a time; write 2026-01-02 or 2026-01-02T03:04:05Z.") from None
    if not 1970 <= moment.year <= 2200:
        raise click.BadParameter(f"{text!r} is not between the years 1970 and 2200.")
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _place(text: str) -> str:
    """A folder or an S3 address."""
    if "://" in text and not _ADDRESS.fullmatch(text):
        raise click.BadParameter(f"{text!r} is neither a folder nor s3://BUCKET/PREFIX.")
    if "://" not in text and Path(text).exists() and not Path(text).is_dir():
        raise click.BadParameter(f"{text!r} is a file; name a folder or s3://BUCKET/PREFIX.")
    return text.rstrip("/") if "://" in text else str(Path(text))


@click.command(
    "backfill",
    epilog="Into the lake of a running local factory: AWS_ENDPOINT_URL=http://127.0.0.1:4566 and its credentials.",
)
@click.option("--out", "out", type=_place, required=True, metavar="DIR|s3://BUCKET/PREFIX", help="Where it goes.")
@click.option("--scenario", default="calm", show_default=True, metavar="NAME|FILE", help="What happens.")
@click.option(
    "--days", type=FiniteRange(min=0, min_open=True, max=36_525), default=30.0, show_default=True, help="How long."
)
@click.option(
    "--machines", type=click.IntRange(0, MOST_MACHINES), default=20, show_default=True, help="Machines M001, M002, …"
)
@click.option(
    "--vehicles", type=click.IntRange(0, MOST_MACHINES), default=0, show_default=True,
    help="Vehicles VHC001, VHC002, …; as Parquet they lie in fleet/.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Seed of everything random.")
@click.option(
    "--start", type=_moment, metavar="TIME", help="First reading; by default so that it ends last midnight UTC."
)
@click.option(
    "--interval",
    "interval_s",
    type=time_span,
    default="60s",
    show_default=True,
    metavar="TIME",
    help="Between readings.",
)
@click.option(
    "--wear-every", "wear_every_s", type=time_span, default="1h", show_default=True, metavar="TIME",
    help="Between two looks at the wear.",
)  # fmt: skip
@click.option(
    "--format", "file_format", type=click.Choice(get_args(Format)), default="parquet", show_default=True,
    help="How the archive is written; jsonl is what the archive rule writes.",
)  # fmt: skip
@click.option(
    "--openmetrics", is_flag=True, help="Write the machines' gauges as well, for promtool; a file for two hours."
)
@click.option("--clean-twin", type=_place, metavar="DIR|s3://…", help="Write the same run without its faults there.")
@click.option("--plant", default="plant1", show_default=True, metavar="NAME", help="Name of the plant.")
@click.option("--processes", type=click.IntRange(1, 64), metavar="N", help="By default as many as there are cores.")
@click.option("--force", is_flag=True, help="Replace an earlier backfill there; other files stay.")
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
def backfill_command(
    out: str,
    scenario: str,
    days: float,
    machines: int,
    vehicles: int,
    seed: int,
    start: datetime | None,
    interval_s: float,
    wear_every_s: float,
    file_format: Format,
    openmetrics: bool,
    clean_twin: str | None,
    plant: str,
    processes: int | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the history of a plant, years in minutes.

    Plays the plant on a virtual clock as fast as it can, and writes what a live one would have in its archive, with
    the truth beside it: raw/plant=/dt=/hour=/ as Parquet or JSON lines, truth/ground_truth.jsonl, truth/wear/ and
    truth/manifest.json. Vehicles have columns of their own: as Parquet they lie in fleet/plant=/dt=/hour=/, as JSON
    lines beside the machines. The same options give the same bytes; the digest at the end says so.

    \b
    Examples:
      factory backfill --days 365 --machines 50 --start 2025-01-01 --out ./history
      factory backfill --scenario bad-sensors --days 1 --out ./bad --clean-twin ./clean
      factory backfill --days 2 --openmetrics --out ./history
      factory backfill --machines 0 --vehicles 50 --scenario fleet-heatwave --days 7 --out ./hot-week
      factory backfill --format jsonl --days 7 --out s3://my-lake/history

    \b
    Into a Prometheus:
      for file in history/openmetrics/*.txt; do
        promtool tsdb create-blocks-from openmetrics -q "$file" prometheus-data; done
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    if not re.fullmatch(PLANT_PATTERN, plant):
        raise LocalFactoryUsageError(
            f"--plant {plant!r} is no name of a plant.", remedy="At most 18 small letters, digits and -."
        )
    if clean_twin == out:
        raise LocalFactoryUsageError(f"--clean-twin and --out are both {out}.", remedy="Name another place.")
    if machines + vehicles == 0:
        raise LocalFactoryUsageError("--machines 0 and --vehicles 0 are nobody.", remedy="Ask for one of them.")
    request = BackfillRequest(
        identities=(
            *(machine(number, plant) for number in range(1, machines + 1)),
            *(vehicle(number, plant) for number in range(1, vehicles + 1)),
        ),
        scenario_text=scenario_text(scenario),
        seed=seed,
        timing=plan_timing(start or _last_midnight() - timedelta(days=days), days, interval_s, wear_every_s),
        file_format=file_format,
        openmetrics=openmetrics,
    )
    if openmetrics and openmetrics_file_bytes(request) > LARGEST_OPENMETRICS_FILE:
        raise LocalFactoryUsageError(
            f"--openmetrics would write files of {openmetrics_file_bytes(request) / 1e9:.1f} GB: two hours of a part "
            f"of {machines} machines and {vehicles} vehicles, a reading each {interval_s:g} s.",
            remedy="Ask for a longer --interval or fewer of them.",
        )
    places = [place for place in (out, clean_twin) if place is not None]
    # boto3 has no region of its own accord, and a local AWS does not care.
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    _prepare(request, places, force=force)
    with _progress(quiet=as_json) as bar:
        task = bar.add_task("Playing", total=request.readings * len(places))
        done = backfill(
            request,
            out,
            clean_twin,
            processes=processes or os.cpu_count() or 1,
            advance=lambda readings: bar.advance(task, readings),
        )
    told = {place: _summary(one) for place, one in zip(places, filter(None, done), strict=True)}
    if as_json:
        click.echo(json.dumps(told, indent=2))
    else:
        _show(told)


def _last_midnight() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _prepare(request: BackfillRequest, places: list[str], *, force: bool) -> None:
    """See that every place is empty, or made so, and large enough."""
    sinks = [open_sink(place) for place in places]
    for place, sink in zip(places, sinks, strict=True):
        make_room(sink, place, force=force)
    wanted = expected_bytes(request)
    for number, (place, sink) in enumerate(zip(places, sinks, strict=True), start=1):
        free = sink.free_bytes()
        # Folders of one disk share it: the second needs what the first one takes as well.
        if free is not None and free < number * wanted:
            raise LocalFactoryError(
                f"{place} has room for {free / 1e9:.1f} GB, and about {number * wanted / 1e9:.1f} GB will be written.",
                remedy="Ask for fewer days or machines, a longer --interval, or another disk.",
            )
    for sink in sinks:
        sink.close()


class _RateColumn(ProgressColumn):
    """Readings a second."""

    def render(self, task: Task) -> Text:
        """The rate since a while."""
        return Text(f"{task.speed:,.0f} readings/s" if task.speed else "")


def _progress(*, quiet: bool) -> Progress:
    console = make_console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    return Progress(
        *columns, _RateColumn(), TimeRemainingColumn(), console=console, transient=True,
        disable=quiet or not console.is_terminal, speed_estimate_period=10,
    )  # fmt: skip


def _summary(done: BackfillManifest) -> dict[str, Any]:
    """What was written, as plain values."""
    return {
        "scenario": done.scenario,
        "seed": done.seed,
        "start": done.start.isoformat(),
        "end": done.end.isoformat(),
        "machines": len(done.machines),
        "vehicles": len(done.vehicles),
        **done.counts.model_dump(),
        "files": len(done.files),
        "bytes": sum(file.size for file in done.files.values()),
        "unmatched_targets": list(done.unmatched_targets),
        "replays_left_out": list(done.replays_left_out),
        "digest": done.digest,
    }


_MEANINGS = {
    "readings": "machines and vehicles times moments, all signals of each",
    "archived": "messages in the archive",
    "undelivered": "waited for a connection when the run ended",
    "overflowed": "dropped: their machines' store was full",
    "truth_records": "lines of truth/ground_truth.jsonl",
    "wear_rows": "rows of truth/wear/",
    "files": "and truth/manifest.json, which names them",
}


def _members(one: dict[str, Any]) -> str:
    return f"{one['machines']} machines" + (f" and {one['vehicles']} vehicles" if one["vehicles"] else "")


def _show(told: dict[str, dict[str, Any]]) -> None:
    console = make_console(plain_width=110)
    for place, one in told.items():
        console.print(f"{place}: {one['scenario']}, seed {one['seed']}, {one['start'][:19]} to {one['end'][:19]} UTC")
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(justify="right")
        table.add_column()
        table.add_column(style="dim")
        for name, meaning in _MEANINGS.items():
            table.add_row(f"{one[name]:,}", name.replace("_", " "), meaning)
        console.print(table)
        for target in one["unmatched_targets"]:
            console.print(f"The scenario's target {target} is nobody among {_members(one)}.", style="yellow")
        for device_id in one["replays_left_out"]:
            console.print(
                f"{device_id} is played from a file by the live simulator, and left out here.", style="yellow"
            )
        console.print(f"SHA-256 of all files: {one['digest']}")
