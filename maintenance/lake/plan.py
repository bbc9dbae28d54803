"""What there is to do for a plant and a day: from what lies in the archive, and what is known to be in the files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from maintenance.errors import LakeError
from maintenance.lake.layout import PlantDay, home_of
from maintenance.lake.state import DayState, FileState
from maintenance.lake.stores import StoredObject
from maintenance.lake.tables import SCHEMA_VERSION


@dataclass(slots=True)
class DayWork:
    """A day whose files are to be written.

    Attributes:
        where: the plant and the day.
        read: objects of the archive to read, by key.
        state: what stays valid of the state: inputs that are in the files already.
        rebuild: write the files from what is read alone, without the rows that they have.
        rewrite: write them though there is nothing to read: their columns are of an older version.
    """

    where: PlantDay
    state: DayState
    read: dict[str, StoredObject] = field(default_factory=dict)
    rebuild: bool = False
    rewrite: bool = False

    @property
    def size(self) -> int:
        """What there is to read [bytes]."""
        return sum(one.size for one in self.read.values())

    def is_home(self, key: str) -> bool:
        """Whether an object lies in this day's folder; what lies elsewhere has only some rows of this day."""
        return home_of(key) == self.where


def plan_day(
    where: PlantDay,
    listing: Sequence[StoredObject],
    state: DayState | None,
    files: Sequence[StoredObject],
    *,
    rebuild: bool = False,
) -> DayWork | None:
    """What is to be done for a day.

    Args:
        where: the plant and the day.
        listing: the archive's objects of that day, and those of other folders that had rows of it.
        state: what is known of the files.
        files: the day's files as they are there.
        rebuild: begin from nothing, whatever is known; a day without any object keeps what it has.

    Returns:
        None if the files have everything.

    Raises:
        LakeError: some objects were replaced and others are gone, so that nobody can tell which rows are right.
    """
    known = state or DayState(schema_version=SCHEMA_VERSION)
    changed = [one for one in listing if one.key in known.inputs and not known.inputs[one.key].is_of(one)]
    gone = known.inputs.keys() - {one.key for one in listing}
    if changed and gone and not rebuild:
        raise LakeError(
            f"{where}: since it was compacted {len(changed)} of its objects were replaced and {len(gone)} are gone.",
            remedy=f"`factory lake compact --rebuild {where.options}` writes it anew from those that are there; "
            "rows only of the others are then lost.",
        )
    if (rebuild and listing) or changed:
        return DayWork(where, DayState(schema_version=SCHEMA_VERSION), _by_key(listing), rebuild=True)
    if not _are(files, known.files.values()):
        return DayWork(where, DayState(schema_version=SCHEMA_VERSION), _by_key(listing))
    fresh = [one for one in listing if one.key not in known.inputs]
    old = known.schema_version < SCHEMA_VERSION
    return DayWork(where, known, _by_key(fresh), rewrite=old) if fresh or old else None


def _by_key(some: Sequence[StoredObject]) -> dict[str, StoredObject]:
    return {one.key: one for one in some}


def _are(files: Sequence[StoredObject], told: Iterable[FileState]) -> bool:
    """Whether the files are those of which the state speaks."""
    return {(one.key, one.size, one.version) for one in files} == {(one.key, one.size, one.version) for one in told}
