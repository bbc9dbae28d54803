"""The door to a lake: what it is asked, and what it says when something is not there."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import boto3
import pytest
from lake_lines import DAY, as_object, machine_line, raw_key, vehicle_line

from contracts.segments import TRUTH_FILE, Segment
from factory.provision.request import machine, vehicle
from maintenance.errors import DataError, LakeError
from maintenance.lake import Lake, open_lake
from maintenance.lake.stores import Store, StoredObject
from simulator.backfill import BackfillRequest, backfill, plan_timing
from simulator.scenario import scenario_text


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Two hours of three machines and two vehicles, with their truth."""
    out = tmp_path_factory.mktemp("history")
    request = BackfillRequest(
        identities=(
            *(machine(number, "plant1") for number in (1, 2, 3)),
            *(vehicle(number, "plant1") for number in (1, 2)),
        ),
        scenario_text=scenario_text("bad-sensors"),
        seed=7,
        timing=plan_timing(DAY, 2 / 24, 60.0, 3600.0),
        file_format="parquet",
        openmetrics=False,
    )
    backfill(request, str(out), None, processes=1, advance=lambda _readings: None)
    lake = open_lake(str(out))
    lake.compact()
    return lake


def test_a_backfill_is_compacted_and_asked(history: Lake) -> None:
    """120 readings of each; three machines, two vehicles."""
    counts = "SELECT count(*) AS n, count(DISTINCT device_id) AS devices FROM "
    assert history.query(counts + "machine_telemetry").to_pylist() == [{"n": 360, "devices": 3}]
    assert history.query(counts + "vehicle_telemetry").to_pylist() == [{"n": 240, "devices": 2}]


def test_truth_that_lies_beside_is_a_table(history: Lake) -> None:
    """Wear by component; what happened, with its time in UTC and its parameters as JSON."""
    wear = history.query("SELECT DISTINCT device_id, dt FROM wear WHERE dt = '2026-01-31' ORDER BY 1").to_pylist()
    assert [row["device_id"] for row in wear] == ["M001", "M002", "M003", "VHC001", "VHC002"]
    told = history.query('SELECT "at", kind, parameters FROM ground_truth ORDER BY "at" LIMIT 1')
    assert DAY.replace(tzinfo=None) <= told["at"][0].as_py() < DAY.replace(tzinfo=None) + timedelta(hours=2)
    assert told["parameters"][0].as_py().startswith("{")


def test_readings_and_truth_are_joined_by_device_and_time(history: Lake) -> None:
    """Both tell moments in UTC, without a zone."""
    sql = """
        SELECT count(*) AS n FROM wear JOIN machine_telemetry AS told
        ON told.device_id = wear.device_id AND told.timestamp = wear.timestamp
    """
    assert history.query(sql)["n"][0].as_py() > 0


def test_values_are_put_in(history: Lake) -> None:
    """By their names; a list stands behind IN, a moment is UTC."""
    sql = "SELECT count(*) AS n FROM machine_telemetry WHERE device_id IN ($devices) AND timestamp < $end"
    told = history.query(sql, devices=["M001", "M003"], end=DAY + timedelta(minutes=10))
    assert told.to_pylist() == [{"n": 20}]


def _shipped(history: Lake, folder: Store) -> list[str]:
    """Keys of the history's truth as two tasks would have shipped it: the last line by another, a segment a line."""
    lines = history.store.read(TRUTH_FILE).splitlines(keepends=True)
    keys, ends = [], {"task-1-0": 0, "task-2-0": 0}
    for number, line in enumerate(lines):
        owner = "task-2-0" if number == len(lines) - 1 else "task-1-0"
        segment = Segment(TRUTH_FILE, owner, ends[owner], ends[owner] + len(line))
        ends[owner] = segment.end
        folder.put(segment.key, line)
        keys.append(segment.key)
    return keys


def test_truth_that_was_shipped_is_the_same_table(history: Lake, folder: Store) -> None:
    """Segments of several tasks, by time; asked where the lake is that has them."""
    assert len(_shipped(history, folder)) >= 4
    everything = 'SELECT fault_id, event, "at", parameters FROM ground_truth'

    told = Lake(folder).query(everything).to_pylist()
    assert sorted(map(str, told)) == sorted(map(str, history.query(everything).to_pylist()))
    assert [row["at"] for row in told] == sorted(row["at"] for row in told)


@pytest.mark.parametrize("lost", [0, 1])
def test_a_gap_in_shipped_truth_is_told(history: Lake, folder: Store, lost: int) -> None:
    """Nothing of the truth has its time, so a beginning that is gone is a gap as well."""
    folder.remove(_shipped(history, folder)[lost])

    with pytest.raises(DataError, match=r"task-1-0/: 1 gaps in the truth of task-1-0: where byte \d+ should come"):
        Lake(folder).query("SELECT count(*) FROM ground_truth")


