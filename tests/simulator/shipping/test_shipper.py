"""One shipment after the other, with kills and failures in between: what is in the bucket is what was on the disk."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.ledger import ledger_entries
from contracts.segments import TRUTH_FILE, ShippedFile, shipped_files
from simulator.ledger import LedgerWriter
from simulator.shipping import Shipper, ShippingError

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
LEDGER = "ledger/shard-0000/00000001.jsonl"


class KilledError(BaseException):
    """The process ends here: nothing after it is done."""


@dataclass
class Bucket:
    """Objects by key; the next call may fail, or be the last thing that the program does."""

    objects: dict[str, bytes] = field(default_factory=dict)
    trouble: str = ""
    puts: int = 0

    def put(self, key: str, content: bytes) -> None:
        """Store an object."""
        trouble, self.trouble = self.trouble, ""
        if trouble == "fails":
            raise ShippingError("no")
        if trouble == "killed before":
            raise KilledError
        assert self.objects.setdefault(key, content) == content, f"{key} was written twice, and differently"
        self.puts += 1
        if trouble == "killed after":
            raise KilledError
        if trouble == "fails after":  # S3 took it, but its answer was lost
            raise ShippingError("no answer")

    def restored(self) -> dict[tuple[str, str], bytes]:
        """Contents of the files that the segments make, none of which has a gap."""
        files = shipped_files(self.objects)
        assert all(file.begun and not file.breaks for file in files)
        return {(file.file, file.owner): self.content(file) for file in files}

    def content(self, file: ShippedFile) -> bytes:
        """What a file's segments hold."""
        return b"".join(self.objects[segment.key] for segment in file.segments)

    def only(self, file: str) -> bytes:
        """The content of a file that has one owner."""
        (found,) = [content for (name, _), content in self.restored().items() if name == file]
        return found


@pytest.fixture
def bucket() -> Bucket:
    """An empty bucket."""
    return Bucket()


@pytest.fixture
def grow(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Appends to a file."""
    return lambda name, content: append(tmp_path / name, content)


def append(path: Path, content: bytes) -> Path:
    """Make a file longer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(content)
    return path


def whole_lines(content: bytes) -> bytes:
    """All but a torn end."""
    return content[: content.rfind(b"\n") + 1]


EVENTS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from([LEDGER, "ledger/shard-0001/00000004.jsonl", TRUTH_FILE]),
            st.text("ab\n", min_size=1, max_size=12),
        ),
        st.sampled_from(["ship", "ship", "fails", "fails after", "killed before", "killed after", "truth goes"]),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(events=EVENTS)
@example(events=[(TRUTH_FILE, "\n"), "fails after", "truth goes"])
@example(events=[(TRUTH_FILE, "a\n"), "ship", (TRUTH_FILE, "\n"), "ship", "truth goes", (TRUTH_FILE, "\n")])
@example(events=[(TRUTH_FILE, "\n"), "killed after", (TRUTH_FILE, "a\n"), "ship", "truth goes", (TRUTH_FILE, "b\n")])
def test_what_is_restored_is_the_beginning_of_each_file(events: list[tuple[str, str] | str]) -> None:
    """Whatever fails or is killed, and when: no gap, nothing twice, whole lines; and after a good shipment, all."""
    bucket, histories = Bucket(), {}
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        shipper = Shipper(directory, bucket.put, segment_bytes=8)
        for event in (*events, "ship"):
            if isinstance(event, tuple):
                append(directory / event[0], event[1].encode())
                incarnations = histories.setdefault(event[0], [b""])
                # A moment makes lines of a file unlike those of another that had its name before.
                incarnations[-1] += event[1].encode()
            elif event == "truth goes":
                (directory / TRUTH_FILE).unlink(missing_ok=True)
                histories.setdefault(TRUTH_FILE, [b""]).append(f"{len(histories[TRUTH_FILE])};".encode())
                append(directory / TRUTH_FILE, histories[TRUTH_FILE][-1])
            else:
                bucket.trouble = "" if event == "ship" else event
                try:
                    shipper.ship()
                except ShippingError:
                    pass
                except KilledError:
                    shipper = Shipper(directory, bucket.put, segment_bytes=8)
        bucket.trouble = ""
        shipper.ship()

    restored = bucket.restored()
    for (file, _), content in restored.items():
        assert any(whole_lines(content) == content and one.startswith(content) for one in histories[file])
    for file, incarnations in histories.items():
        found = [content for (one, _), content in restored.items() if one == file]
        assert len(found) <= len(incarnations)
        assert whole_lines(incarnations[-1]) in found or not whole_lines(incarnations[-1])


def test_nothing_is_sent_twice(tmp_path: Path, bucket: Bucket, grow: Callable[[str, bytes], Path]) -> None:
    """A shipment without news sends nothing; a program started anew on the same disk goes on as the same owner."""
    grow(LEDGER, b"one\ntwo\nthr")
    Shipper(tmp_path, bucket.put).ship()
    Shipper(tmp_path, bucket.put).ship()
    grow(LEDGER, b"ee\n")
    Shipper(tmp_path, bucket.put).ship()

    assert bucket.puts == 2
    assert [(one.start, one.end) for one in shipped_files(bucket.objects)[0].segments] == [(0, 8), (8, 14)]


