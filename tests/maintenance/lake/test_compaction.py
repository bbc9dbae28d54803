"""From archive to tables, on a disk and in a bucket."""

import errno
import gzip
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lake_lines import DAY, as_object, machine_line, minutes, raw_key, vehicle_line

from maintenance.errors import LakeError
from maintenance.lake import CompactionReport, Lake
from maintenance.lake import day as day_module
from maintenance.lake.address import open_store
from maintenance.lake.compaction import Compaction
from maintenance.lake.layout import PlantDay, data_key, state_key
from maintenance.lake.planning import Selection
from maintenance.lake.stores import Store, StoredObject
from maintenance.lake.tables import MACHINE_TELEMETRY

HOUR = timedelta(hours=1)
TODAY = PlantDay("plant1", DAY.date())
FILE = data_key(MACHINE_TELEMETRY, TODAY)


def _compact(store: Store, **selection: Any) -> CompactionReport:
    return Lake(store).compact(**selection)


def _messages(store: Store) -> list[tuple[str, str, int]]:
    told = Lake(store).query("SELECT device_id, dt, seq FROM machine_telemetry ORDER BY device_id, dt, seq").to_pylist()
    return [(row["device_id"], row["dt"], row["seq"]) for row in told]


def _lines(device_id: str, first: int, last: int) -> list[dict[str, Any]]:
    """Messages of a machine, a minute apart from the day's beginning."""
    return [machine_line(device_id, seq, DAY + timedelta(minutes=seq)) for seq in range(first, last + 1)]


def _digests(store: Store) -> dict[str, str]:
    return {one.key: store.read(one.key).hex() for one in store.objects("curated/") if "/state/" not in one.key}


def test_the_archive_becomes_a_file_for_plant_and_day(store: Store) -> None:
    """Machines and vehicles of one object in tables of their own, by device and time."""
    store.put(raw_key(DAY, "b"), as_object(*_lines("M002", 1, 2), vehicle_line("VHC001", 1, DAY)))
    store.put(raw_key(DAY, "a"), as_object(*_lines("M001", 1, 2)))
    report = _compact(store)
    assert [one.key for one in store.objects("curated/machine_telemetry/")] == [
        "curated/machine_telemetry/plant=plant1/dt=2026-01-31/part-0000.parquet"
    ]
    assert _messages(store) == [
        ("M001", "2026-01-31", 1), ("M001", "2026-01-31", 2), ("M002", "2026-01-31", 1), ("M002", "2026-01-31", 2),
    ]  # fmt: skip
    assert Lake(store).query("SELECT odometer_km FROM vehicle_telemetry").to_pylist() == [{"odometer_km": 10365.2}]
    assert (report.days_written, report.objects, report.rows, report.repeated) == (1, 2, 5, 0)


def test_doing_it_again_does_nothing(store: Store) -> None:
    """No object is read, no file is written, the digest is the same."""
    store.put(raw_key(DAY, "a"), as_object(*_lines("M001", 1, 2)))
    first = _compact(store)
    files = store.objects("curated/")
    again = _compact(store)
    assert (again.days_written, again.days_unchanged, again.objects) == (0, 1, 0)
    assert store.objects("curated/") == files
    assert again.digest == first.digest


def test_late_repeated_and_reordered_readings_land_once(store: Store) -> None:
    """A message that came again, one that came after later ones, one that came the day after."""
    store.put(raw_key(DAY, "a"), as_object(*_lines("M001", 3, 4), *_lines("M001", 1, 2)))
    _compact(store)
    late = machine_line("M001", 5, DAY + timedelta(minutes=5), received_at=int((DAY + 24 * HOUR).timestamp() * 1000))
    store.put(raw_key(DAY, "b"), as_object(late, *_lines("M001", 2, 3)))
    report = _compact(store)
    assert [seq for _, _, seq in _messages(store)] == [1, 2, 3, 4, 5]
    assert (report.objects, report.rows, report.repeated) == (1, 3, 2)


