"""What a compaction did, as numbers."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from maintenance.lake.reading import Refusal
from maintenance.lake.state import DayState


@dataclass(slots=True)
class CompactionReport:
    """What was done, and what was set aside.

    Attributes:
        days_written: plants and days whose files were written.
        days_unchanged: those whose files had everything.
        days_rebuilt: of those written, begun from nothing, because their objects were replaced or it was asked for.
        days_without_archive: those with files whose objects are gone from the archive; they stay.
        objects: objects of the archive that were read.
        bytes: their length [bytes].
        rows: rows found in them.
        repeated: rows left out because their message was there already.
        late: rows that lay in another day's folder than their own.
        refused: lines and rows that are no telemetry; kept under quarantine/compaction/.
        unreadable: objects that could not be read at all; kept there, too.
        strange_folders: folders of the archive that are neither a plant's nor a day's; nobody looked into them.
        unknown_fields: fields that no table has, and how often each was there.
        files: digest of each file of the days looked at, by its key.
    """

    days_written: int = 0
    days_unchanged: int = 0
    days_rebuilt: int = 0
    days_without_archive: int = 0
    objects: int = 0
    bytes: int = 0
    rows: int = 0
    repeated: int = 0
    late: int = 0
    refused: int = 0
    unreadable: int = 0
    strange_folders: list[str] = field(default_factory=list)
    unknown_fields: Counter[str] = field(default_factory=Counter)
    files: dict[str, str] = field(default_factory=dict)

    def add_object(self, size: int, rows: int, refused: Sequence[Refusal]) -> None:
        """Count an object that was read, of which so many rows were taken."""
        whole = sum(one.number is None for one in refused)
        self.objects += 1
        self.bytes += size
        self.rows += rows
        self.unreadable += whole
        self.refused += len(refused) - whole

    def add_files(self, state: DayState) -> None:
        """Name the files of a day."""
        self.files.update({file.key: file.sha256 for file in state.files.values()})

    @property
    def digest(self) -> str:
        """One digest over all files."""
        return digest_of(self.files)

    def told(self) -> dict[str, Any]:
        """All of it as plain values."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**values, "unknown_fields": dict(self.unknown_fields), "files": len(self.files), "digest": self.digest}


def digest_of(files: Mapping[str, str]) -> str:
    """One digest over files: the SHA-256 of what `sha256sum` says of them, ordered by name.

    Example:
        >>> digest_of({"a": hashlib.sha256(b"").hexdigest()})[:12]
        'fba1930570cf'
    """
    lines = "".join(f"{files[key]}  {key}\n" for key in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()
