"""Putting more rows in order than memory holds.

Rows are gathered up to a limit, put in order, and laid down in a scratch file: a run. In the end, runs are read side by
side, a few devices at a time. As long as the limit is not reached nothing is laid down.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa

from maintenance.errors import LakeError
from maintenance.lake.merging import merge

ROWS_IN_MEMORY = 1_000_000
"""So many rows are put in order at a time; with more of them twelve million took longer, and up to twice the memory."""


@dataclass(frozen=True, slots=True)
class _Run:
    """Rows in order on disk, and where each device's are."""

    rows: pa.Table
    places: dict[str, tuple[int, int]]


@contextmanager
def told_of_scratch(folder: Path) -> Iterator[None]:
    """Failures of the scratch folder as a sentence; it is no part of the lake."""
    try:
        yield
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise LakeError(
            f"The scratch folder {folder} cannot be written: {reason}.",
            remedy="TMPDIR names another place; it needs as much room as the largest day.",
        ) from error


class SortedRuns:
    """Rows of a table and a day, which are put in order.

    Args:
        scratch: folder for runs.
        name: of the table.
        limit: rows that are put in order at a time.
    """

    def __init__(self, scratch: Path, name: str, limit: int = ROWS_IN_MEMORY) -> None:
        self._scratch = scratch
        self._name = name
        self._limit = limit
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self._runs: list[_Run] = []
        self.repeated = 0

    @property
    def empty(self) -> bool:
        """Whether nothing came."""
        return not self._waiting_rows and not self._runs

    def add(self, rows: pa.Table) -> None:
        """More rows in any order, in the working columns."""
        self._waiting.append(rows)
        self._waiting_rows += rows.num_rows
        if self._waiting_rows >= self._limit:
            self._lay_down()

    def in_order(self) -> Iterator[pa.Table]:
        """All rows once; to be asked once."""
        if not self._runs:
            yield self._merged(self._waiting)
            return
        if self._waiting_rows:
            self._lay_down()
        for devices in self._groups():
            slices = [
                run.rows.slice(*run.places[device]) for run in self._runs for device in devices if device in run.places
            ]
            yield self._merged(slices)

    def _merged(self, some: list[pa.Table]) -> pa.Table:
        merged = merge(some)
        self.repeated += merged.repeated
        return merged.rows

    def _lay_down(self) -> None:
        rows = self._merged(self._waiting)
        self._waiting, self._waiting_rows = [], 0
        path = self._scratch / f"{self._name}-{len(self._runs)}.arrow"
        with told_of_scratch(self._scratch):
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, rows.schema) as writer:
                writer.write_table(rows)
            with pa.memory_map(str(path)) as source:
                mapped = pa.ipc.open_file(source).read_all()
        self._runs.append(_Run(mapped, _places(rows)))

    def _groups(self) -> Iterator[list[str]]:
        """Devices in order, as many at a time as memory is to hold."""
        counts: Counter[str] = Counter()
        for run in self._runs:
            counts.update({device: length for device, (_, length) in run.places.items()})
        group: list[str] = []
        rows = 0
        for device in sorted(counts):
            if group and rows + counts[device] > self._limit:
                yield group
                group, rows = [], 0
            group.append(device)
            rows += counts[device]
        yield group


def _places(rows: pa.Table) -> dict[str, tuple[int, int]]:
    """First row and number of rows of each device."""
    column = rows["device_id"].combine_chunks()
    array = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
    codes = array.indices.to_numpy(zero_copy_only=False)
    borders = [0, *(np.flatnonzero(codes[1:] != codes[:-1]) + 1).tolist(), len(codes)]
    words = array.dictionary.to_pylist()
    return {words[codes[first]]: (first, last - first) for first, last in pairwise(borders)}
