"""The ledger writer against the reader that the audit uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.ledger import OUTCOMES, ledger_file, read_ledger
from simulator.ledger import LedgerWriter

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(OUTCOMES), st.sampled_from(["M001", "M002"]), st.integers(1, 30)), st.just("write")
    )
)


def test_only_news_are_written(tmp_path: Path) -> None:
    """A line has what came since the line before, as ranges; no news, no line."""
    ledger = LedgerWriter(tmp_path, "plant1", "shard-0000", run=3)
    for seq in (1, 2, 3):
        ledger.note("published", "M001", seq)
    ledger.note("acknowledged", "M001", 1)
    ledger.write(AT)
    ledger.write(AT)
    ledger.note("acknowledged", "M001", 3)
    ledger.close(AT)

    first, last = read_ledger(ledger_file(tmp_path, "shard-0000", 3))
    assert (first.published, first.acknowledged, first.closed) == ({"M001": [(1, 3)]}, {"M001": [(1, 1)]}, False)
    assert (last.published, last.acknowledged, last.closed) == ({}, {"M001": [(3, 3)]}, True)
    assert (last.plant, last.shard, last.run, last.at) == ("plant1", "shard-0000", 3, AT)


def test_a_line_is_on_disk_when_write_returns(tmp_path: Path) -> None:
    """Another process sees the line at once: a kill of this one takes nothing away."""
    ledger = LedgerWriter(tmp_path, "plant1", "shard-0000", run=1)
    ledger.note("published", "M001", 1)
    ledger.write(AT)

    assert ledger.path.read_bytes().endswith(b"}\n")


@given(EVENTS)
def test_what_is_noted_is_read_back(tmp_path_factory: object, events: list[object]) -> None:
    """All lines together hold exactly what was noted, however it was cut into lines."""
    ledger = LedgerWriter(tmp_path_factory.mktemp("ledger"), "plant1", "shard-0000", run=1)
    noted, found = defaultdict(set), defaultdict(set)
    for event in events:
        if event == "write":
            ledger.write(AT)
        else:
            outcome, device_id, seq = event
            ledger.note(outcome, device_id, seq)
            noted[outcome, device_id].add(seq)
    ledger.close(AT)
    for entry in read_ledger(ledger.path):
        for outcome in OUTCOMES:
            for device_id, ranges in getattr(entry, outcome).items():
                for first, last in ranges:
                    found[outcome, device_id].update(range(first, last + 1))
    assert noted == found


def test_half_a_line_is_taken_back(tmp_path: Path, full_disk: Callable[[int], AbstractContextManager[None]]) -> None:
    """What the disk took of it would spoil the next line; its news is told when there is room again."""
    ledger = LedgerWriter(tmp_path, "plant1", "shard-0000", 3)
    ledger.note("published", "M001", 1)
    ledger.write(AT)
    ledger.note("published", "M001", 2)
    with full_disk(ledger.path.stat().st_size + 50), pytest.raises(OSError, match="No space"):
        ledger.write(AT)

    ledger.close(AT)

    entries = list(read_ledger(ledger.path))
    assert [entry.published for entry in entries] == [{"M001": [(1, 1)]}, {"M001": [(2, 2)]}]


@given(EVENTS, st.integers(1, 400))
def test_parts_hold_together_what_one_file_would(tmp_path_factory: object, events: list[object], full: int) -> None:
    """Each names its machines itself, so it is read alone; none is written once the next has begun."""
    directory = tmp_path_factory.mktemp("ledger")
    ledger = LedgerWriter(directory, "plant1", "shard-0000", run=1, part_bytes=full)
    noted, found, sizes = defaultdict(set), defaultdict(set), {}
    for event in events:
        if event != "write":
            ledger.note(*event)
            noted[event[0], event[1]].add(event[2])
            continue
        before = ledger.path
        ledger.write(AT)
        if ledger.path != before:
            sizes[before] = before.stat().st_size
    ledger.close(AT)

    files = sorted((directory / "shard-0000").glob("*.jsonl"))
    assert {path: path.stat().st_size for path in sizes} == sizes
    assert all(size >= full for size in sizes.values())
    assert len(files) == len(sizes) + 1
    for entry in (entry for path in files for entry in read_ledger(path)):
        for outcome in OUTCOMES:
            for device_id, ranges in getattr(entry, outcome).items():
                found[outcome, device_id].update(seq for first, last in ranges for seq in range(first, last + 1))
    assert found == noted
