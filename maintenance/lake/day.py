"""A plant and a day: what is new in the archive comes into its files."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from maintenance.errors import LakeError
from maintenance.lake.batches import Member, batches, joined
from maintenance.lake.conform import UnfitError, conform, version_of
from maintenance.lake.days import files_of
from maintenance.lake.layout import data_key
from maintenance.lake.plan import DayWork
from maintenance.lake.reading import ObjectRows, Refusal, parse_object, read_object, sift_quickly
from maintenance.lake.refused import SetAside
from maintenance.lake.report import CompactionReport
from maintenance.lake.sorted_runs import SortedRuns, told_of_scratch
from maintenance.lake.state import DayState, FileState, InputState, save_state
from maintenance.lake.stores import Store, StoredObject
from maintenance.lake.table_file import read_groups, write_table_file
from maintenance.lake.tables import CURATED, SCHEMA_VERSION, Table

READERS = 8
"""Objects fetched and parsed at a time."""


@dataclass(slots=True)
class DayCompaction:
    """One day's work.

    Attributes:
        store: where the lake lies.
        work: what is to be done.
        rows_in_memory: so many rows are put in order at a time.
        advance: told how many bytes and rows more have been read.
        report: where what was done is counted.
        lend: told of objects that have rows of another day.
    """

    store: Store
    work: DayWork
    rows_in_memory: int
    advance: Callable[[int, int], None]
    report: CompactionReport
    lend: Callable[[StoredObject, date], None]
    _runs: dict[str, SortedRuns] = field(default_factory=dict)
    _aside: SetAside = field(init=False)

    def __post_init__(self) -> None:
        """Objects of its folder are the only ones of which it sets lines aside."""
        self._aside = SetAside(self.store, self.work.where)

    def do(self) -> None:
        """Read, put in order, write; the state comes last.

        Raises:
            LakeError: the lake cannot be read or written.
        """
        with tempfile.TemporaryDirectory(prefix="lake-") as scratch:
            self._runs = {one.name: SortedRuns(Path(scratch), one.name, self.rows_in_memory) for one in CURATED}
            inputs = dict(self.work.state.inputs)
            for batch in batches(self._parsed(), self.work.is_home):
                for found, told in self._take_in(batch):
                    inputs[found.key] = told
                    self.advance(found.size, told.rows)
            files = self._write_files(Path(scratch))
        state = DayState(schema_version=SCHEMA_VERSION, inputs=inputs, files=files)
        save_state(self.store, self.work.where, state)
        self.report.add_files(state)

    def _parsed(self) -> Iterator[Member]:
        """Objects with their rows, by key; a few are fetched and parsed ahead, never all at once."""
        waiting = iter(sorted(self.work.read.values()))

        def parsed(found: StoredObject) -> Member:
            content = self.store.read(found.key)
            return Member(found, parse_object(content), hashlib.sha256(content).hexdigest())

        with ThreadPoolExecutor(READERS) as pool:
            ahead = [pool.submit(parsed, found) for found in islice(waiting, 2 * READERS)]
            while ahead:
                member = ahead.pop(0)
                ahead += [pool.submit(parsed, more) for more in islice(waiting, 1)]
                yield member.result()

    def _take_in(self, batch: list[Member]) -> Iterator[tuple[StoredObject, InputState]]:
        """Rows of objects, all together if nothing is wrong with any of them, else one object at a time."""
        plant = self.work.where.plant
        quickly = batch[0].joins and self.work.is_home(batch[0].found.key)
        together = sift_quickly(joined(batch), plant) if quickly else None
        if together is not None and self._take_in_all(together):
            for member in batch:
                count = member.parsed.rows.num_rows if member.parsed.rows is not None else 0
                yield member.found, self._counted(member, count, ())
            return
        for member in batch:
            yield member.found, self._take_in_one(member, read_object(member.parsed.content, plant))

    def _take_in_all(self, content: ObjectRows) -> bool:
        """Whether all rows are of this day, and so are taken."""
        parts = {name: rows_of_day(rows, self.work.where.day) for name, rows in content.rows.items()}
        if any(others for _, others in parts.values()):
            return False
        for name, (rows, _) in parts.items():
            self._runs[name].add(rows)
        self.report.unknown_fields.update(content.unknown)
        return True

    def _take_in_one(self, member: Member, content: ObjectRows) -> InputState:
        found, count = member.found, 0
        elsewhere: set[date] = set()
        for name, rows in content.rows.items():
            own, others = rows_of_day(rows, self.work.where.day)
            elsewhere |= others
            count += own.num_rows
            if own.num_rows:
                self._runs[name].add(own)
        if not self.work.is_home(found.key):
            self.report.rows += count
            self.report.late += count
            return InputState(size=found.size, version=found.version, sha256=member.sha256, rows=count)
        for day in elsewhere:
            self.lend(found, day)
        self.report.unknown_fields.update(content.unknown)
        return self._counted(member, count, content.refused, elsewhere)

    def _counted(
        self, member: Member, count: int, refused: Sequence[Refusal], elsewhere: Collection[date] = ()
    ) -> InputState:
        """An object of this day's folder, of which so many rows were taken."""
        found = member.found
        self.report.add_object(found.size, count, refused)
        self._aside.keep(found.key, refused)
        return InputState(
            size=found.size, version=found.version, sha256=member.sha256, rows=count, refused=len(refused),
            elsewhere=tuple(sorted(elsewhere)),
        )  # fmt: skip

    def _write_files(self, scratch: Path) -> dict[str, FileState]:
        there = files_of(self.store, self.work.where)
        written = {table.name: self._write(table, scratch, there.get(table)) for table in CURATED}
        return {name: state for name, state in written.items() if state is not None}

    def _write(self, table: Table, scratch: Path, there: StoredObject | None) -> FileState | None:
        """The new file of a table; the old one where nothing came; None if there are no rows at all."""
        key, runs = data_key(table, self.work.where), self._runs[table.name]
        if there is not None and not self.work.rebuild:
            told = self.work.state.files.get(table.name)
            if told is not None and runs.empty and not self.work.rewrite:
                return told
            self._add_existing(key, table, runs)
        if runs.empty:
            if there is not None:
                self.store.remove(key)
            return None
        path = scratch / f"{table.name}.parquet"
        with told_of_scratch(scratch):
            rows = write_table_file(path, table, runs.in_order())
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        self.report.repeated += runs.repeated
        put = self.store.put_file(key, path)
        return FileState(key=key, size=put.size, version=put.version, sha256=digest, rows=rows)

    def _add_existing(self, key: str, table: Table, runs: SortedRuns) -> None:
        files, before = self.store.files()
        try:
            for rows in read_groups(before + key, table, files):
                version = version_of(rows.schema)
                if version > SCHEMA_VERSION:
                    raise LakeError(
                        f"{self.store.address}/{key} has columns of version {version}, and this program knows "
                        f"{SCHEMA_VERSION}.",
                        remedy="Compact with the newer program: this one would lose columns.",
                    )
                runs.add(conform(rows, table))
        except (pa.ArrowException, OSError, UnfitError) as error:
            raise LakeError(
                f"{self.store.address}/{key} cannot be read: {str(error).rstrip('.')}.",
                remedy=f"`factory lake compact --rebuild {self.work.where.options}` writes it anew from the archive.",
            ) from error


def rows_of_day(rows: pa.Table, day: date) -> tuple[pa.Table, set[date]]:
    """Rows of a day, and the other days of which there are some.

    Args:
        rows: at least one; with a column `timestamp`.
        day: the day [UTC].
    """
    moments = rows["timestamp"]
    begin = datetime(day.year, day.month, day.day)
    first, end = (
        pa.scalar(moment, pa.timestamp("ms")).cast(moments.type) for moment in (begin, begin + timedelta(days=1))
    )
    ends = pc.min_max(moments)
    if ends["min"].value >= first.value and ends["max"].value < end.value:
        return rows, set()
    own = pc.and_(pc.greater_equal(moments, first), pc.less(moments, end))
    others = rows.filter(pc.invert(own))["timestamp"].cast(pa.date32(), safe=False)
    return rows.filter(own), set(pc.unique(others).to_pylist())
