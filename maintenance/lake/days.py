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


def archived_days(store: Store) -> tuple[set[PlantDay], list[str]]:
    """Plants and days of which the archive has something, and its folders that are neither a plant's nor a day's."""
    found = [one for prefix in ARCHIVES for one in folders_under(store, prefix)]
    return {where for _, where in found if where is not None}, [folder for folder, where in found if where is None]


def compacted_days(store: Store) -> set[PlantDay]:
    """Plants and days of which the tables have something."""
    found = [where for table in CURATED for _, where in folders_under(store, f"{table.folder}/")]
    return {where for where in found if where is not None}


def folders_under(store: Store, prefix: str) -> Iterator[tuple[str, PlantDay | None]]:
    """Folders under a prefix, each with its plant and day; None: it is called otherwise."""
    for folder in store.folders(prefix):
        plant = _PLANT_FOLDER.fullmatch(folder)
        if plant is None:
            yield f"{prefix}{folder}/", None
            continue
        for inner in store.folders(f"{prefix}{folder}/"):
            day = _day_of(inner)
            yield f"{prefix}{folder}/{inner}/", PlantDay(plant[1], day) if day is not None else None


def objects_of(store: Store, where: PlantDay, state: DayState | None) -> list[StoredObject]:
    """The archive's objects of a day: those in its folder, and others of which it has rows already."""
    listing = [one for prefix in ARCHIVES for one in store.objects(f"{prefix}{where.path}/")]
    lent = [store.find(key) for key in (state.inputs if state else ()) if home_of(key) != where]
    return listing + [one for one in lent if one is not None]


def files_of(store: Store, where: PlantDay) -> dict[Table, StoredObject]:
    """The files that a day has."""
    return {table: found for table in CURATED if (found := store.find(data_key(table, where)))}


def _day_of(folder: str) -> date | None:
    found = _DAY_FOLDER.fullmatch(folder)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None