def test_a_lake_without_truth_says_so(folder: Store) -> None:
    """And why."""
    folder.put(raw_key(DAY, "a"), as_object(machine_line("M001", 1, DAY)))
    Lake(folder).compact()
    with pytest.raises(DataError, match=r"no truth beside this lake, and so no table wear\. `factory backfill` writes"):
        Lake(folder).query("SELECT * FROM wear")


def test_a_lake_that_is_not_compacted_says_so(folder: Store) -> None:
    """With the command."""
    with pytest.raises(DataError, match=r"nothing is compacted here yet.*factory lake compact"):
        Lake(folder).query("SELECT * FROM machine_telemetry")


def test_a_table_without_rows_is_empty(folder: Store) -> None:
    """A plant without vehicles has the table of vehicles all the same."""
    folder.put(raw_key(DAY, "a"), as_object(machine_line("M001", 1, DAY)))
    Lake(folder).compact()
    assert Lake(folder).query("SELECT device_id, engine_temp_c, plant FROM vehicle_telemetry").to_pylist() == []


def test_only_files_of_the_days_asked_for_are_read(folder: Store) -> None:
    """The file of another day could be anything."""
    for number in range(2):
        at = DAY + timedelta(days=number)
        folder.put(raw_key(at, "a"), as_object(machine_line("M001", 1, at)))
    Lake(folder).compact()
    folder.put("curated/machine_telemetry/plant=plant1/dt=2026-01-31/part-0000.parquet", b"no Parquet")
    sql = "SELECT dt FROM machine_telemetry WHERE plant = 'plant1' AND dt >= '2026-02-01'"
    assert Lake(folder).query(sql).to_pylist() == [{"dt": "2026-02-01"}]
    with pytest.raises(LakeError, match=r"cannot be read: .*part-0000\.parquet.*compact --rebuild"):
        Lake(folder).query("SELECT dt FROM machine_telemetry")


def test_a_file_outside_of_the_partitions_is_in_no_table(folder: Store) -> None:
    """Somebody's copy of a day beside the days; Athena does not see it either."""
    folder.put(raw_key(DAY, "a"), as_object(machine_line("M001", 1, DAY)))
    Lake(folder).compact()
    day = folder.read("curated/machine_telemetry/plant=plant1/dt=2026-01-31/part-0000.parquet")
    for key in ("copy.parquet", "plant=plant1/copy.parquet"):
        folder.put(f"curated/machine_telemetry/{key}", day)
    assert Lake(folder).query("SELECT count(*) AS n FROM machine_telemetry").to_pylist() == [{"n": 1}]


def test_a_question_is_asked_again_when_a_file_was_replaced_under_it(
    folder: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is that of one moment; if there is none, that is told."""
    folder.put(raw_key(DAY, "a"), as_object(machine_line("M001", 1, DAY)))
    Lake(folder).compact()
    real = folder.objects
    looks = 0

    def looked_at(prefix: str) -> list[StoredObject]:
        nonlocal looks
        looks += 1
        found = real(prefix)
        return [one._replace(version=f"{looks}") for one in found] if looks in (2, 3) or until_ever else found

    until_ever = False
    monkeypatch.setattr(folder, "objects", looked_at)
    assert Lake(folder).query("SELECT count(*) AS n FROM machine_telemetry").to_pylist() == [{"n": 1}]
    assert looks > 2
    until_ever = True
    with pytest.raises(LakeError, match="was written all the time"):
        Lake(folder).query("SELECT count(*) AS n FROM machine_telemetry")


@pytest.mark.usefixtures("s3")
def test_a_bucket_answers_as_a_folder_does(folder: Store, tmp_path: Path) -> None:
    """The same archive: the same digest and the same rows; only what is needed is fetched."""
    client = boto3.client("s3")
    lakes = [Lake(folder), open_lake("s3://lake/history", client)]
    answers: list[Any] = []
    for lake in lakes:
        for number in range(3):
            at = DAY + timedelta(days=number)
            lines = [machine_line("M001", seq, at + timedelta(minutes=seq)) for seq in range(1, 50)]
            lake.store.put(raw_key(at, "a"), as_object(*lines, vehicle_line("VHC001", 1, at)))
        digest = lake.compact().digest
        answers.append((digest, lake.query("SELECT * FROM machine_telemetry ORDER BY dt, seq").to_pylist()))
    assert answers[0] == answers[1]
    fetched: list[str] = []
    client.meta.events.register(
        "before-call.s3.GetObject", lambda params, **_: fetched.append(unquote(params["url_path"]))
    )
    lakes[1].query("SELECT max(temp) FROM machine_telemetry WHERE dt = '2026-02-01'")
    assert {path.split("dt=")[1][:10] for path in fetched} == {"2026-02-01"}