def test_what_comes_bit_by_bit_gives_the_bytes_of_what_comes_at_once(tmp_path: Any) -> None:
    """An hour that is compacted early, and again when more of it has come."""
    objects = {
        "a": as_object(*_lines("M002", 1, 40)),
        "b": as_object(*_lines("M001", 20, 50), vehicle_line("VHC001", 1, DAY)),
        "c": as_object(*_lines("M001", 1, 25), *_lines("M002", 30, 45)),
    }
    digests = set()
    for order in ("abc", "cba", "b,ac", "a,b,c"):
        root = tmp_path / order
        root.mkdir()
        store = open_store(str(root))
        for names in order.split(","):
            for name in names:
                store.put(raw_key(DAY, name), objects[name])
            _compact(store)
        digests.add(_compact(store).digest)
    assert len(digests) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(["M1", "M2"]), st.integers(1, 2), st.integers(1, 6)), max_size=8),
        min_size=1,
        max_size=5,
    )
)
def test_every_message_lands_once_whatever_is_repeated(
    tmp_path_factory: pytest.TempPathFactory, objects: list[list[tuple[str, int, int]]]
) -> None:
    """Compacted after each object: the table has the set of messages, no more and no less."""
    store = open_store(str(tmp_path_factory.mktemp("lake")))
    for number, messages in enumerate(objects):
        lines = [
            machine_line(device, seq, DAY + timedelta(minutes=10 * run + seq), run=run) for device, run, seq in messages
        ]
        store.put(raw_key(DAY, f"{number}"), as_object(*lines))
        _compact(store)
    expected = sorted({message for messages in objects for message in messages})
    if expected:
        rows = Lake(store).query("SELECT device_id, run, seq FROM machine_telemetry ORDER BY 1, 2, 3").to_pylist()
        assert [tuple(row.values()) for row in rows] == expected


def test_a_reading_in_another_days_folder_lands_in_its_own_day(store: Store) -> None:
    """As a stream that files by arrival leaves them around midnight; each day has its own, and is done after that."""
    before = DAY - timedelta(minutes=1)
    store.put(raw_key(DAY, "a"), as_object(machine_line("M001", 9, before), machine_line("M001", 10, DAY)))
    report = _compact(store)
    assert _messages(store) == [("M001", "2026-01-30", 9), ("M001", "2026-01-31", 10)]
    assert (report.days_written, report.late, report.objects) == (2, 1, 1)
    assert _compact(store).days_written == 0


def test_a_day_that_is_lent_a_reading_is_not_unchanged(store: Store) -> None:
    """Each day is counted once: as written, though there had seemed to be nothing for it."""
    before = DAY - timedelta(minutes=2)
    store.put(raw_key(before, "a"), as_object(machine_line("M001", 1, before)))
    _compact(store)
    store.put(raw_key(DAY, "b"), as_object(machine_line("M001", 2, before + timedelta(minutes=1))))
    report = _compact(store)
    assert (report.days_written, report.days_unchanged, report.days_without_archive) == (2, 0, 0)
    again = _compact(store, rebuild=True)
    assert (again.days_written, again.days_rebuilt) == (2, 2)


def test_a_lent_object_that_was_replaced_takes_its_old_rows_away(store: Store) -> None:
    """Also of a day that was not asked for: it has what the day asked for lends it now."""
    before = DAY - timedelta(minutes=5)
    store.put(raw_key(before, "a"), as_object(machine_line("M001", 1, before)))
    store.put(raw_key(DAY, "b"), as_object(machine_line("M001", 2, before + timedelta(minutes=1))))
    _compact(store)
    store.put(raw_key(DAY, "b"), as_object(machine_line("M001", 30, before + timedelta(minutes=2))))
    _compact(store, since=DAY.date())
    assert [seq for _, _, seq in _messages(store)] == [1, 30]


def test_a_day_that_is_written_twice_is_one_day(store: Store) -> None:
    """It has new readings itself, and is lent others by the day after it."""
    before = DAY - timedelta(minutes=2)
    store.put(raw_key(before, "a"), as_object(machine_line("M001", 1, before)))
    store.put(raw_key(DAY, "b"), as_object(machine_line("M001", 2, before + timedelta(minutes=1))))
    assert _compact(store).days_written == 2


