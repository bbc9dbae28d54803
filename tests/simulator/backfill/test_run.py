"""A whole backfill: the same bytes always, the history of the live plant, and a twin to compare it with."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from contracts.telemetry import VehicleTelemetry
from contracts.truth import TruthRecord, WearRow
from factory.audit.archive import ArchiveReader
from factory.audit.core import Audit, Delivery
from factory.audit.stores import FolderStore
from simulator.backfill import BackfillManifest, BackfillRequest, backfill, make_room, open_sink, parts
from simulator.backfill import player as player_module
from simulator.backfill.manifest import digest_of
from simulator.backfill.timeline import moment
from simulator.encode import encode
from simulator.errors import SimulatorError, SimulatorUsageError
from simulator.plant import Plant
from simulator.sensors import SENSORS
from simulator.vehicles import COMPONENTS, DUE_DAMAGE, Fleet, encode_vehicles

MakeRequest = Callable[..., BackfillRequest]


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty machines a part, so that there are several without there being hundreds of machines."""
    monkeypatch.setattr(parts, "SMALLEST", 40)


BIASED = """
name: biased
faults:
  - {kind: bias, target: M002, signal: temp, parameters: {magnitude: 20}, start_s: 3600, duration_s: 3600}
  - {kind: hall_warming, target: '*', parameters: {rise_k: 6}, start_s: 5400}
  - {kind: stuck, target: M999, signal: temp}
"""


def written(root: Path) -> dict[str, bytes]:
    """All files by their path."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def rows(root: Path) -> list[dict[str, Any]]:
    """All rows of an archive in Parquet, by machine and number."""
    table = pq.read_table(root / "raw").drop_columns(["dt", "hour"])
    return sorted(table.to_pylist(), key=lambda row: (row["device_id"], row["seq"]))


def test_the_digest_is_what_sha256sum_says(make_request: MakeRequest, tmp_path: Path) -> None:
    """Computed here over the files as they lie there; the manifest names every one of them."""
    made, _ = backfill(make_request(scenario=BIASED, openmetrics=True), str(tmp_path))
    files = written(tmp_path)
    del files["truth/manifest.json"]
    lines = "".join(f"{hashlib.sha256(files[key]).hexdigest()}  {key}\n" for key in sorted(files))

    assert made.digest == digest_of(made.files) == hashlib.sha256(lines.encode()).hexdigest()
    assert {key: file.size for key, file in made.files.items()} == {key: len(content) for key, content in files.items()}
    assert BackfillManifest.model_validate_json((tmp_path / "truth/manifest.json").read_bytes()) == made


@pytest.mark.parametrize("file_format", ["parquet", "jsonl"])
def test_the_same_request_gives_the_same_bytes(make_request: MakeRequest, tmp_path: Path, file_format: str) -> None:
    """Twice alone and once by two processes: every file, the manifest included."""
    request = make_request(120, scenario=BIASED, file_format=file_format, openmetrics=True)
    for name, processes in (("one", 1), ("again", 1), ("two", 2)):
        backfill(request, str(tmp_path / name), processes=processes)

    one = written(tmp_path / "one")
    assert len([key for key in one if key.startswith("raw/")]) == 3 * 4  # three parts; four hours begin or end in it
    assert one == written(tmp_path / "again") == written(tmp_path / "two")


def test_gauges_lie_in_files_of_two_hours(make_request: MakeRequest, tmp_path: Path) -> None:
    """As Prometheus' blocks do, from even hours on; each file has its samples and its end."""
    backfill(make_request(openmetrics=True), str(tmp_path))
    files = {path.name: path.read_text() for path in (tmp_path / "openmetrics").iterdir()}

    # From 22:30 to 01:30, six readings an hour: nine before midnight and nine after it; 18 series.
    samples = {name: sum(line[0] != "#" for line in text.splitlines()) for name, text in files.items()}
    assert samples == {"20260102T22Z-part-0000.txt": 9 * 18, "20260103T00Z-part-0000.txt": 9 * 18}
    assert all(text.endswith("\n# EOF\n") for text in files.values())


