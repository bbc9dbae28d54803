"""Objects of the archive put together, so that many small ones cost little more than one large one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import pyarrow as pa

from maintenance.lake.conform import version_of
from maintenance.lake.reading import ParsedObject
from maintenance.lake.stores import StoredObject

ROWS_IN_BATCH = 100_000
"""So many rows are looked at together."""


class Member(NamedTuple):
    """An object of the archive with its rows as they were written, and the SHA-256 of its bytes in hex."""

    found: StoredObject
    parsed: ParsedObject
    sha256: str = ""

    @property
    def joins(self) -> bool:
        """Whether it has rows that could be looked at together with others'."""
        return self.parsed.rows is not None

    def fits(self, other: Member) -> bool:
        """Whether two have the same columns of the same version."""
        mine, others = self.parsed.rows, other.parsed.rows
        if mine is None or others is None or not mine.schema.equals(others.schema):
            return False
        return version_of(mine.schema) == version_of(others.schema)


def batches(
    members: Iterable[Member], may_join: Callable[[str], bool], most: int = ROWS_IN_BATCH
) -> Iterator[list[Member]]:
    """Members in their order, those beside one another together that have the same columns.

    Args:
        members: objects with their rows.
        may_join: whether an object of that key may be joined with others.
        most: rows from which on a batch is full.
    """
    batch: list[Member] = []
    rows = 0
    for member in members:
        if batch and not (rows < most and may_join(member.found.key) and batch[-1].fits(member)):
            yield batch
            batch, rows = [], 0
        batch.append(member)
        rows += member.parsed.rows.num_rows if member.parsed.rows is not None else most
        if not may_join(member.found.key):
            rows = most
    if batch:
        yield batch


def joined(batch: list[Member]) -> pa.Table:
    """Rows of all objects of a batch."""
    return pa.concat_tables([member.parsed.rows for member in batch])
