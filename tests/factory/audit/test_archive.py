"""Reading an archive, as files and through S3."""

import gzip
import json
from pathlib import Path

import boto3
import pytest

from contracts.ledger import LedgerEntry
from factory.audit.archive import ArchiveReader
from factory.audit.core import Audit
from factory.audit.report import summary
from factory.audit.settle import settle
from factory.audit.stores import FolderStore, S3Store, Store


def _object(*seqs: int) -> bytes:
    return gzip.compress("\n".join(json.dumps({"device_id": "M001", "run": 1, "seq": seq}) for seq in seqs).encode())


CONTENTS = {"raw/plant=plant1/dt=2026-01-02/hour=03/a.jsonl.gz": _object(1, 2), "raw/x/b.jsonl.gz": _object(3, 4)}


@pytest.fixture
def folder(tmp_path: Path) -> Store:
    """An archive as the local S3 leaves it, sidecars included."""
    for key, content in CONTENTS.items():
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_bytes(content)
        (tmp_path / f"{key}.meta.json").write_text("{}")
    return FolderStore(tmp_path)


@pytest.fixture
def bucket(mocked_account: None) -> Store:
    """The same archive in a bucket, below a prefix."""
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket="lake")
    for key, content in CONTENTS.items():
        client.put_object(Bucket="lake", Key=f"copy/{key}", Body=content)
    return S3Store(client, "lake", "copy")


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_every_object_is_read_once(kind: str, request: pytest.FixtureRequest) -> None:
    """All rows are found; asked again, nothing is read twice."""
    audit = Audit()
    reader = ArchiveReader(request.getfixturevalue(kind), audit)
    assert (reader.read_new(), reader.read_new(), reader.rows) == (2, 0, 4)
    assert audit.account("M001", 1).archived.ranges == ((1, 4),)


def test_progress_ends_at_the_whole(folder: Store) -> None:
    """The last progress told is all bytes of all bytes."""
    told: list[tuple[int, int]] = []
    ArchiveReader(folder, Audit()).read_new(lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == sum(map(len, CONTENTS.values()))


def test_an_unreadable_object_is_named(folder: Store, tmp_path: Path) -> None:
    """A torn object does not stop the audit, and is not passed over in silence."""
    (tmp_path / "raw/x/torn.jsonl.gz").write_bytes(_object(5)[:-4])
    reader = ArchiveReader(folder, Audit())
    reader.read_new()
    assert (reader.unreadable, reader.rows) == (["raw/x/torn.jsonl.gz"], 4)


def test_settling_waits_for_what_is_under_way(folder: Store, tmp_path: Path) -> None:
    """A row that arrives while the audit waits is not missing."""
    audit = Audit()
    acknowledged = {"M001": [(1, 5)]}
    audit.told(
        [LedgerEntry(at="2026-01-02T03:04:05Z", plant="plant1", shard="s", run=1, acknowledged=acknowledged)]  # type: ignore[arg-type]
    )
    reader = ArchiveReader(folder, audit)
    reader.read_new()
    seconds = iter(range(100))

    def arrive(_: float) -> None:
        (tmp_path / "raw/late.jsonl.gz").write_bytes(_object(5))

    assert summary(audit)["missing"] == 1
    settle(reader, audit, 5, clock=lambda: float(next(seconds)), sleep=arrive)
    assert summary(audit)["missing"] == 0


def test_settling_ends_where_a_row_never_comes(folder: Store) -> None:
    """A real loss is told after the wait, also when the archive keeps growing."""
    audit = Audit()
    acknowledged = {"M001": [(1, 5)]}
    audit.told(
        [LedgerEntry(at="2026-01-02T03:04:05Z", plant="plant1", shard="s", run=1, acknowledged=acknowledged)]  # type: ignore[arg-type]
    )
    seconds = iter(range(1000))
    settle(ArchiveReader(folder, audit), audit, 5, clock=lambda: float(next(seconds)), sleep=lambda _: None)
    assert summary(audit)["missing"] == 1


def test_what_compaction_set_aside_is_no_delivery(folder: Store, tmp_path: Path) -> None:
    """It is counted where it lies in the archive."""
    (tmp_path / "quarantine/compaction/raw").mkdir(parents=True)
    (tmp_path / "quarantine/compaction/raw/a.refused.jsonl").write_text('{"object":"raw/a","line":1}\n')
    (tmp_path / "quarantine/plant=plant1").mkdir()
    (tmp_path / "quarantine/plant=plant1/b.json").write_text("{}")
    reader = ArchiveReader(folder, Audit(()))
    reader.read_new()

    assert reader.objects == len(CONTENTS) + 1