def test_a_scratch_folder_that_runs_full_is_told(folder: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was there before stays; with more room, the next run goes on."""
    folder.put(raw_key(DAY, "a"), as_object(*_lines("M001", 1, 2)))

    def full(*_arguments: Any) -> int:
        raise OSError(errno.ENOSPC, "Error writing bytes to file. Detail: [errno 28] No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(day_module, "write_table_file", full)
        with pytest.raises(LakeError, match=r"scratch folder .* cannot be written: No space left on device\."):
            _compact(folder)
    assert _compact(folder).days_written == 1


def test_an_object_in_the_wrong_folder_is_lent_as_a_whole(store: Store) -> None:
    """It is counted once, as late; what of it is no telemetry stays set aside."""
    before = DAY - timedelta(minutes=2)
    store.put(raw_key(DAY, "a"), as_object(machine_line("M001", 9, before), "nonsense"))
    store.put(raw_key(DAY, "b"), as_object(machine_line("M001", 10, before + timedelta(minutes=1))))
    report = _compact(store)
    assert (report.objects, report.rows, report.late, report.refused) == (2, 2, 2, 1)
    assert len(store.objects("quarantine/compaction/")) == 1
    assert _messages(store) == [("M001", "2026-01-30", 9), ("M001", "2026-01-30", 10)]


def test_an_archive_filed_by_arrival_gives_the_tables_of_one_filed_by_its_own_time(tmp_path: Any) -> None:
    """As Firehose files it: an object each five minutes, two rows of the one before once more, over midnight."""
    lines = [machine_line("M001", n + 1, DAY + timedelta(minutes=n - 30)) for n in range(120)]
    for name in ("by_time", "by_arrival"):
        (tmp_path / name).mkdir()
    by_time, by_arrival = open_store(str(tmp_path / "by_time")), open_store(str(tmp_path / "by_arrival"))
    by_time.put(raw_key(DAY - HOUR, "a"), as_object(*lines[:30]))
    by_time.put(raw_key(DAY, "a"), as_object(*lines[30:90]))
    by_time.put(raw_key(DAY + HOUR, "a"), as_object(*lines[90:]))
    for first in range(0, 120, 5):
        arrived = DAY + timedelta(minutes=first - 25)
        by_arrival.put(raw_key(arrived, f"archive-1-{arrived:%H-%M}"), as_object(*lines[max(0, first - 2) : first + 5]))
    _compact(by_time)
    report = _compact(by_arrival)

    assert _digests(by_arrival) == _digests(by_time)
    # 24 objects, each but the first with two rows of the one before it.
    assert (len(_messages(by_arrival)), report.repeated) == (120, 46)
    # The object that arrived at 00:00 has rows of 23:53 to 23:59, that of 00:05 those of 23:58 and 23:59.
    assert report.late == 9


def test_a_day_that_was_lent_a_reading_keeps_it(store: Store) -> None:
    """When more of its own comes, and when it is written anew."""
    before = DAY - timedelta(minutes=1)
    store.put(raw_key(DAY, "a"), as_object(machine_line("M001", 9, before)))
    _compact(store)
    store.put(raw_key(before, "b"), as_object(machine_line("M001", 8, before - timedelta(minutes=1))))
    _compact(store)
    assert [seq for _, _, seq in _messages(store)] == [8, 9]
    _compact(store, rebuild=True)
    assert [seq for _, _, seq in _messages(store)] == [8, 9]


def test_a_lent_reading_lands_though_the_run_was_ended_before(folder: Store) -> None:
    """The day in whose folder it lies was done, the other one not."""
    before = DAY - timedelta(minutes=1)
    folder.put(raw_key(DAY, "a"), as_object(machine_line("M001", 9, before), machine_line("M001", 10, DAY)))
    _compact(folder)
    for key in [one.key for one in folder.objects("curated/") if "2026-01-30" in one.key]:
        folder.remove(key)
    assert [seq for _, _, seq in _messages(folder)] == [10]
    _compact(folder)
    assert [seq for _, _, seq in _messages(folder)] == [9, 10]


class _Ended(BaseException):
    """A process is killed."""


def _ending_at(store: Store, method: str, call: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process end before a call has done anything."""
    calls = 0
    real: Callable[..., StoredObject] = getattr(store, method)

    def ending(*arguments: Any) -> StoredObject:
        nonlocal calls
        calls += 1
        if calls == call:
            raise _Ended
        return real(*arguments)

    monkeypatch.setattr(store, method, ending)


@pytest.mark.parametrize(("method", "call"), [("put_file", 1), ("put_file", 2), ("put", 1), ("put", 2)])
def test_a_run_that_was_ended_goes_on(
    store: Store, monkeypatch: pytest.MonkeyPatch, method: str, call: int, tmp_path: Any
) -> None:
    """Before a file or a state is written: the next run gives what one run would have given."""
    objects = {raw_key(DAY + 24 * day * HOUR, "a"): day for day in range(3)}
    other = open_store(str(tmp_path))
    for key, day in objects.items():
        content = as_object(*(machine_line("M001", seq, DAY + 24 * day * HOUR) for seq in range(1, 4)))
        store.put(key, content)
        other.put(key, content)
    with monkeypatch.context() as patch:
        _ending_at(store, method, call, patch)
        with pytest.raises(_Ended):
            _compact(store)
    report = _compact(store)
    assert report.days_written >= 1
    assert report.days_written + report.days_unchanged == 3
    _compact(other)
    assert _digests(store) == _digests(other)


def test_what_is_no_telemetry_is_kept_with_the_reason_and_counted_once(store: Store) -> None:
    """A line, and an object that is torn; they are not counted again when more comes."""
    store.put(raw_key(DAY, "a"), as_object(*_lines("M001", 1, 1), "nonsense"))
    torn = as_object(*_lines("M001", 2, 2))[:-8]
    store.put(raw_key(DAY, "b"), torn)
    report = _compact(store)
    assert (report.refused, report.unreadable) == (1, 1)
    kept = [
        json.loads(line) for one in store.objects("quarantine/compaction/") for line in store.read(one.key).splitlines()
    ]
    assert [(one["object"], one["line"], one["reason"]) for one in kept] == [
        (raw_key(DAY, "a"), 2, "The line is no JSON."),
        (
            raw_key(DAY, "b"), None,
            "The object cannot be read: Compressed file ended before the end-of-stream marker was reached.",
        ),
    ]  # fmt: skip
    store.put(raw_key(DAY, "c"), as_object(*_lines("M001", 3, 3)))
    again = _compact(store)
    assert (again.refused, again.unreadable) == (0, 0)
    assert len(store.objects("quarantine/compaction/")) == 2
    assert [seq for _, _, seq in _messages(store)] == [1, 3]


def test_an_object_that_was_replaced_takes_its_old_rows_away(store: Store) -> None:
    """As a backfill that is written anew: the day begins from nothing, also in quarantine."""
    store.put(raw_key(DAY, "a"), as_object(*_lines("M001", 1, 3), "nonsense"))
    _compact(store)
    store.put(raw_key(DAY, "a"), as_object(*_lines("M001", 7, 8)))
    report = _compact(store)
    assert report.days_rebuilt == 1
    assert [seq for _, _, seq in _messages(store)] == [7, 8]
    assert store.objects("quarantine/compaction/") == []


def test_a_table_of_which_nothing_is_left_has_no_file(store: Store) -> None:
    """The object that had the vehicle was replaced by one without."""
    store.put(raw_key(DAY, "a"), as_object(*_lines("M001", 1, 3), vehicle_line("VHC001", 1, DAY)))
    _compact(store)
    store.put(raw_key(DAY, "a"), as_object(*_lines("M001", 1, 3)))
    report = _compact(store)
    assert list(report.files) == [FILE]
    assert store.objects("curated/vehicle_telemetry/") == []
    assert Lake(store).query("SELECT count(*) AS n FROM vehicle_telemetry").to_pylist() == [{"n": 0}]


def test_rows_of_objects_that_are_gone_stay(store: Store) -> None:
    """An archive that is kept for a while only: what was compacted stays, and more can come."""
    store.put(raw_key(DAY, "a"), as_object(*_lines("M001", 1, 2)))
    _compact(store)
    store.remove(raw_key(DAY, "a"))
    assert _compact(store).days_without_archive == 1
    store.put(raw_key(DAY, "b"), as_object(*_lines("M001", 3, 3)))
    _compact(store)
    assert [seq for _, _, seq in _messages(store)] == [1, 2, 3]


def test_replaced_and_gone_together_are_a_question(store: Store) -> None:
    """Nobody can tell which rows are right; --rebuild decides."""
    for name in "ab":
        store.put(raw_key(DAY, name), as_object(*_lines("M001", 1, 2)))
    _compact(store)
    store.remove(raw_key(DAY, "a"))
    store.put(raw_key(DAY, "b"), as_object(*_lines("M001", 9, 9)))
    with pytest.raises(LakeError, match=r"plant1, 2026-01-31: .* 1 of .* replaced and 1 are gone") as told:
        _compact(store)
    # Only for that day: of others, too, the archive may have lost what their files still have.
    assert "--rebuild --plant plant1 --since 2026-01-31 --until 2026-01-31`" in str(told.value)
    _compact(store, rebuild=True)
    assert [seq for _, _, seq in _messages(store)] == [9]


@pytest.mark.parametrize("lost", [FILE, state_key(TODAY)])
def test_a_file_or_state_that_was_lost_is_made_again(store: Store, lost: str) -> None:
    """With the same bytes."""
    store.put(raw_key(DAY, "a"), as_object(*_lines("M001", 1, 30)))
    _compact(store)
    before = _digests(store)
    store.remove(lost)
    _compact(store)
    assert _digests(store) == before


def test_a_damaged_file_is_told(store: Store) -> None:
    """With the way out."""
    store.put(raw_key(DAY, "a"), as_object(*_lines("M001", 1, 2)))
    _compact(store)
    store.put(FILE, b"PAR1 and no more")
    with pytest.raises(LakeError, match=rf"{FILE} cannot be read: .*--rebuild"):
        _compact(store)
    _compact(store, rebuild=True)
    assert [seq for _, _, seq in _messages(store)] == [1, 2]


def test_folders_at_which_nobody_looks_are_told(store: Store) -> None:
    """No such day, a day written otherwise, no plant: what lies there is in no table."""
    line = as_object(machine_line("M001", 1, DAY))
    strange = ["raw/loose/", "raw/plant=plant1/dt=2026-02-30/", "raw/plant=plant1/dt=2026-1-31/"]
    for folder in strange:
        store.put(f"{folder}hour=00/a.jsonl.gz", line)
    store.put(raw_key(DAY, "a"), line)
    report = _compact(store)
    assert (report.strange_folders, report.days_written) == (strange, 1)


def test_only_the_days_and_the_plant_that_were_asked_for_are_done(folder: Store) -> None:
    """Both ends of the days are included."""
    for plant in ("plant1", "plant2"):
        for day in range(4):
            at = DAY + 24 * day * HOUR
            folder.put(raw_key(at, "a", plant), as_object(machine_line("M001", 1, at, plant=plant)))
    report = _compact(folder, plant="plant2", since=date(2026, 2, 1), until=date(2026, 2, 2))
    assert sorted(report.files) == [
        f"curated/machine_telemetry/plant=plant2/dt=2026-02-0{day}/part-0000.parquet" for day in (1, 2)
    ]


def test_a_day_larger_than_memory_gives_the_same_bytes(tmp_path: Any) -> None:
    """Ten rows at a time against all at once; rows that came before are merged as well."""
    digests = set()
    for limit in (10, 1000):
        (tmp_path / str(limit)).mkdir()
        store = open_store(str(tmp_path / str(limit)))
        for number, (first, last) in enumerate([(1, 20), (11, 30), (5, 8)]):
            lines = [line for device in ("M1", "M2", "M3", "M4") for line in _lines(device, first, last)]
            store.put(raw_key(DAY, f"{number}"), as_object(*lines))
            if number:
                compaction = Compaction(store, Selection(), rows_in_memory=limit)
                compaction.plan()
                report = compaction.run()
        assert len(_messages(store)) == 4 * 30
        digests.add(report.digest)
    assert len(digests) == 1


def test_the_state_names_every_object(folder: Store) -> None:
    """What is in a day's files can be looked up, with how much of it."""
    folder.put(raw_key(DAY, "a"), as_object(*_lines("M001", 1, 5), "nonsense"))
    _compact(folder)
    state = json.loads(gzip.decompress(folder.read(state_key(TODAY))))
    told = state["inputs"][raw_key(DAY, "a")]
    assert (told["rows"], told["refused"]) == (5, 1)
    assert state["files"]["machine_telemetry"]["rows"] == 5


def test_what_is_read_is_told_as_it_is_read(folder: Store) -> None:
    """Bytes come to what was planned, rows to what was found."""
    for name, device in (("a", "M001"), ("b", "M002")):
        folder.put(raw_key(DAY, name), as_object(*_lines(device, 1, 5)))
    told: list[tuple[int, int]] = []
    compaction = Compaction(folder, Selection())
    size = compaction.plan()
    compaction.run(lambda more, rows: told.append((more, rows)))
    assert sum(more for more, _ in told) == size
    assert [rows for _, rows in told] == [5, 5]


def test_minutes_are_minutes() -> None:
    """The stand-in counts from midnight."""
    assert [at.minute for at in minutes(3)] == [0, 1, 2]
