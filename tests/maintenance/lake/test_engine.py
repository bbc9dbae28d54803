"""The engine answers from the lake's tables, and can reach nothing else."""

import time
from pathlib import Path

import pyarrow as pa
import pytest

from maintenance.errors import QueryError
from maintenance.lake.engine import run, tables_named

KNOWN = {"machine_telemetry", "wear"}
ROWS = pa.table({"device_id": ["M001", "M002"], "temp": [50.0, 90.0], "seq": [1, 2]})

NOT_ALLOWED = [
    "DROP TABLE wear",
    "CREATE TABLE t AS SELECT 1",
    "INSERT INTO wear VALUES (1)",
    "UPDATE wear SET damage = 0",
    "DELETE FROM wear",
    "COPY wear TO 'out.csv'",
    "COPY (SELECT 1) TO 'out.csv'",
    "ATTACH 'other.db'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "PRAGMA database_list",
    "CALL duckdb_settings()",
    "EXPORT DATABASE 'out'",
    "DESCRIBE wear",
    "SHOW TABLES",
    "EXPLAIN SELECT 1",
    "SELECT 1; DROP TABLE wear",
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM read_blob('{file}')",
    "SELECT * FROM read_parquet('https://example.org/a.parquet')",
    "SELECT * FROM sniff_csv('{file}')",
    "SELECT * FROM parquet_metadata('{file}')",
    "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM '{file}'",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM wear, (SELECT * FROM read_text('{file}')) AS hidden",
    "WITH a AS (SELECT * FROM read_text('{file}')) SELECT * FROM a",
    "SELECT (SELECT content FROM read_text('{file}'))",
    "SELECT * FROM wear WHERE damage IN (SELECT size FROM read_text('{file}'))",
    "SELECT * FROM wear UNION ALL SELECT * FROM '{file}'",
]


@pytest.mark.parametrize("sql", NOT_ALLOWED)
def test_what_reads_or_writes_anything_else_is_refused(sql: str, tmp_path: Path) -> None:
    """Before it is run; and had it been run, the engine itself is shut in."""
    (tmp_path / "secret.csv").write_text("a\n1\n")
    text = sql.format(file=tmp_path / "secret.csv", folder=tmp_path)
    with pytest.raises(QueryError):
        tables_named(text, KNOWN)


READERS = [
    "SELECT * FROM read_csv('{file}')",
    "SELECT * FROM read_text('{file}')",
    "SELECT * FROM read_blob('{file}')",
    "SELECT * FROM sniff_csv('{file}')",
    "SELECT * FROM glob('{file}')",
    "SELECT * FROM parquet_metadata('{file}')",
    "COPY (SELECT 1) TO '{file}'",
]


@pytest.mark.parametrize("sql", READERS)
def test_the_engine_itself_opens_no_file(sql: str, tmp_path: Path) -> None:
    """Also if a statement came past the first look."""
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with pytest.raises(QueryError, match="disabled by configuration"):
        run(sql.format(file=tmp_path / "secret.csv"), {})


def test_the_engine_itself_keeps_its_settings() -> None:
    """They are locked before a statement is run."""
    with pytest.raises(QueryError, match="locked"):
        run("SET enable_external_access = true", {})


def test_python_is_out_of_reach() -> None:
    """DuckDB would find a variable of this function by its name."""
    mine = ROWS
    assert mine.num_rows == 2
    with pytest.raises(QueryError, match="mine"):
        run("SELECT * FROM mine", {})


def test_only_tables_that_are_read_are_named() -> None:
    """A name that the statement gives itself is none of the lake's."""
    sql = "WITH hot AS (SELECT * FROM Machine_Telemetry) SELECT * FROM hot, unnest([1, 2]) AS t"
    assert tables_named(sql, KNOWN) == {"machine_telemetry"}


WRONG = [
    ("SELEC 1", 'line 1, column 1: syntax error at or near "SELEC"'),
    ("SELECT device_id,\n  hottest\nFROM machine_telemetry", 'line 2, column 3: Referenced column "hottest" not found'),
    ("SELECT nonsense(1)\nFROM machine_telemetry", "line 1, column 8: .*nonsense does not exist"),
    ("SELECT '" + "x" * 200 + "', oops FROM machine_telemetry", "line 1, column 212: Referenced column"),
]


@pytest.mark.parametrize(("sql", "told"), WRONG)
def test_what_is_wrong_is_told_with_its_spot(sql: str, told: str) -> None:
    """Line and column in the statement as it was given, counted from 1."""
    with pytest.raises(QueryError, match=told):
        run(sql, dict.fromkeys(tables_named(sql, KNOWN), ROWS))


def test_sums_of_whole_numbers_are_whole_numbers() -> None:
    """DuckDB makes them wider than any reader likes."""
    assert run("SELECT sum(seq) AS s FROM t", {"t": ROWS}).schema.field("s").type == pa.int64()


def test_a_sum_larger_than_that_stays_what_it_is() -> None:
    """Rather wide than wrong: 2 * (2^63 - 1)."""
    large = pa.table({"n": [2**63 - 1, 2**63 - 1]})
    assert int(run("SELECT sum(n) AS s FROM t", {"t": large})["s"][0].as_py()) == 18446744073709551614


def test_the_engines_clock_is_utc_wherever_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Athena's; a moment without a zone is one of UTC when it gets one."""
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        sql = "SELECT CAST(CAST(TIMESTAMP '2026-01-31 00:00:00' AS TIMESTAMP WITH TIME ZONE) AS VARCHAR) AS told"
        assert run(sql, {})["told"].to_pylist() == ["2026-01-31 00:00:00+00"]
    finally:
        monkeypatch.undo()
        time.tzset()
