"""Ledgers as they are read: from a directory, and from the segments that simulators ship."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.segments import Segment, shipped_files
from factory.audit.core import Audit, Delivery, Stretch
from factory.audit.ledgers import LedgerDirectory, ShippedLedgers
from factory.audit.places import ledgers_at
from factory.audit.report import summary
from factory.audit.stores import FolderStore
from factory.errors import LocalFactoryError, LocalFactoryUsageError
from simulator.ledger import LedgerWriter
from simulator.shipping import Shipper

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Task:
    """A simulator's disk, shipped into a folder that stands for the bucket."""

    def __init__(self, disk: Path, bucket: Path, run: int) -> None:
        self.ledger = LedgerWriter(disk / "ledger", "plant1", "shard-0000", run)
        self._shipper = Shipper(disk, lambda key, content: _put(bucket / key, content), segment_bytes=1)

    def say(self, *seqs: int) -> None:
        """Messages are published and acknowledged, a line of the ledger each."""
        for seq in seqs:
            self.ledger.note("published", "M001", seq)
            self.ledger.note("acknowledged", "M001", seq)
            self.ledger.write(AT)

    def ship(self) -> None:
        """A shipment: a segment a line."""
        self._shipper.ship()


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    """What stands for the bucket."""
    return tmp_path / "bucket"


@pytest.fixture
def task(tmp_path: Path, bucket: Path) -> Callable[[int], Task]:
    """Makes a task, each with a disk of its own."""
    return lambda run: Task(tmp_path / f"disk-{run}", bucket, run)


def segments(bucket: Path) -> list[Segment]:
    """All segments of the only ledger."""
    keys = (path.relative_to(bucket).as_posix() for path in bucket.rglob("*") if path.is_file())
    (file,) = shipped_files(keys)
    return list(file.segments)


def test_shipped_ledgers_say_what_those_on_the_disk_say(
    task: Callable[[int], Task], bucket: Path, tmp_path: Path
) -> None:
    """Machines are numbered from line to line, so a file is read as a whole, whatever it was cut into."""
    one = task(1)
    one.say(1, 2, 3)
    one.ledger.close(AT)
    one.ship()
    told: list[tuple[int, int]] = []

    on_disk = list(LedgerDirectory(tmp_path / "disk-1" / "ledger").entries())
    assert list(ShippedLedgers(FolderStore(bucket)).entries(lambda *some: told.append(some))) == on_disk
    assert len(segments(bucket)) == len(on_disk) == 4
    assert told[-1][0] == told[-1][1] > 0


def test_a_lost_tail_is_no_loss_and_is_told(task: Callable[[int], Task], bucket: Path) -> None:
    """A task is killed with three lines that were never shipped; all that it said arrived, and another went on."""
    killed = task(1)
    killed.say(1, 2)
    killed.ship()
    killed.say(3, 4, 5)
    follower = task(2)
    follower.say(1)
    follower.ledger.close(AT)
    follower.ship()
    audit = Audit()
    audit.told(ShippedLedgers(FolderStore(bucket)).entries())
    audit.arrived(Delivery.ARCHIVED, [Stretch("M001", 1, 1, 5), Stretch("M001", 2, 1, 1)])

    told = summary(audit)
    counted = {name: told[name] for name in ("acknowledged", "missing", "untold", "unaccounted", "unacknowledged")}
    assert counted == {"acknowledged": 3, "missing": 0, "untold": 3, "unaccounted": 0, "unacknowledged": 0}
    assert told["ledgers_without_end"] == 1


def test_a_gap_is_refused_by_name_and_number(task: Callable[[int], Task], bucket: Path) -> None:
    """Behind it nobody knows which machine a number means."""
    one = task(1)
    one.say(1, 2, 3, 4, 5)
    one.ship()
    second, fourth = segments(bucket)[1], segments(bucket)[3]
    for lost in (second, fourth):
        (bucket / lost.key).unlink()

    expected = f"2 gaps in 1 ledgers; .*{second.owner}, where byte {second.start} should come and byte {second.end} "
    with pytest.raises(LocalFactoryError, match=expected):
        ShippedLedgers(FolderStore(bucket))


def test_a_ledger_without_its_beginning_is_passed_over_and_told(task: Callable[[int], Task], bucket: Path) -> None:
    """The bucket lets go of what is old, a file's first segments first; the other ledgers are read."""
    old = task(1)
    old.say(1, 2)
    old.ship()
    first = segments(bucket)[0]
    (bucket / first.key).unlink()
    young = task(2)
    young.say(1)
    young.ship()

    ledgers = ShippedLedgers(FolderStore(bucket))
    assert [entry.run for entry in ledgers.entries()] == [2]
    assert ledgers.headless == [f"ledger/shard-0000/00000001.jsonl of {first.owner}"]


def test_a_ledger_that_was_shipped_under_two_owners_counts_once(
    task: Callable[[int], Task], bucket: Path, tmp_path: Path
) -> None:
    """Numbers are a set: a disk whose journal was lost has its lines twice in the bucket."""
    one = task(1)
    one.say(1, 2)
    one.ship()
    (tmp_path / "disk-1/ledger/shipped.json").unlink()
    Shipper(tmp_path / "disk-1", lambda key, content: _put(bucket / key, content)).ship()
    audit = Audit()
    audit.told(ShippedLedgers(FolderStore(bucket)).entries())

    assert summary(audit)["acknowledged"] == 2


def test_an_address_says_which_kind_it_is(task: Callable[[int], Task], bucket: Path, tmp_path: Path) -> None:
    """A directory of ledgers, a copy of a bucket, and what is neither."""
    one = task(1)
    one.say(1)
    one.ship()

    assert isinstance(ledgers_at(str(bucket)), ShippedLedgers)
    assert isinstance(ledgers_at(str(tmp_path / "disk-1/ledger")), LedgerDirectory)
    with pytest.raises(LocalFactoryUsageError, match="--ledger nowhere is neither"):
        ledgers_at("nowhere")
    with pytest.raises(LocalFactoryUsageError, match="holds no ledger of a simulator"):
        ShippedLedgers(FolderStore(tmp_path / "disk-1"))
