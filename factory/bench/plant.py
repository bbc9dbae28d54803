"""The plant at its largest: a step of ten thousand machines with faults, and history as fast as it can be written."""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
import weakref
from datetime import UTC, datetime, timedelta
from pathlib import Path

from contracts.identity import Identity
from contracts.nameplates import NAMEPLATES
from contracts.telemetry import format_timestamp
from factory.bench.measure import Case
from factory.bench.plain_machine import PlainMachine, Told
from simulator.backfill.player import Player
from simulator.backfill.request import BackfillRequest, plan_timing
from simulator.backfill.sinks import Folder
from simulator.backfill.timeline import moment
from simulator.models import parameter_columns
from simulator.plant import STATES, Plant
from simulator.scenario import parse_scenario

LARGE = 10_000
"""Machines of a large plant."""
PART = 500
"""Machines of a part of a backfill."""
HOURS = 4
"""Length of the history that is written."""
START = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)

FAULTS = """
name: everything-at-once
faults:
  - {kind: hall_warming, target: '*', parameters: {rise_k: 8}, ramp_s: 0}
  - {kind: bias, target: '*', signal: temp, parameters: {magnitude: 5}}
  - {kind: noise, target: '*', signal: vibration, parameters: {std: 0.5}}
"""


def machines(count: int) -> tuple[Identity, ...]:
    """Machines of all models in turn, ten a line."""
    models = list(NAMEPLATES)
    return tuple(
        Identity(
            device_id=f"M{number + 1:03d}",
            plant="plant1",
            line=f"line{1 + number // 10}",
            model=models[number % len(models)],
        )
        for number in range(count)
    )


def large_step_case() -> Case:
    """A step of 10,000 machines, three faults on each, beside the same physics machine by machine.

    The plain side has no pauses, orders, wear or repairs, and so less to do.
    """
    identities = machines(LARGE)
    plant = Plant(identities, parse_scenario(FAULTS), seed=1, start=START, interval_s=1.0)
    plain = plain_machines(identities)
    now = START

    def step() -> None:
        nonlocal now
        now += timedelta(seconds=1)
        plant.step(now)

    def step_plainly() -> list[Told]:
        return [one.step(1.0, 30.0, 5.0, 0.5) for one in plain]

    return Case(
        name=f"step {LARGE:,} machines, all with faults",
        unit="machines",
        ours=step,
        baseline=step_plainly,
        baseline_name="a Python loop over machines",
        count=LARGE,
    )


def plain_machines(identities: tuple[Identity, ...]) -> list[PlainMachine]:
    """The same machines as objects."""
    columns = parameter_columns([one.model for one in identities])
    rows = ({name: float(values[row]) for name, values in columns.items()} for row in range(len(identities)))
    return [PlainMachine(parameters, 0.75, seed) for seed, parameters in enumerate(rows)]


def backfill_case() -> Case:
    """History of 500 machines as Parquet, physics and truth included, beside the plain way to the same archive.

    The plain way steps the same plant and writes an hour's rows as gzip JSON lines by `json.dumps`.
    """
    timing = plan_timing(START, HOURS / 24, 60.0, 3600.0)
    request = BackfillRequest(machines(PART), "name: calm", 1, timing)
    folder = Path(tempfile.mkdtemp(prefix="bench-backfill-"))

    def ours() -> None:
        Player(request, "part-0000", Folder(folder), folder / "scratch", faults=True).run()

    case = Case(
        name="backfill to Parquet",
        unit="readings",
        ours=ours,
        baseline=lambda: write_plainly(request, folder),
        baseline_name="a step a moment, json.dumps a row",
        count=request.readings,
    )
    weakref.finalize(case.ours, shutil.rmtree, folder, ignore_errors=True)
    return case


def write_plainly(request: BackfillRequest, folder: Path) -> None:
    """The archive of a run, as one would write it first."""
    timeline = request.timing.timeline
    plant = Plant(request.identities, request.scenario, seed=1, start=timeline.start, interval_s=60.0)
    hours: dict[str, list[str]] = {}
    for step, at_ms in enumerate(timeline.moments_ms(range(timeline.count)).tolist(), start=1):
        readings = plant.step(moment(at_ms))
        timestamp = format_timestamp(readings.timestamp)
        columns = zip(
            plant.identities, readings.temp, readings.vibration, readings.rpm, readings.power, readings.state,
            strict=True,
        )  # fmt: skip
        hours.setdefault(timestamp[:13], []).extend(
            json.dumps(
                {
                    "device_id": identity.device_id,
                    "timestamp": timestamp,
                    "run": 1,
                    "seq": step,
                    "temp": float(temp),
                    "vibration": float(vibration),
                    "rpm": float(rpm),
                    "power": float(power),
                    "state": STATES[state].value,
                    "plant": identity.plant,
                    "line": identity.line,
                    "received_at": at_ms,
                },
                separators=(",", ":"),
            )
            for identity, temp, vibration, rpm, power, state in columns
        )
    for hour, lines in hours.items():
        (folder / f"{hour}.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode(), 6))
