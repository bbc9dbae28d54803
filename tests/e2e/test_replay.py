"""Real readings replayed as a machine: every row of the file arrives."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from live_factory import PLANT, LiveFactory, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

FILE = Path(__file__).parents[1] / "simulator" / "data" / "nab" / "machine_temperature_system_failure.csv"


def test_the_nab_file_arrives_row_by_row(start_factory: Callable[..., LiveFactory], tmp_path: Path) -> None:
    """The machine temperatures of NAB, replayed without pacing as R001: archived rows equal the file's rows, in °C."""
    scenario = tmp_path / "replay.yaml"
    scenario.write_text(
        f"name: replay\nreplays:\n  - device_id: R001\n    file: {FILE}\n    speed: none\n"
        "    signals:\n      temp: {column: value, unit: degF}\n"
    )
    rows = FILE.read_text().splitlines()[1:]
    live = start_factory("--machines", "1", "--scenario", str(scenario))

    def archived() -> list[dict[str, float]]:
        s3 = live.client("s3")
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=PLANT.lake_bucket, Prefix="raw/")
        contents = [
            s3.get_object(Bucket=PLANT.lake_bucket, Key=found["Key"])["Body"].read()
            for page in pages
            for found in page.get("Contents", [])
        ]
        lines = [json.loads(line) for content in contents for line in gzip.decompress(content).splitlines()]
        return [line for line in lines if line["device_id"] == "R001"]

    # 22,695 rows at a connection's 100 messages a second take four minutes.
    wait_until("all rows are published", lambda: live.audit(settle=0)["archived"] >= len(rows), 420, every=10)
    found = sorted(archived(), key=lambda row: row["seq"])

    assert len(rows) == len(found) == 22_695  # as the data's own description says
    first_fahrenheit = float(rows[0].split(",")[1])
    assert found[0]["temp"] == pytest.approx((first_fahrenheit - 32) / 1.8, abs=0.06)
    assert live.audit()["missing"] == 0
