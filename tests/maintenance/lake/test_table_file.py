"""The same rows give the same bytes, and any reader reads them."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from maintenance.lake import table_file
from maintenance.lake.conform import conform
from maintenance.lake.merging import merge
from maintenance.lake.table_file import write_table_file
from maintenance.lake.tables import MACHINE_TELEMETRY


def _rows(count: int, words: list[str]) -> pa.Table:
    rows = [
        {"device_id": words[number % len(words)], "timestamp": number, "run": 1, "seq": number + 1, "state": "idle",
         "line": "line1", "temp": number / 10}
        for number in range(count)
    ]  # fmt: skip
    return merge([conform(pa.Table.from_pylist(rows), MACHINE_TELEMETRY)]).rows


def test_how_rows_are_handed_over_does_not_show_in_the_bytes(tmp_path: Path, monkeypatch: object) -> None:
    """Whole, or a few at a time across row groups."""
    monkeypatch.setattr(table_file, "ROWS_IN_GROUP", 40)  # type: ignore[attr-defined]
    rows = _rows(150, ["M3", "M1", "M2"])
    write_table_file(tmp_path / "whole", MACHINE_TELEMETRY, [rows])
    write_table_file(tmp_path / "parts", MACHINE_TELEMETRY, [rows.slice(start, 7) for start in range(0, 150, 7)])
    assert (tmp_path / "whole").read_bytes() == (tmp_path / "parts").read_bytes()
    assert [pq.ParquetFile(tmp_path / "whole").metadata.row_group(number).num_rows for number in range(4)] == [
        40, 40, 40, 30,
    ]  # fmt: skip


def test_words_that_are_not_used_do_not_show_in_the_bytes(tmp_path: Path) -> None:
    """A dictionary is a matter of how rows were read, not of what they are."""
    rows = _rows(6, ["M1", "M2"])
    larger = pa.array(["nobody", "M2", "M1"], pa.string())
    places = pa.array([2, 2, 2, 1, 1, 1], pa.int32())
    other = rows.set_column(0, "device_id", pa.DictionaryArray.from_arrays(places, larger))
    write_table_file(tmp_path / "one", MACHINE_TELEMETRY, [rows])
    write_table_file(tmp_path / "other", MACHINE_TELEMETRY, [other])
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_another_engine_reads_the_file(tmp_path: Path) -> None:
    """DuckDB's own reader finds moments with their zone, plain text, and the version in the metadata."""
    write_table_file(tmp_path / "a.parquet", MACHINE_TELEMETRY, [_rows(3, ["M1"])])
    told = duckdb.read_parquet(str(tmp_path / "a.parquet"))
    told = told.project("device_id, epoch_ms(timestamp), temp, schema_version").fetchall()
    assert told == [("M1", 0, 0.0, 1), ("M1", 1, 0.1, 1), ("M1", 2, 0.2, 1)]
    metadata = pq.read_metadata(tmp_path / "a.parquet")
    assert metadata.metadata[b"schema_version"] == b"1"
    assert [one.column_index for one in metadata.row_group(0).sorting_columns] == [0, 1]
    assert pq.read_schema(tmp_path / "a.parquet").remove_metadata() == pa.schema(
        [field.with_nullable(True) for field in MACHINE_TELEMETRY.schema]
    )
