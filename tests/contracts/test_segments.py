"""Keys of segments, and the files that they make."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.segments import LEDGER_SEGMENTS, TRUTH_FILE, TRUTH_SEGMENTS, Segment, shipped_files

WORDS = st.text("ab-.0", min_size=1, max_size=5)
LENGTHS = st.lists(st.integers(1, 10**11), min_size=1, max_size=8)


@given(file=st.lists(WORDS, min_size=1, max_size=3).map("/".join), owner=WORDS, lengths=LENGTHS, data=st.data())
def test_a_file_is_put_together_from_its_keys(file: str, owner: str, lengths: list[int], data: st.DataObject) -> None:
    """In any order, among objects that are none of its own."""
    ends = list(accumulate(lengths))
    segments = [Segment(file, owner, end - length, end) for length, end in zip(lengths, ends, strict=True)]
    keys = data.draw(st.permutations([*(one.key for one in segments), "truth/wear/a.parquet", "segments/nothing"]))

    (found,) = shipped_files(keys)
    assert (found.file, found.owner, found.begun, found.breaks) == (file, owner, True, [])
    assert list(found.segments) == segments


def test_a_key_sorts_like_its_place() -> None:
    """A listing of S3, which is sorted by key, has the segments in the order of the file."""
    segments = [Segment("ledger/s/1.jsonl", "a", 10**power, 10 ** (power + 1)) for power in range(11)]

    assert sorted(one.key for one in segments) == [one.key for one in segments]


@pytest.mark.parametrize(
    ("left_out", "begun", "breaks"), [(0, False, []), (1, True, [(10, 20)]), (2, True, [(20, 30)]), (3, True, [])]
)
def test_what_is_missing_is_told(left_out: int, begun: bool, breaks: list[tuple[int, int]]) -> None:
    """At the beginning it may have had its time, in the middle it is a gap, at the end nobody can know."""
    segments = [Segment("f.jsonl", "a", start, start + 10) for start in (0, 10, 20, 30)]
    (found,) = shipped_files(one.key for place, one in enumerate(segments) if place != left_out)

    assert (found.begun, found.breaks) == (begun, breaks)


def test_owners_are_told_apart() -> None:
    """Two tasks have a file of the same path, each its own."""
    segments = [Segment(TRUTH_FILE, owner, 0, 10) for owner in ("b", "a")]

    assert [file.owner for file in shipped_files(one.key for one in segments)] == ["a", "b"]
    assert all(one.key.startswith(TRUTH_SEGMENTS) for one in segments)
    assert not any(one.key.startswith(LEDGER_SEGMENTS) for one in segments)
