"""Files that grow, shipped to S3 piece by piece: what the pieces are called, and how they make the files again.

S3 knows no appending, so a simulator on ECS ships what its files have grown by as an object of its own, a segment::

    segments/ledger/shard-0000/00000003.jsonl/ip-10-0-1-7-3f2a90c1-0/000000004096-000000008120
             the file, as below SIMULATOR_DATA_DIR  its owner         first byte and the one after the last

A segment is some whole lines. The owner is the disk on which the file lies (a task's, on ECS), so no two tasks ever
write the same key; sorted by key, the segments of a file are in its order, and each says what must come next.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

SEGMENTS = "segments/"
"""Prefix of all segments."""
LEDGER_SEGMENTS = f"{SEGMENTS}ledger/"
TRUTH_FILE = "truth/ground_truth.jsonl"
"""The ground truth, below SIMULATOR_DATA_DIR and in a lake."""
TRUTH_SEGMENTS = f"{SEGMENTS}{TRUTH_FILE}/"
WEAR = "truth/wear/"
"""Prefix of wear tables: written once and shipped whole, under the name that they have."""

OWNER_PATTERN = r"[A-Za-z0-9._-]+"
_KEY = re.compile(rf"{SEGMENTS}(?P<file>.+)/(?P<owner>{OWNER_PATTERN})/(?P<start>\d{{12}})-(?P<end>\d{{12}})")


class Segment(NamedTuple):
    """Some whole lines of a file.

    Args:
        file: path of the file.
        owner: on whose disk it lies.
        start: its first byte.
        end: the byte after its last.

    Example:
        >>> Segment("truth/ground_truth.jsonl", "task-1", 0, 311).key
        'segments/truth/ground_truth.jsonl/task-1/000000000000-000000000311'
    """

    file: str
    owner: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """What the object is called."""
        return f"{SEGMENTS}{self.file}/{self.owner}/{self.start:012d}-{self.end:012d}"

    @classmethod
    def of(cls, key: str) -> Segment | None:
        """The segment of a key; None for a key that is none of a segment."""
        found = _KEY.fullmatch(key)
        return found and cls(found["file"], found["owner"], int(found["start"]), int(found["end"]))


class ShippedFile(NamedTuple):
    """A file as far as it was shipped.

    Args:
        file: path of the file.
        owner: on whose disk it lay.
        segments: in order.
    """

    file: str
    owner: str
    segments: tuple[Segment, ...]

    @property
    def begun(self) -> bool:
        """Whether its beginning is there: of what has had its time in the bucket, that goes first."""
        return self.segments[0].start == 0

    @property
    def breaks(self) -> list[tuple[int, int]]:
        """Where a segment does not begin at the end of the one before: that end, and where it begins instead."""
        pairs = zip(self.segments, self.segments[1:], strict=False)
        return [(before.end, after.start) for before, after in pairs if before.end != after.start]


def shipped_files(keys: Iterable[str]) -> list[ShippedFile]:
    """The files that segments make, by path and owner; what is no segment is passed over.

    Args:
        keys: of objects, in any order.

    Example:
        >>> one, two = Segment("ledger/s/1.jsonl", "a", 0, 10), Segment("ledger/s/1.jsonl", "a", 10, 12)
        >>> [(file.file, file.owner, file.breaks) for file in shipped_files([two.key, one.key])]
        [('ledger/s/1.jsonl', 'a', [])]
    """
    found: defaultdict[tuple[str, str], list[Segment]] = defaultdict(list)
    for segment in filter(None, map(Segment.of, keys)):
        found[segment.file, segment.owner].append(segment)
    return [ShippedFile(*which, tuple(sorted(segments))) for which, segments in sorted(found.items())]
