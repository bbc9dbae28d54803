"""Where what lies: the archive's partitions, the truth beside them, and what a backfill may take away again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Literal

from simulator.backfill.timeline import HOUR_MS

Format = Literal["parquet", "jsonl"]

EXTENSIONS: dict[Format, str] = {"parquet": "parquet", "jsonl": "jsonl.gz"}

TRUTH_FILE = "truth/ground_truth.jsonl"
MANIFEST_FILE = "truth/manifest.json"

_PART = r"(part|fleet)-[0-9]{4,}"
_OURS = re.compile(
    rf"(raw|fleet)/plant=[^/]+/dt=[0-9-]{{10}}/hour=[0-9]{{2}}/[0-9]{{8}}T[0-9]{{2}}Z-{_PART}\.(parquet|jsonl\.gz)"
    rf"|truth/wear/dt=[0-9-]{{10}}/{_PART}\.parquet"
    rf"|openmetrics/[0-9]{{8}}T[0-9]{{2}}Z-{_PART}\.txt"
    r"|truth/ground_truth\.jsonl"
    r"|truth/manifest\.json"
)
_UNFINISHED = re.compile(r"(.*/)\.([^/]+)\.tmp")


def unfinished_name(name: str) -> str:
    """Name of a file while it is written.

    Example:
        >>> is_ours("truth/" + unfinished_name("manifest.json"))
        True
    """
    return f".{name}.tmp"


def archive_key(plant: str, told_hour: int, arrival_hour: int, part: str, file_format: Format) -> str:
    """Key of the messages of one hour of one part.

    The partition is that of the hour in the messages, as the archive's stream files them; the name begins with the
    hour in which they came, so that names within a partition sort in the order of arrival, as the audit needs them.
    As JSON lines vehicles lie under the archive's prefix, where the rule `archive` puts them as well. As Parquet they
    have one of their own: who reads a folder takes all of its files for tables of the same columns.

    Args:
        plant: name of the plant.
        told_hour: hour that the messages' timestamps name [h since 1970].
        arrival_hour: hour in which they came; a later one only for late messages and wrong clocks [h since 1970].
        part: name of the part.
        file_format: how they are written.

    Example:
        >>> archive_key("plant1", 490907, 490908, "part-0000", "parquet")
        'raw/plant=plant1/dt=2026-01-01/hour=11/20260101T12Z-part-0000.parquet'
        >>> archive_key("plant1", 490907, 490907, "fleet-0000", "parquet")
        'fleet/plant=plant1/dt=2026-01-01/hour=11/20260101T11Z-fleet-0000.parquet'
    """
    prefix = "fleet" if file_format == "parquet" and part.startswith("fleet") else "raw"
    partition = _hour(told_hour).strftime("dt=%Y-%m-%d/hour=%H")
    return f"{prefix}/plant={plant}/{partition}/{_hour(arrival_hour):%Y%m%dT%HZ}-{part}.{EXTENSIONS[file_format]}"


def wear_key(day: str, part: str) -> str:
    """Key of a day's wear table."""
    return f"truth/wear/dt={day}/{part}.parquet"


def openmetrics_key(begin: datetime, part: str) -> str:
    """Key of the gauges of a block of Prometheus, by when it begins.

    Example:
        >>> openmetrics_key(datetime(2026, 1, 1, 22, tzinfo=UTC), "part-0000")
        'openmetrics/20260101T22Z-part-0000.txt'
    """
    return f"openmetrics/{begin:%Y%m%dT%HZ}-{part}.txt"


def is_ours(key: str) -> bool:
    """Whether a backfill writes a file of that name, or had begun to; the archive of a live plant has other names.

    Example:
        >>> is_ours("raw/plant=p/dt=2026-01-01/hour=11/20260101T11Z-part-0000.parquet")
        True
        >>> is_ours("raw/plant=p/dt=2026-01-01/hour=11/20260101T110000.123456Z-0a1b.jsonl.gz")
        False
    """
    return _OURS.fullmatch(_UNFINISHED.sub(r"\1\2", key)) is not None


def _hour(number: int) -> datetime:
    return datetime.fromtimestamp(number * HOUR_MS // 1000, UTC)
