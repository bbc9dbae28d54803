"""Names of files: the archive's partitions, and which files are a backfill's own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulator.backfill.layout import MANIFEST_FILE, TRUTH_FILE, archive_key, is_ours, openmetrics_key, wear_key


def test_the_partition_is_that_of_the_reading() -> None:
    """As the archive stream files it: 2025-12-31T23:59:59.999Z lies in dt=2025-12-31/hour=23, whenever it came."""
    # 2025-12-31T23:00Z is 1,767,222,000 s = 490,895 h after 1970 (`date -d 2025-12-31T23:00Z +%s`).
    key = archive_key("plant1", 490_895, 490_897, "part-0002", "jsonl")

    assert key == "raw/plant=plant1/dt=2025-12-31/hour=23/20260101T01Z-part-0002.jsonl.gz"


def test_vehicles_lie_apart_only_as_parquet() -> None:
    """JSON lines of machines and vehicles share a prefix, as on AWS; tables of other columns have one of their own."""
    keys = [archive_key("p", 0, 0, part, form) for form in ("jsonl", "parquet") for part in ("part-0", "fleet-0")]

    assert [key.partition("/")[0] for key in keys] == ["raw", "raw", "raw", "fleet"]


def test_later_arrivals_sort_behind_earlier_ones() -> None:
    """The audit judges order by names."""
    keys = [archive_key("p", 490_000, hour, "part-0000", "parquet") for hour in range(490_000, 490_100)]

    assert keys == sorted(keys)


@pytest.mark.parametrize(
    "key",
    [
        archive_key("plant1", 1, 1, "part-0000", "jsonl"),
        archive_key("plant1", 1, 1, "part-12345", "parquet"),
        archive_key("plant1", 1, 1, "fleet-0000", "jsonl"),
        archive_key("plant1", 1, 1, "fleet-0000", "parquet"),
        wear_key("2026-01-01", "part-0000"),
        wear_key("2026-01-01", "fleet-0000"),
        openmetrics_key(datetime(2026, 1, 1, tzinfo=UTC), "part-0000"),
        TRUTH_FILE,
        MANIFEST_FILE,
    ],
)
def test_own_files_are_known_again(key: str) -> None:
    """Whatever a backfill writes, --force may take away."""
    assert is_ours(key)


@pytest.mark.parametrize(
    "key",
    [
        "raw/plant=plant1/dt=2026-01-01/hour=00/20260101T000000.000001Z-8c2f.jsonl.gz",
        "quarantine/plant=plant1/dt=2026-01-01/hour=00/20260101T00Z-part-0000.parquet",
        "truth/notes.txt",
        "raw/plant=plant1/dt=2026-01-01/hour=00/20260101T00Z-part-0000.parquet.backup",
    ],
)
def test_files_of_others_are_left_alone(key: str) -> None:
    """The archive of a live plant, and whatever people keep there, is not a backfill's."""
    assert not is_ours(key)
