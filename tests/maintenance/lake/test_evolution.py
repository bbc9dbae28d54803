"""Files of an earlier version of the columns stay readable, and become today's when their day is written.

Version 0 as it might have been: no line, no state, no received_at, narrower numbers, moments in seconds' fractions of
another size.
"""

import io
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lake_lines import DAY, as_object, machine_line, raw_key, vehicle_line

from maintenance.errors import LakeError
from maintenance.lake import Lake
from maintenance.lake.layout import PlantDay, data_key
from maintenance.lake.state import DayState, FileState, save_state
from maintenance.lake.stores import Store
from maintenance.lake.tables import MACHINE_TELEMETRY

TODAY = PlantDay("plant1", DAY.date())
FILE = data_key(MACHINE_TELEMETRY, TODAY)


def _version_0(seqs: list[int], version: str = "0") -> bytes:
    moments = [DAY + timedelta(minutes=seq) for seq in seqs]
    rows = pa.table(
        {
            "device_id": pa.array(["M001"] * len(seqs)),
            "timestamp": pa.array(moments, pa.timestamp("us", tz="UTC")),
            "run": pa.array([1] * len(seqs), pa.int32()),
            "seq": pa.array(seqs, pa.int32()),
            "temp": pa.array([59.5] * len(seqs), pa.float32()),
        }
    ).replace_schema_metadata({"schema_version": version})
    sink = io.BytesIO()
    pq.write_table(rows, sink)
    return sink.getvalue()


def _rows(store: Store) -> list[dict[str, Any]]:
    sql = "SELECT seq, run, temp, power, state, schema_version FROM machine_telemetry ORDER BY seq"
    return Lake(store).query(sql).to_pylist()


def test_an_older_file_is_read(store: Store) -> None:
    """What it lacks is null; its numbers are as wide as today's."""
    store.put(FILE, _version_0([1, 2]))
    assert _rows(store) == [
        {"seq": seq, "run": 1, "temp": 59.5, "power": None, "state": None, "schema_version": None} for seq in (1, 2)
    ]


CONDITIONS = [
    "SELECT count(*) AS n FROM machine_telemetry WHERE temp > 59.4E0",
    "SELECT count(*) AS n FROM machine_telemetry WHERE run = 1 AND seq >= 1",
    "SELECT count(*) AS n FROM machine_telemetry WHERE timestamp < TIMESTAMP '2026-01-31 12:00:00'",
]


@pytest.mark.parametrize("sql", CONDITIONS)
def test_conditions_hold_across_versions(folder: Store, sql: str) -> None:
    """A filter on a column that is narrower in one of the files."""
    folder.put(FILE, _version_0([1, 2]))
    folder.put(data_key(MACHINE_TELEMETRY, TODAY._replace(plant="plant2")), _version_0([3]))
    assert Lake(folder).query(sql).to_pylist() == [{"n": 3}]


def test_new_rows_and_old_ones_come_together(store: Store) -> None:
    """The day has today's columns then; each row says under which version it came."""
    store.put(FILE, _version_0([1, 2]))
    store.put(raw_key(DAY, "a"), as_object(machine_line("M001", 3, DAY + timedelta(minutes=3))))
    Lake(store).compact()
    assert [(row["seq"], row["temp"], row["schema_version"]) for row in _rows(store)] == [
        (1, 59.5, 0), (2, 59.5, 0), (3, 59.2, 1),
    ]  # fmt: skip
    files, before = store.files()
    schema = pq.read_schema(before + FILE, filesystem=files)
    assert schema.names == [column.name for column in MACHINE_TELEMETRY.columns]
    assert str(schema.field("run").type) == "int64"


def test_an_older_file_without_an_archive_gets_todays_columns(store: Store) -> None:
    """Once; it keeps its rows, also when all is to be written anew."""
    store.put(FILE, _version_0([1, 2]))
    assert Lake(store).compact().days_written == 1
    assert [(row["seq"], row["schema_version"]) for row in _rows(store)] == [(1, 0), (2, 0)]
    report = Lake(store).compact(rebuild=True)
    assert (report.days_written, report.days_without_archive) == (0, 1)
    assert len(_rows(store)) == 2


def _leave_as_version_0(store: Store) -> None:
    """The day as the program of that version left it: its file, and its state, which names that file."""
    put = store.put(FILE, _version_0([1, 2]))
    told = FileState(key=FILE, size=put.size, version=put.version, sha256="", rows=2)
    save_state(store, TODAY, DayState(schema_version=0, files={MACHINE_TELEMETRY.name: told}))


def _columns(store: Store) -> list[str]:
    files, before = store.files()
    names: list[str] = pq.read_schema(before + FILE, filesystem=files).names
    return names


def test_a_day_of_an_older_version_gets_todays_columns(folder: Store) -> None:
    """Though nothing came since; after that it is done."""
    _leave_as_version_0(folder)
    assert Lake(folder).compact().days_written == 1
    assert _columns(folder) == [column.name for column in MACHINE_TELEMETRY.columns]
    assert Lake(folder).compact().days_written == 0


def test_a_day_of_an_older_version_that_is_lent_a_vehicle_gets_todays_columns(folder: Store) -> None:
    """Also its table of machines, of which nothing came, and though it was not asked for."""
    _leave_as_version_0(folder)
    tomorrow = DAY + timedelta(days=1)
    folder.put(raw_key(tomorrow, "b"), as_object(vehicle_line("VHC001", 1, DAY)))
    Lake(folder).compact(since=tomorrow.date())
    assert _columns(folder) == [column.name for column in MACHINE_TELEMETRY.columns]


def test_a_newer_file_is_not_written_by_an_older_program(folder: Store) -> None:
    """It would lose the columns that this one does not know."""
    folder.put(FILE, _version_0([1], version="99"))
    folder.put(raw_key(DAY, "a"), as_object(machine_line("M001", 3, DAY)))
    with pytest.raises(LakeError, match=r"has columns of version 99, and this program knows 1\."):
        Lake(folder).compact()
    assert folder.read(FILE) == _version_0([1], version="99")


def test_archive_files_of_different_versions_keep_their_own(store: Store) -> None:
    """Beside one another in an hour and with the same columns: each row has the version of its file."""
    columns = {name: [value] for name, value in machine_line("M001", 1, DAY).items() if name != "timestamp"}
    for seq, version in enumerate(("0", "1", "0"), start=1):
        rows = pa.table(columns | {"seq": [seq], "timestamp": pa.array([DAY], pa.timestamp("ms", tz="UTC"))})
        sink = io.BytesIO()
        pq.write_table(rows.replace_schema_metadata({"schema_version": version}), sink)
        store.put(raw_key(DAY, f"{seq}"), sink.getvalue())
    Lake(store).compact()
    assert [(row["seq"], row["schema_version"]) for row in _rows(store)] == [(1, 0), (2, 1), (3, 0)]


def test_a_file_with_other_columns_is_told(folder: Store) -> None:
    """With the way out, as a damaged one."""
    sink = io.BytesIO()
    pq.write_table(pa.table({"device_id": ["M001"], "run": ["first"]}), sink)
    folder.put(FILE, sink.getvalue())
    folder.put(raw_key(DAY, "a"), as_object(machine_line("M001", 3, DAY)))
    with pytest.raises(LakeError, match=rf"{FILE} cannot be read: run is string, not int64\..*--rebuild"):
        Lake(folder).compact()