def test_two_disks_never_write_the_same_key(tmp_path: Path, bucket: Bucket) -> None:
    """Each task has its own part of the truth, under the same path."""
    for task in ("one", "two"):
        append(tmp_path / task / TRUTH_FILE, f"{task}\n".encode())
        Shipper(tmp_path / task, bucket.put).ship()

    assert sorted(bucket.restored().values()) == [b"one\n", b"two\n"]


def test_a_line_longer_than_a_segment_stays_whole(
    tmp_path: Path, bucket: Bucket, grow: Callable[[str, bytes], Path]
) -> None:
    """It is a segment of its own length."""
    grow(LEDGER, b"a" * 100 + b"\nb\n")
    Shipper(tmp_path, bucket.put, segment_bytes=16).ship()

    assert bucket.only(LEDGER) == b"a" * 100 + b"\nb\n"


def test_closed_ledgers_are_taken_away_and_open_ones_are_not(tmp_path: Path, bucket: Bucket) -> None:
    """A full part goes when the next has begun, the last when it is closed; the bucket has all that was said."""
    ledger = LedgerWriter(tmp_path / "ledger", "plant1", "shard-0000", 1, part_bytes=300)
    shipper = Shipper(tmp_path, bucket.put, remove=True)
    left = []
    for seq in range(1, 8):
        ledger.note("published", "M001", seq)
        ledger.write(AT)
        shipper.ship()
        left.append(len(list(tmp_path.glob("ledger/*/*.jsonl"))))
    ledger.close(AT)
    shipper.ship()

    assert set(left) == {1}
    assert list(tmp_path.glob("ledger/*/*.jsonl")) == []
    told = [entry for content in bucket.restored().values() for entry in ledger_entries(content, "")]
    assert sorted(pair for entry in told for pair in entry.published.get("M001", [])) == [(n, n) for n in range(1, 8)]
    assert len(bucket.restored()) > 2
    assert sum(entry.closed for entry in told) == 1


def test_what_a_full_disk_may_need_is_not_taken_away_before_it_is_shipped(tmp_path: Path, bucket: Bucket) -> None:
    """A closed ledger that S3 did not take stays."""
    LedgerWriter(tmp_path / "ledger", "plant1", "shard-0000", 1).close(AT)
    bucket.trouble = "fails"

    with pytest.raises(ShippingError):
        Shipper(tmp_path, bucket.put, remove=True).ship()
    assert len(list(tmp_path.glob("ledger/*/*.jsonl"))) == 1


@pytest.mark.parametrize("remove", [True, False])
def test_wear_tables_are_shipped_whole_and_once(tmp_path: Path, bucket: Bucket, remove: bool) -> None:
    """Under the name that the lake's table `wear` looks for; one that is being written is left alone."""
    for name in ("dt=2026-01-31/shard-0000-00000003-230000", "dt=2026-02-01/shard-0000-00000003-000000"):
        append(tmp_path / f"truth/wear/{name}.parquet", name.encode())
    append(tmp_path / "truth/wear/dt=2026-02-01/shard-0000-00000003-010000.unfinished", b"half")
    for _ in range(2):
        Shipper(tmp_path, bucket.put, remove=remove).ship()

    assert bucket.objects == {
        f"truth/wear/{name}.parquet": name.encode()
        for name in ("dt=2026-01-31/shard-0000-00000003-230000", "dt=2026-02-01/shard-0000-00000003-000000")
    }
    assert bucket.puts == 2
    assert len(list(tmp_path.glob("truth/wear/*/*.parquet"))) == (0 if remove else 2)


def test_an_unreadable_journal_begins_a_new_owner(
    tmp_path: Path, bucket: Bucket, grow: Callable[[str, bytes], Path]
) -> None:
    """All is shipped once more under another name, rather than beside what is there under the old one."""
    grow(LEDGER, b"one\n")
    Shipper(tmp_path, bucket.put).ship()
    (tmp_path / "ledger/shipped.json").write_text("{")
    grow(LEDGER, b"two\n")
    Shipper(tmp_path, bucket.put).ship()

    assert sorted(bucket.restored().values()) == [b"one\n", b"one\ntwo\n"]


def test_what_waits_is_told(tmp_path: Path, bucket: Bucket, grow: Callable[[str, bytes], Path]) -> None:
    """Bytes of ledger and truth that lie on the disk alone, a torn end included."""
    shipper = Shipper(tmp_path, bucket.put)
    grow(LEDGER, b"12345\n")
    grow(TRUTH_FILE, b"123\n4")
    before = shipper.unshipped_bytes()
    shipper.ship()

    assert (before, shipper.unshipped_bytes(), shipper.shipped_bytes) == (11, 1, 10)
    assert json.loads((tmp_path / "ledger/shipped.json").read_text())["lines"][TRUTH_FILE]["shipped"] == 4
