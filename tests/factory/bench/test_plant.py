"""The two sides of the plant's benchmarks do the same work."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from contracts.telemetry import Signal
from factory.bench.plant import FAULTS, machines, plain_machines, write_plainly
from simulator.backfill import BackfillRequest, backfill, plan_timing
from simulator.load import RUNNING
from simulator.machines import Machines
from simulator.models import parameter_columns
from simulator.scenario import parse_scenario
from simulator.wear import Shown


def test_the_plain_machine_obeys_the_same_physics() -> None:
    """New machines of every model under the same throughput: equal true values over ten steps, to rounding."""
    identities = machines(10)
    columns = parameter_columns([one.model for one in identities])
    arrays, plain = Machines(columns), plain_machines(identities)
    steps, new = np.full(10, 5.0), np.ones(10)
    throughput = 0.3 + 0.07 * np.arange(10)[:, None] * np.linspace(0.5, 1.0, 10)
    state = np.full((10, 10), RUNNING, dtype=np.int8)
    worn = Shown(vibration_mm_s=0 * new, temperature=new, torque=new, speed=new)
    told = arrays.play(throughput, state, steps, np.full((10, 1), 20.0), worn, None).true_values

    for step in range(10):
        ones = [one.work(float(throughput[step, row]), 5.0, 20.0) for row, one in enumerate(plain)]
        for signal in Signal:
            expected = told[signal][step]
            assert [getattr(one, signal.value) for one in ones] == pytest.approx(expected.tolist(), rel=1e-9)


def test_faults_of_the_large_step_are_on_all_machines() -> None:
    """What the plain machines are told by hand is what the scenario says: 8 K of air, 5 K of bias, 0.5 mm/s noise."""
    asked = {fault.kind: (fault.target, fault.parameters) for fault in parse_scenario(FAULTS).faults}

    assert {target for target, _ in asked.values()} == {"*"}
    assert asked["hall_warming"][1]["rise_k"] == 8
    assert asked["bias"][1]["magnitude"] == 5
    assert asked["noise"][1]["std"] == 0.5


def test_both_archives_hold_the_same_rows(tmp_path: Path) -> None:
    """Every row that the plain way writes is in the Parquet files, value for value."""
    timing = plan_timing(datetime(2026, 1, 2, 3, tzinfo=UTC), 2 / 24, 60.0, 3600.0)
    request = BackfillRequest(machines(6), "name: calm", 1, timing)
    backfill(request, str(tmp_path / "ours"))
    write_plainly(request, tmp_path)
    plain = [
        json.loads(line)
        for path in sorted(tmp_path.glob("*.jsonl.gz"))
        for line in gzip.decompress(path.read_bytes()).splitlines()
    ]
    table = pq.read_table(tmp_path / "ours/raw")

    names = ("device_id", "run", "seq", "temp", "vibration", "rpm", "power", "state", "plant", "line")
    rows = sorted(table.to_pylist(), key=lambda row: (row["seq"], row["device_id"]))
    assert [{name: row[name] for name in names} for row in rows] == [
        {name: row[name] for name in names} for row in plain
    ]
