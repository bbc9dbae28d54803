"""Which plants and days a lake has, and which objects and files each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from maintenance.lake.layout import ARCHIVES, PlantDay, data_key, home_of
from maintenance.lake.state import DayState
from maintenance.lake.stores import Store, StoredObject
from maintenance.lake.tables import CURATED, Table

_PLANT_FOLDER = re.compile(r"plant=(.+)")
_DAY_FOLDER = re.compile(r"dt=(\d{4}-\d{2}-\d{2})")


def archived_days(store: Store) -> set[PlantDay]:
    """Plants and days of which the archive has something."""
    return {where for prefix in ARCHIVES for where in days_under(store, prefix)}


def compacted_days(store: Store) -> set[PlantDay]:
    """Plants and days of which the tables have something."""
    return {where for table in CURATED for where in days_under(store, f"{table.folder}/")}


def days_under(store: Store, prefix: str) -> Iterator[PlantDay]:
    """Plants and days of which there are folders under a prefix."""
    for folder in store.folders(prefix):
        if plant := _PLANT_FOLDER.fullmatch(folder):
            for inner in store.folders(f"{prefix}{folder}/"):
                if (day := _DAY_FOLDER.fullmatch(inner)) and _is_date(day[1]):
                    yield PlantDay(plant[1], date.fromisoformat(day[1]))


def objects_of(store: Store, where: PlantDay, state: DayState | None) -> list[StoredObject]:
    """The archive's objects of a day: those in its folder, and others of which it has rows already."""
    listing = [one for prefix in ARCHIVES for one in store.objects(f"{prefix}{where.path}/")]
    lent = [store.find(key) for key in (state.inputs if state else ()) if home_of(key) != where]
    return listing + [one for one in lent if one is not None]


def files_of(store: Store, where: PlantDay) -> dict[Table, StoredObject]:
    """The files that a day has."""
    return {table: found for table in CURATED if (found := store.find(data_key(table, where)))}


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
