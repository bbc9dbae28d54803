"""Compaction of a day: from a backfill's Parquet and from the archive's JSON lines, each beside the plain way."""

from __future__ import annotations

import gzip
import json
import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from factory.bench.measure import Case
from factory.bench.plant import START, machines
from maintenance.lake import open_lake
from simulator.backfill import BackfillRequest, backfill, plan_timing
from simulator.backfill.layout import Format

MACHINES = 250
"""Machines whose archive is compacted; a part of a backfill, so that an hour is a file."""
HOURS = 8


def parquet_case() -> Case:
    """A backfill's hours become a day's file, beside DuckDB on the same files.

    DuckDB checks nothing, keeps no state, and its file's bytes are not always the same.
    """
    folder = archive("parquet")
    return _case(
        "compact Parquet",
        folder,
        lambda: by_duckdb(folder),
        "DuckDB: DISTINCT ON, ORDER BY, COPY",
    )


def json_lines_case() -> Case:
    """The archive's JSON lines become a day's file, beside a line at a time in Python."""
    folder = archive("jsonl")
    return _case("compact JSON lines", folder, lambda: line_by_line(folder), "json.loads a line, sorted, from_pylist")


def archive(file_format: Format) -> Path:
    """The archive of some hours in a folder."""
    folder = Path(tempfile.mkdtemp(prefix="bench-lake-"))
    timing = plan_timing(START, HOURS / 24, 60.0, 3600.0)
    request = BackfillRequest(machines(MACHINES), "name: calm", 1, timing, file_format)
    backfill(request, str(folder), None, processes=1, advance=lambda _readings: None)
    return folder


def by_duckdb(folder: Path) -> None:
    """The day's file by one statement."""
    # Names of our own making: nothing in them could end the text.
    duckdb.sql(
        f"COPY (SELECT DISTINCT ON (device_id, run, seq) * FROM read_parquet('{folder}/raw/**/*.parquet') "  # noqa: S608
        f"ORDER BY device_id, timestamp, run, seq) TO '{folder}/plain.parquet' (COMPRESSION zstd)"
    )


def line_by_line(folder: Path) -> None:
    """The day's file as one would write it first."""
    rows: dict[tuple[str, int, int], dict[str, Any]] = {}
    for path in sorted(folder.glob("raw/**/*.jsonl.gz")):
        for line in gzip.decompress(path.read_bytes()).splitlines():
            row = json.loads(line)
            rows.setdefault((row["device_id"], row["run"], row["seq"]), row)
    ordered = sorted(rows.values(), key=lambda row: (row["device_id"], row["timestamp"]))
    pq.write_table(pa.Table.from_pylist(ordered), folder / "plain.parquet", compression="zstd")


def _case(name: str, folder: Path, baseline: Callable[[], None], baseline_name: str) -> Case:
    lake = open_lake(str(folder))
    case = Case(
        name=name,
        unit="readings",
        ours=lambda: lake.compact(rebuild=True),
        baseline=baseline,
        baseline_name=baseline_name,
        count=MACHINES * HOURS * 60,
    )
    weakref.finalize(case.ours, shutil.rmtree, folder, ignore_errors=True)
    return case
