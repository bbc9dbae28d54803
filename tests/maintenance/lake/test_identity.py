"""Lakes that were copied: other times, other ETags, the same content."""

import gzip
import json
import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from lake_lines import DAY, as_object, machine_line, raw_key, vehicle_line

from maintenance.errors import LakeError
from maintenance.lake import CompactionReport, Lake
from maintenance.lake.address import open_store
from maintenance.lake.layout import PlantDay, state_key
from maintenance.lake.stores import Store

TODAY = PlantDay("plant1", DAY.date())


def lines(first: int, last: int, day: int = 0) -> list[dict[str, object]]:
    """Messages of a machine, a minute apart."""
    return [machine_line("M001", seq, DAY + timedelta(days=day, minutes=seq)) for seq in range(first, last + 1)]


def compact(store: Store) -> CompactionReport:
    """All of it."""
    return Lake(store).compact()


def seqs(store: Store) -> list[int]:
    """Which messages are in the tables."""
    return Lake(store).query("SELECT seq FROM machine_telemetry ORDER BY seq").column("seq").to_pylist()


def copied(source: Path, target: Path) -> Store:
    """As `cp -r` does: each file with the time at which it was copied, which is another."""
    shutil.copytree(source, target, copy_function=shutil.copyfile)
    for path in target.rglob("*"):
        os.utime(path, ns=(1, 1_800_000_000_000_000_000))
    return open_store(str(target))


def synced(source: Path, target: Store) -> Store:
    """As `aws s3 sync` does: each file an object, known by its ETag."""
    for path in source.rglob("*"):
        if path.is_file():
            target.put(path.relative_to(source).as_posix(), path.read_bytes())
    return target


@pytest.fixture
def original(folder: Store, tmp_path: Path) -> Path:
    """A compacted lake: two days, a vehicle, and a reading of the first day in the second one's folder."""
    folder.put(raw_key(DAY, "a"), as_object(*lines(1, 3), vehicle_line("VHC001", 1, DAY)))
    folder.put(raw_key(DAY, "b"), as_object(*lines(4, 5), "nonsense"))
    folder.put(raw_key(DAY + timedelta(days=1), "c"), as_object(*lines(6, 7), *lines(8, 8, day=1)))
    compact(folder)
    return tmp_path / "lake"


@pytest.fixture(params=["folder", "bucket"])
def copy(request: pytest.FixtureRequest, original: Path, tmp_path: Path) -> Store:
    """Its copy, in another folder or in a bucket."""
    if request.param == "folder":
        return copied(original, tmp_path / "copy")
    return synced(original, request.getfixturevalue("bucket"))


def test_a_copy_has_everything(copy: Store, folder: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written again, the digest is that of the original, and the next time nothing is even read."""
    before = {one.key: one.version for one in copy.objects("curated/machine_telemetry/")}
    report = compact(copy)
    assert (report.days_written, report.days_unchanged, report.objects) == (0, 2, 0)
    assert report.digest == compact(folder).digest
    assert {one.key: one.version for one in copy.objects("curated/machine_telemetry/")} == before
    monkeypatch.setattr("maintenance.lake.identity._sha256", lambda *_: pytest.fail("read again"))
    assert compact(copy).days_unchanged == 2


def test_what_comes_to_a_copy_is_merged(copy: Store) -> None:
    """Only that is read."""
    copy.put(raw_key(DAY, "d"), as_object(*lines(9, 9)))
    report = compact(copy)
    assert (report.objects, report.days_written, report.days_rebuilt) == (1, 1, 0)
    assert seqs(copy) == [1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_a_copy_without_its_oldest_objects_keeps_their_rows(copy: Store) -> None:
    """An archive is kept for a while only; it is no question of what was replaced."""
    copy.remove(raw_key(DAY, "a"))
    assert compact(copy).days_rebuilt == 0
    assert seqs(copy) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_an_object_of_the_same_length_that_was_replaced_is_seen(copy: Store) -> None:
    """By its content; the day begins from nothing."""
    for seqs_in_it in ((21, 22), (31, 32)):
        # Not compressed, so that the length is the same.
        text = "".join(f"{json.dumps(line)}\n" for line in lines(*seqs_in_it))
        copy.put(raw_key(DAY, "same"), gzip.compress(text.encode(), 0, mtime=0))
        report = compact(copy)
    assert report.days_rebuilt == 1
    assert seqs(copy) == [1, 2, 3, 4, 5, 6, 7, 8, 31, 32]


def test_a_state_without_digests_begins_from_nothing(original: Path, tmp_path: Path) -> None:
    """As one that was written before they were kept; afterwards there are some."""
    store = copied(original, tmp_path / "copy")
    told = json.loads(gzip.decompress(store.read(state_key(TODAY))))
    for one in told["inputs"].values():
        assert len(one.pop("sha256")) == 64
    store.put(state_key(TODAY), gzip.compress(json.dumps(told).encode()))
    assert compact(store).days_rebuilt == 1
    assert compact(copied(tmp_path / "copy", tmp_path / "copy2")).days_rebuilt == 0


def test_a_copy_of_which_one_object_was_replaced_and_another_is_gone_is_a_question(copy: Store) -> None:
    """As in the original."""
    copy.remove(raw_key(DAY, "a"))
    copy.put(raw_key(DAY, "b"), as_object(*lines(40, 42)))
    with pytest.raises(LakeError, match="1 of its objects were replaced and 1 are gone"):
        compact(copy)


def test_a_day_that_nobody_looks_at_knows_what_it_was_lent(original: Path, tmp_path: Path) -> None:
    """The first day has rows of an object in the second one's folder, which alone is compacted."""
    store = copied(original, tmp_path / "copy")
    report = Lake(store).compact(since=(DAY + timedelta(days=1)).date())
    assert (report.days_written, report.days_rebuilt) == (0, 0)
    assert seqs(store) == [1, 2, 3, 4, 5, 6, 7, 8]