def test_parts_do_not_show_in_the_rows(
    make_request: MakeRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine tells the same whoever is played beside it; what failed and was renewed is the same as well."""
    request = make_request(90, scenario=BIASED)
    backfill(request, str(tmp_path / "two"))
    monkeypatch.setattr(parts, "SMALLEST", 1000)
    backfill(request, str(tmp_path / "one"))

    assert rows(tmp_path / "one") == rows(tmp_path / "two")
    truth = [(tmp_path / name / "truth/ground_truth.jsonl").read_bytes() for name in ("one", "two")]
    assert truth[0] == truth[1] != b""


def test_another_seed_gives_other_bytes(make_request: MakeRequest, tmp_path: Path) -> None:
    """The digest tells them apart."""
    request = make_request()
    first, _ = backfill(request, str(tmp_path / "1"))
    second, _ = backfill(
        BackfillRequest(request.identities, request.scenario_text, 2, request.timing), str(tmp_path / "2")
    )

    assert first.digest != second.digest


def test_blocks_do_not_show(make_request: MakeRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of one step give the bytes of blocks of many."""
    request = make_request(scenario=BIASED, interval_s=60, openmetrics=True)
    whole, _ = backfill(request, str(tmp_path / "whole"))
    monkeypatch.setattr(player_module, "CELLS", 1)
    single, _ = backfill(request, str(tmp_path / "single"))

    assert single.digest == whole.digest


def test_history_is_what_a_live_plant_would_have_told(make_request: MakeRequest, tmp_path: Path) -> None:
    """Step by step, machine by machine: the live simulator's messages of the same plant."""
    request = make_request(scenario=BIASED)
    backfill(request, str(tmp_path))
    timeline = request.timing.timeline
    plant = Plant(request.identities, request.scenario, seed=1, start=timeline.start, interval_s=600.0)
    live = []
    for step, at_ms in enumerate(timeline.moments_ms(range(timeline.count)).tolist()):
        readings = plant.step(moment(at_ms))
        live += [json.loads(one) for one in encode(readings, plant.identities, 1, [step + 1] * 3)]

    live.sort(key=lambda message: (message["device_id"], message["seq"]))
    told = [
        {name: row[name] for name in message if name != "timestamp"}
        for row, message in zip(rows(tmp_path), live, strict=True)
    ]
    assert told == [{name: message[name] for name in message if name != "timestamp"} for message in live]


def test_the_twin_differs_where_faults_were(make_request: MakeRequest, tmp_path: Path) -> None:
    """Sample by sample the same machines, moments and numbers; only what faults move is different."""
    request = make_request(scenario=BIASED)
    made, twin = backfill(request, str(tmp_path / "out"), str(tmp_path / "twin"))

    assert twin is not None
    assert (made.clean_twin, twin.clean_twin, twin.counts.truth_records) == (False, True, 0)
    noise = SENSORS["temp"].noise
    for row, clean in zip(rows(tmp_path / "out"), rows(tmp_path / "twin"), strict=True):
        minutes = (row["seq"] - 1) * 10
        excess = row["temp"] - clean["temp"]
        assert {**row, "temp": 0} == {**clean, "temp": 0}
        # The sensor of M002 reads 20 K too much in the second hour; from 90 min on the hall warms up for all.
        lied = 20.0 if row["device_id"] == "M002" and 60 <= minutes < 120 else 0.0
        assert excess == pytest.approx(lied, abs=noise) or (minutes >= 90 and lied < excess <= lied + 6.1)


def test_the_truth_is_in_order_and_ends_with_the_run(make_request: MakeRequest, tmp_path: Path) -> None:
    """Every fault has its start and its end; the manifest says whom the scenario meant in vain."""
    made, _ = backfill(make_request(120, scenario=BIASED), str(tmp_path))
    records = [TruthRecord.model_validate_json(line) for line in (tmp_path / "truth/ground_truth.jsonl").open()]

    assert [(one.at, one.device_id) for one in records] == sorted((one.at, one.device_id) for one in records)
    assert len(records) == made.counts.truth_records
    assert len([one for one in records if one.cause == "scenario"]) == 2 * 121
    assert {one.at for one in records if one.kind == "hall_warming" and one.event == "ended"} == {made.end}
    assert made.unmatched_targets == ("M999",)


def test_wear_is_told_each_hour(make_request: MakeRequest, tmp_path: Path) -> None:
    """Rows that the contract reads, for every machine, at the start and each hour after it, by days."""
    made, _ = backfill(make_request(), str(tmp_path))
    days = {
        path.parent.name: pq.read_table(path).to_pylist()
        for path in sorted((tmp_path / "truth/wear").rglob("*.parquet"))
    }
    told = [
        WearRow.model_validate({name: row[name] for name in WearRow.model_fields})
        for some in days.values()
        for row in some
    ]

    assert {day: sorted({row["timestamp"].strftime("%H:%M") for row in some}) for day, some in days.items()} == {
        "dt=2026-01-02": ["22:30", "23:30"],
        "dt=2026-01-03": ["00:30"],
    }
    assert {one.device_id for one in told} == {"M001", "M002", "M003"}
    assert made.counts.wear_rows == len(told)


def test_the_audit_reads_it(make_request: MakeRequest, tmp_path: Path) -> None:
    """`factory audit` finds every number of every machine once, in order, in the JSON lines."""
    made, _ = backfill(make_request(file_format="jsonl"), str(tmp_path))
    audit = Audit()
    reader = ArchiveReader(FolderStore(tmp_path), audit)
    reader.read_new()

    assert reader.unreadable == []
    assert audit.rows[Delivery.ARCHIVED] == made.counts.archived == 3 * 18
    assert audit.unattributed[Delivery.ARCHIVED] == 0


def test_a_place_that_is_not_empty_is_refused(make_request: MakeRequest, tmp_path: Path) -> None:
    """Unless forced: then an earlier backfill goes and all other files stay."""
    backfill(make_request(), str(tmp_path))
    live = tmp_path / "raw/plant=plant1/dt=2026-01-02/hour=22/20260102T220000.000001Z-8c2f.jsonl.gz"
    live.write_bytes(gzip.compress(b"{}\n", mtime=0))
    live.with_name(".20260102T22Z-part-0000.parquet.tmp").write_bytes(b"a killed one had begun this")
    with pytest.raises(SimulatorUsageError, match="is not empty"):
        make_room(open_sink(str(tmp_path)), str(tmp_path), force=False)
    make_room(open_sink(str(tmp_path)), str(tmp_path), force=True)

    assert list(written(tmp_path)) == [live.relative_to(tmp_path).as_posix()]


def test_progress_reaches_all_readings(make_request: MakeRequest, tmp_path: Path) -> None:
    """Of all runs and processes together."""
    for processes in (1, 2):
        made: list[int] = []
        request = make_request(60)
        backfill(
            request,
            str(tmp_path / f"{processes}"),
            str(tmp_path / f"{processes}-twin"),
            processes=processes,
            advance=made.append,
        )

        assert sum(made) == 2 * request.readings


def test_a_failure_in_a_process_is_told(make_request: MakeRequest, tmp_path: Path) -> None:
    """The sentence of the process that cannot write comes out of the whole, and no manifest says that all is there."""
    (tmp_path / "raw").write_text("in the way")
    with pytest.raises(SimulatorError, match="cannot be written"):
        backfill(make_request(120), str(tmp_path), processes=2)

    assert [path.name for path in tmp_path.iterdir()] == ["raw"]


MESSAGE_FAULTS = """
name: messages
faults:
  - {kind: clock_skew, target: M001, parameters: {offset_s: -7200}, start_s: 3600}
  - {kind: duplicates, target: M002, parameters: {probability: 1}, start_s: 3600, duration_s: 1800}
  - {kind: disconnect, target: M003, start_s: 3600, duration_s: 3900}
"""


def test_faults_of_messages_show_in_the_archive(make_request: MakeRequest, tmp_path: Path) -> None:
    """A slow clock files two hours too early, a repeat has the same number, and an outage ends in a late batch."""
    made, _ = backfill(make_request(hours=4, scenario=MESSAGE_FAULTS), str(tmp_path))
    told = rows(tmp_path)
    numbers = {name: [row["seq"] for row in told if row["device_id"] == name] for name in ("M001", "M002", "M003")}
    late = {
        name: {
            row["seq"]: (row["received_at"] - row["timestamp"]).total_seconds()
            for row in told
            if row["device_id"] == name
        }
        for name in numbers
    }

    assert numbers["M001"] == numbers["M003"] == list(range(1, 25))
    assert [late["M001"][seq] for seq in (6, 7, 24)] == [0, 7200, 7200]
    assert {seq for seq in numbers["M002"] if numbers["M002"].count(seq) > 1} == {7, 8, 9}
    # Cut off from 60 to 125 min: what was read from minute 60 on comes at the first reading after that, minute 130.
    assert [late["M003"][seq] for seq in (6, 7, 13, 14)] == [0, 70 * 60, 10 * 60, 0]
    assert made.counts.archived == len(told) == made.counts.readings + 3
    # 22:30 and two hours: what is read at 23:30 says 21:30, and lies there under the hour in which it came.
    assert any("dt=2026-01-02/hour=21/20260102T23Z-" in key for key in made.files)


TO_FAILURE = "name: worn\nplant: {maintenance: run_to_failure, wear_speed: 250}"


def test_hindsight_agrees_with_the_maintenance_log(make_request: MakeRequest, tmp_path: Path) -> None:
    """Every failure in the truth is the moment to which the hours of its component count down, and of no other."""
    backfill(make_request(10, hours=8 * 24, scenario=TO_FAILURE), str(tmp_path))
    records = [TruthRecord.model_validate_json(line) for line in (tmp_path / "truth/ground_truth.jsonl").open()]
    failed = {
        (one.device_id, one.kind, int(one.parameters["cycle"])): one.at for one in records if one.event == "failed"
    }
    counted: dict[tuple[str, str, int], set[float]] = {}
    for row in pq.read_table(tmp_path / "truth/wear").to_pylist():
        component = (row["device_id"], row["component"], row["cycle"])
        if row["time_to_failure_h"]:
            end = row["timestamp"].timestamp() + row["time_to_failure_h"] * 3600
            counted.setdefault(component, set()).add(round(end, 1))
        elif row["time_to_failure_h"] is None:
            assert component not in failed

    assert len(failed) >= 5
    assert {component: {round(at.timestamp(), 1)} for component, at in failed.items()} == counted


# --- vehicles --------------------------------------------------------------------------------------------------------

WORN_FLEET = """
name: worn-fleet
plant: {maintenance: run_to_failure, wear_speed: 200}
faults:
  - {kind: bias, target: VHC002, signal: engine_temp_c, parameters: {magnitude: 20}, start_s: 1200, duration_s: 7200}
"""


def test_vehicles_do_not_depend_on_processes_either(make_request: MakeRequest, tmp_path: Path) -> None:
    """Machines and vehicles by one process and by two, with gauges and a twin: every file is the same."""
    request = make_request(3, vehicles=80, hours=1, scenario=WORN_FLEET, openmetrics=True)
    for processes in (1, 2):
        out = f"{tmp_path}/{processes}"
        made, twin = backfill(request, out, f"{out}-twin", processes=processes)
        assert twin is not None
        assert made.digest != twin.digest

    for place in ("", "-twin"):
        first, second = (written(tmp_path / f"{processes}{place}") for processes in (1, 2))
        assert first == second
        parts_of = {key.rpartition("Z-")[2].partition(".")[0] for key in first if "hour=" in key}
        assert parts_of == {"part-0000", "fleet-0000", "fleet-0001"}


def test_readers_of_machines_do_not_meet_vehicles(make_request: MakeRequest, tmp_path: Path) -> None:
    """Each of the two tables is read whole by its folder, with its own columns and all of its rows."""
    made, _ = backfill(make_request(3, vehicles=4), str(tmp_path))
    machines, vehicles = (pq.read_table(tmp_path / name) for name in ("raw", "fleet"))

    assert (machines.num_rows, vehicles.num_rows) == (3 * 18, 4 * 18)
    assert made.counts.archived == 7 * 18
    assert set(machines["line"].to_pylist()) == {"line1"}
    assert set(vehicles["line"].to_pylist()) == {"fleet"}
    assert vehicles["odometer_km"].null_count == machines["state"].null_count == 0
    assert [len(made.machines), len(made.vehicles)] == [3, 4]


def test_history_of_vehicles_is_what_a_live_fleet_would_have_told(make_request: MakeRequest, tmp_path: Path) -> None:
    """Step by step, vehicle by vehicle, as the live simulator plays them; blocks do not show."""
    request = make_request(0, vehicles=3, scenario=WORN_FLEET)
    backfill(request, str(tmp_path))
    timeline = request.timing.timeline
    fleet = Fleet(request.identities, request.scenario, seed=1, start=timeline.start, interval_s=600.0)
    live = {}
    for step, at_ms in enumerate(timeline.moments_ms(range(timeline.count)).tolist()):
        for payload in encode_vehicles(fleet.step(moment(at_ms)), fleet.identities, 1, [step + 1] * 3):
            message = json.loads(payload)
            live[message["device_id"], message["seq"]] = {**message, "timestamp": moment(at_ms)}

    told = pq.read_table(tmp_path / "fleet").select(list(VehicleTelemetry.model_fields)).to_pylist()
    assert {(row["device_id"], row["seq"]): row for row in told} == live


def test_the_truth_of_vehicles_lies_beside_that_of_machines(make_request: MakeRequest, tmp_path: Path) -> None:
    """Faults, failures and wear in the same files; hindsight, and who is due for maintenance, agree with the log."""
    made, _ = backfill(make_request(2, vehicles=12, hours=48, scenario=WORN_FLEET), str(tmp_path))
    records = [TruthRecord.model_validate_json(line) for line in (tmp_path / "truth/ground_truth.jsonl").open()]
    failed = {
        (one.device_id, one.kind, int(one.parameters["cycle"])): one.at.timestamp()
        for one in records
        if one.event == "failed" and one.line == "fleet"
    }
    wear = pq.read_table(tmp_path / "truth/wear").to_pylist()
    limits = dict(zip(COMPONENTS, DUE_DAMAGE, strict=True))
    counted = {}
    for row in (one for one in wear if one["line"] == "fleet"):
        assert row["maintenance_due"] == (row["damage"] >= limits[row["component"]])
        if row["time_to_failure_h"]:
            end_s = row["timestamp"].timestamp() + row["time_to_failure_h"] * 3600
            counted[row["device_id"], row["component"], row["cycle"]] = pytest.approx(end_s, abs=1)

    assert [(one.kind, one.event) for one in records if one.device_id == "VHC002" and one.signal] == [
        *(("bias", "started"), ("bias", "ended"))
    ]
    assert {row["device_id"] for row in wear} == {one.device_id for one in (*made.machines, *made.vehicles)}
    assert len(failed) >= 3
    assert counted == {component: at_s for component, at_s in failed.items() if component in counted}
    # A part that fails within its first hour is never looked at before.
    assert len(counted) >= len(failed) - 1


def test_the_audit_reads_vehicles(make_request: MakeRequest, tmp_path: Path) -> None:
    """As JSON lines they lie where the live archive has them, and every number is found once."""
    made, _ = backfill(make_request(2, vehicles=3, file_format="jsonl"), str(tmp_path))
    audit = Audit()
    reader = ArchiveReader(FolderStore(tmp_path), audit)
    reader.read_new()

    assert reader.unreadable == []
    assert audit.rows[Delivery.ARCHIVED] == made.counts.archived == 5 * 18
    assert audit.unattributed[Delivery.ARCHIVED] == 0
