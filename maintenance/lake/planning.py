"""What there is to do in a whole lake: days that have something new, and days to which others have something to lend.

An object lies in the folder of one day. Rows of another day in it (a stream that files by arrival, a wrong folder) are
read from there by the day to which they belong: the object is lent to it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

from maintenance.lake.days import archived_days, compacted_days, files_of, objects_of
from maintenance.lake.identity import recognised
from maintenance.lake.layout import PlantDay, home_of
from maintenance.lake.plan import DayWork, plan_day
from maintenance.lake.state import DayState, load_state, save_state
from maintenance.lake.stores import Store, StoredObject
from maintenance.lake.tables import SCHEMA_VERSION

_AT_A_TIME = 8
"""Days looked at at a time: it is waiting for S3 that takes time."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which days are compacted.

    Attributes:
        plant: only this one; None: all.
        since: first day [UTC].
        until: last day, included [UTC].
        rebuild: write their files anew from the archive alone.
    """

    plant: str | None = None
    since: date | None = None
    until: date | None = None
    rebuild: bool = False

    def has(self, where: PlantDay) -> bool:
        """Whether a day is wanted."""
        return (
            self.plant in (None, where.plant)
            and (self.since is None or self.since <= where.day)
            and (self.until is None or where.day <= self.until)
        )


class Planner:
    """The days that are to be done.

    Args:
        store: where the lake lies.
        selection: which days are looked at; what they have to lend goes to any day.

    Attributes:
        unchanged: states of days whose files have everything.
        without_archive: states of days whose objects are all gone; their files stay.
        strange: folders of the archive that are neither a plant's nor a day's, at which nobody looks.
    """

    def __init__(self, store: Store, selection: Selection) -> None:
        self._store = store
        self._selection = selection
        self._pending: dict[PlantDay, DayWork] = {}
        self.unchanged: dict[PlantDay, DayState] = {}
        self.without_archive: dict[PlantDay, DayState] = {}
        self.strange: list[str] = []

    @property
    def size(self) -> int:
        """What is still to be read [bytes]."""
        return sum(work.size for work in self._pending.values())

    def look(self) -> None:
        """See what there is to do.

        Raises:
            LakeError: the lake cannot be read, or one cannot tell which of its rows are right.
        """
        archived, self.strange = archived_days(self._store)
        days = archived | compacted_days(self._store)
        wanted = sorted(filter(self._selection.has, days))
        with ThreadPoolExecutor(_AT_A_TIME) as pool:
            for where, seen in zip(wanted, pool.map(self._look_at, wanted), strict=True):
                self._note(where, *seen)

    def next(self) -> DayWork | None:
        """The first day that is to be done, and no longer pending."""
        return self._pending.pop(min(self._pending)) if self._pending else None

    def lend(self, found: StoredObject, day: date) -> None:
        """Have a day read an object that lies in the folder of another one."""
        where = PlantDay(home_of(found.key).plant, day)
        if where not in self._pending:
            state = load_state(self._store, where) or DayState(schema_version=SCHEMA_VERSION)
            told = state.inputs.get(found.key)
            if told is not None and not told.is_of(found):
                state = self._recognised(where, state, objects_of(self._store, where, state))
                told = state.inputs[found.key]
            if told is None:
                self._pending[where] = DayWork(where, state, rewrite=state.schema_version < SCHEMA_VERSION)
            elif told.is_of(found):
                return
            else:  # rows of what it was then are in the files, and nobody knows which they are
                work = plan_day(where, objects_of(self._store, where, state), state, (), rebuild=True)
                self._pending[where] = work or DayWork(where, state)
        self._pending[where].read[found.key] = found
        self.unchanged.pop(where, None)
        self.without_archive.pop(where, None)

    def _look_at(self, where: PlantDay) -> tuple[DayState | None, list[StoredObject], DayWork | None]:
        state = load_state(self._store, where)
        listing = objects_of(self._store, where, state)
        files = list(files_of(self._store, where).values())
        if state is not None and not self._selection.rebuild:
            state = self._recognised(where, state, [*listing, *files])
        return state, listing, plan_day(where, listing, state, files, rebuild=self._selection.rebuild)

    def _recognised(self, where: PlantDay, state: DayState, found: list[StoredObject]) -> DayState:
        """The state with what was copied known by its content; written down, so that it is looked at once."""
        now = recognised(self._store, state, found)
        if now is not state:
            save_state(self._store, where, now)
        return now

    def _note(self, where: PlantDay, state: DayState | None, listing: list[StoredObject], work: DayWork | None) -> None:
        lent = self._pending.get(where)
        if work is not None:
            work.read.update(lent.read if lent else {})
            self._pending[where] = work
        elif state is not None and lent is None:
            kept = self.unchanged if listing else self.without_archive
            kept[where] = state
        if state is not None:
            self._see_to_others(where, state, listing)

    def _see_to_others(self, where: PlantDay, state: DayState, listing: list[StoredObject]) -> None:
        """Lend what was to be lent: a run may have ended before the other day was written."""
        for found in listing:
            told = state.inputs.get(found.key)
            if told is not None and home_of(found.key) == where:
                for day in told.elsewhere:
                    self.lend(found, day)
