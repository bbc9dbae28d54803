"""Where what lies in a lake.

::

    raw/plant=/dt=/hour=/…                      as the archive writes it: JSON lines; of a backfill also Parquet
    fleet/plant=/dt=/hour=/…                    vehicles of a backfill as Parquet
    curated/machine_telemetry/plant=/dt=/…      one file a plant and day
    curated/vehicle_telemetry/plant=/dt=/…
    curated/state/plant=/dt=….json.gz           what is in these files
    quarantine/compaction/…                     what could not be read, with the reason
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import NamedTuple

from maintenance.lake.tables import Table

ARCHIVES = ("raw/", "fleet/")
"""Prefixes under which the archive's hours lie."""
_HOUR = "dt=%Y-%m-%d/hour=%H"
_PARTITION = re.compile(r"(?:raw|fleet)/plant=(?P<plant>[^/]+)/dt=(?P<day>\d{4}-\d{2}-\d{2})/")


class PlantDay(NamedTuple):
    """A plant and a day [UTC]: what is compacted together."""

    plant: str
    day: date

    @property
    def path(self) -> str:
        """Its folder under a table or an archive.

        Example:
            >>> PlantDay("plant1", date(2026, 1, 31)).path
            'plant=plant1/dt=2026-01-31'
        """
        return f"plant={self.plant}/dt={self.day.isoformat()}"

    @property
    def options(self) -> str:
        """Options of `factory lake compact` that ask for it alone.

        Example:
            >>> PlantDay("plant1", date(2026, 1, 31)).options
            '--plant plant1 --since 2026-01-31 --until 2026-01-31'
        """
        return f"--plant {self.plant} --since {self.day.isoformat()} --until {self.day.isoformat()}"

    def __str__(self) -> str:
        return f"{self.plant}, {self.day.isoformat()}"


def hour_path(hour: int) -> str:
    """Where an hour lies in the folder of a plant.

    Args:
        hour: which [h since 1970].

    Example:
        >>> hour_path(491693)
        'dt=2026-02-03/hour=05'
    """
    return f"{datetime.fromtimestamp(hour * 3600, UTC):{_HOUR}}"


def hour_at(path: str, ending: str = "") -> int:
    """Which hour lies there [h since 1970]; ValueError if it is no hour's path.

    Args:
        path: in the folder of a plant.
        ending: of a file that is named like the hour.

    Example:
        >>> hour_at("dt=2026-02-03/hour=05"), hour_at("dt=2026-02-03/hour=05.parquet", ".parquet")
        (491693, 491693)
    """
    return int(datetime.strptime(path, _HOUR + ending).replace(tzinfo=UTC).timestamp()) // 3600


def home_of(key: str) -> PlantDay:
    """Plant and day in whose folder an object of the archive lies.

    Example:
        >>> str(home_of("raw/plant=p/dt=2026-01-31/hour=05/20260131T05Z-part-0000.parquet"))
        'p, 2026-01-31'
    """
    found = _PARTITION.match(key)
    if found is None:
        raise ValueError(f"{key} is no object of the archive")
    return PlantDay(found["plant"], date.fromisoformat(found["day"]))


def data_key(table: Table, where: PlantDay) -> str:
    """The file of a table; always under the same name, so that a new one takes the place of the old one at once.

    Example:
        >>> from maintenance.lake.tables import MACHINE_TELEMETRY
        >>> data_key(MACHINE_TELEMETRY, PlantDay("p", date(2026, 1, 31)))
        'curated/machine_telemetry/plant=p/dt=2026-01-31/part-0000.parquet'
    """
    return f"{table.folder}/{where.path}/part-0000.parquet"


def state_key(where: PlantDay) -> str:
    """What is in the files of a plant and day."""
    return f"curated/state/{where.path}.json.gz"


def refused_key(key: str) -> str:
    """Where what could not be read of an object is kept.

    Example:
        >>> refused_key("raw/plant=p/dt=2026-01-31/hour=05/a.jsonl.gz")
        'quarantine/compaction/raw/plant=p/dt=2026-01-31/hour=05/a.jsonl.gz.refused.jsonl'
    """
    return f"{refused_prefix(key)}.refused.jsonl"


def refused_prefix(prefix: str) -> str:
    """What the keys begin with under which it is kept of objects whose keys begin with a prefix."""
    return f"quarantine/compaction/{prefix}"
