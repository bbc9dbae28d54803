"""What is new in the archive of a plant."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import pyarrow as pa

from maintenance.lake.layout import hour_at, hour_path
from maintenance.lake.reading import parse_object, read_object, sift_quickly
from maintenance.lake.stores import Store
from maintenance.lake.tables import MACHINE_TELEMETRY

READERS = 8
"""Objects fetched and parsed at a time."""
NEAR_D = 7
"""Days of the archive in which the plant's present is looked for, the last ones [d]."""
PRESENT_SHARE = 0.1
_ARCHIVE = "raw"


@dataclass(frozen=True, slots=True)
class News:
    """An object of the archive that was not read before.

    Attributes:
        hour: in whose folder it lies [h since 1970].
        rows: readings of machines, in the columns of the lake's table; none if it has none.
        refused: lines that are no telemetry; compaction sets them aside.
    """

    hour: int
    rows: pa.Table | None
    refused: int


class Archive:
    """Reads each object of a plant's archive once.

    Args:
        store: where the lake lies.
        plant: whose archive.
    """

    def __init__(self, store: Store, plant: str) -> None:
        self._store, self._plant = store, plant
        self._folder = f"{_ARCHIVE}/plant={plant}/"
        self._read: dict[int, set[str]] = {}

    def present(self) -> int | None:
        """The hour that the plant is in [h since 1970]; none if the archive is empty.

        It is the last one that has a tenth of the bytes of the fullest near it: a few machines with a wrong clock leave
        folders far ahead, and little in them.

        Raises:
            LakeError: the lake cannot be read.
        """
        hours = sorted(hour for day in sorted(self._days())[-NEAR_D:] for hour in self._hours(day))
        sizes = {hour: sum(one.size for one in self._store.objects(self._prefix(hour))) for hour in hours}
        fullest = max(sizes.values(), default=0)
        return max((hour for hour, size in sizes.items() if size >= PRESENT_SHARE * fullest), default=None)

    def news(self, since: int, most: int) -> Iterator[News]:
        """Objects that are new in the folders of hours, the oldest hour first.

        Args:
            since: the first hour that is looked at; what was read of older ones is forgotten [h since 1970].
            most: of so many hours, so that an archive of months comes in pieces.

        Raises:
            LakeError: the lake cannot be read; what was told before is read.
        """
        self._read = {hour: keys for hour, keys in self._read.items() if hour >= since}
        first_day = hour_path(since).split("/")[0].removeprefix("dt=")
        hours = sorted(hour for day in self._days() if day >= first_day for hour in self._hours(day) if hour >= since)
        with ThreadPoolExecutor(READERS) as pool:
            for hour in hours[:most]:
                known = self._read.setdefault(hour, set())
                keys = [one.key for one in self._store.objects(self._prefix(hour)) if one.key not in known]
                # In small parts, so that no more than some objects are in memory.
                for start in range(0, len(keys), READERS):
                    part = keys[start : start + READERS]
                    for key, (rows, refused) in zip(part, pool.map(self._rows, part), strict=True):
                        known.add(key)
                        yield News(hour, rows, refused)

    def _rows(self, key: str) -> tuple[pa.Table | None, int]:
        content = self._store.read(key)
        parsed = parse_object(content)
        found = sift_quickly(parsed.rows, self._plant) if parsed.rows is not None else None
        found = found or read_object(content, self._plant)
        return found.rows.get(MACHINE_TELEMETRY.name), len(found.refused)

    def _days(self) -> list[str]:
        return [name.removeprefix("dt=") for name in self._store.folders(self._folder) if name.startswith("dt=")]

    def _hours(self, day: str) -> list[int]:
        """Hours of a day [h since 1970]; folders of other names are not the archive's."""
        found = []
        for name in self._store.folders(f"{self._folder}dt={day}/"):
            with suppress(ValueError):
                found.append(hour_at(f"dt={day}/{name}"))
        return found

    def _prefix(self, hour: int) -> str:
        return f"{self._folder}{hour_path(hour)}/"
