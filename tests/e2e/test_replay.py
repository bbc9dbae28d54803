"""Real readings replayed as machines: every row of the file arrives."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from live_factory import PLANT, LiveFactory, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

FILE = Path(__file__).parents[1] / "simulator" / "data" / "nab" / "machine_temperature_system_failure.csv"
PARTS = 5
"""Machines among which the file is divided: AWS's limit is 100 messages a second for each."""


def test_the_nab_file_arrives_row_by_row(start_factory: Callable[..., LiveFactory], tmp_path: Path) -> None:
    """The temperatures of NAB's machine, replayed without pacing by five: archived rows equal the file's, in °C."""
    head, *rows = FILE.read_text().splitlines()
    parts = {f"R{number + 1:03d}": rows[number::PARTS] for number in range(PARTS)}
    scenario = tmp_path / "replay.yaml"
    scenario.write_text("name: replay\nreplays:\n" + "".join(replay(tmp_path, one, head, parts[one]) for one in parts))
    live = start_factory("--machines", "1", "--scenario", str(scenario))

    wait_until("all rows are archived", lambda: live.audit(settle=0)["archived"] >= len(rows), 240, every=10)
    found = archived(live)

    assert sum(len(found[one]) for one in parts) == len(rows) == 22_695  # as the data's own description says
    for one, part in parts.items():
        told = [row["temp"] for row in sorted(found[one], key=lambda row: row["seq"])]
        assert told == pytest.approx([(float(row.split(",")[1]) - 32) / 1.8 for row in part], abs=1e-9)
    assert live.audit()["missing"] == 0


def replay(directory: Path, device_id: str, head: str, rows: list[str]) -> str:
    """A machine of the scenario, and its file."""
    file = directory / f"{device_id}.csv"
    file.write_text("\n".join([head, *rows]) + "\n")
    return (
        f"  - device_id: {device_id}\n    file: {file}\n    speed: none\n"
        "    signals:\n      temp: {column: value, unit: degF}\n"
    )


def archived(live: LiveFactory) -> dict[str, list[dict[str, float]]]:
    """What the lake has, by machine."""
    s3 = live.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=PLANT.lake_bucket, Prefix="raw/")
    found = defaultdict(list)
    for key in (one["Key"] for page in pages for one in page.get("Contents", [])):
        content = s3.get_object(Bucket=PLANT.lake_bucket, Key=key)["Body"].read()
        for line in gzip.decompress(content).splitlines():
            row = json.loads(line)
            found[row["device_id"]].append(row)
    return found
