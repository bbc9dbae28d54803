"""From the archive to tables: each plant and day is one piece of work, done or not done.

A day's file has one name, and a new one takes its place at once: no reader sees half of it, nor a row twice. A run that
was ended goes on with the days that were not done.
"""

from __future__ import annotations

from collections.abc import Callable

from maintenance.lake.day import DayCompaction
from maintenance.lake.layout import PlantDay
from maintenance.lake.planning import Planner, Selection
from maintenance.lake.report import CompactionReport
from maintenance.lake.sorted_runs import ROWS_IN_MEMORY
from maintenance.lake.stores import Store


class Compaction:
    """One run over a lake.

    Args:
        store: where the lake lies.
        selection: which days.
        rows_in_memory: so many rows are put in order at a time.
    """

    def __init__(self, store: Store, selection: Selection, rows_in_memory: int = ROWS_IN_MEMORY) -> None:
        self._store = store
        self._rows_in_memory = rows_in_memory
        self._planner = Planner(store, selection)
        self.report = CompactionReport()

    def plan(self) -> int:
        """See what there is to do; what is to be read [bytes].

        Raises:
            LakeError: the lake cannot be read, or one cannot tell which of its rows are right.
        """
        self._planner.look()
        self.report.strange_folders = self._planner.strange
        self._count_those_that_stay()
        for state in (*self._planner.unchanged.values(), *self._planner.without_archive.values()):
            self.report.add_files(state)
        return self._planner.size

    def run(self, advance: Callable[[int, int], None] = lambda _bytes, _rows: None) -> CompactionReport:
        """Do it, day by day.

        Args:
            advance: told how many bytes and rows more have been read.

        Raises:
            LakeError: the lake cannot be read or written; days that are done stay so.
        """
        written: dict[PlantDay, bool] = {}  # a day that is lent readings by a later one is written twice
        while (work := self._planner.next()) is not None:
            DayCompaction(self._store, work, self._rows_in_memory, advance, self.report, self._planner.lend).do()
            written[work.where] = work.rebuild or written.get(work.where, False)
        self.report.days_written, self.report.days_rebuilt = len(written), sum(written.values())
        # Days that were lent something on the way were not unchanged in the end.
        self._count_those_that_stay()
        return self.report

    def _count_those_that_stay(self) -> None:
        self.report.days_unchanged = len(self._planner.unchanged)
        self.report.days_without_archive = len(self._planner.without_archive)
