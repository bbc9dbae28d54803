"""The two sides of the lake's benchmarks make the same table."""

from collections.abc import Callable
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from factory.bench import lake
from factory.bench.lake import archive, by_duckdb, line_by_line
from maintenance.lake import open_lake
from simulator.backfill.layout import Format

NAMES = ["device_id", "run", "seq", "temp", "vibration", "rpm", "power", "state", "line"]


@pytest.mark.parametrize(("file_format", "plainly"), [("parquet", by_duckdb), ("jsonl", line_by_line)])
def test_both_sides_write_the_same_rows(
    file_format: Format, plainly: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the same order, with the same values."""
    monkeypatch.setattr(lake, "HOURS", 1)
    monkeypatch.setattr(lake, "MACHINES", 5)
    folder = archive(file_format)
    plainly(folder)
    open_lake(str(folder)).compact()
    ours = pq.read_table(next(folder.glob("curated/machine_telemetry/**/*.parquet")))
    plain = pq.read_table(folder / "plain.parquet", partitioning=None)
    assert ours.num_rows == 5 * 60
    for name in NAMES:
        values = plain[name].to_pylist()
        assert ours[name].to_pylist() == [None if value is None else value for value in values]
    assert pc.count_distinct(ours["device_id"]).as_py() == 5
