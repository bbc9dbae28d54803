"""What is new in the archive."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import boto3
import pytest
from lake_rows import HOUR

from maintenance.lake.address import open_store
from maintenance.verdicts.archive import Archive

LINE = {
    "device_id": "M001", "timestamp": "2025-01-01T00:00:01.000Z", "run": 1, "seq": 1, "temp": 59.0, "state": "running",
    "plant": "plant1", "line": "line1", "received_at": 1735689601000,
}  # fmt: skip
VEHICLE = {
    "device_id": "VHC001", "timestamp": "2025-01-01T00:00:01.000Z", "run": 1, "seq": 1, "engine_temp_c": 92.0,
    "plant": "plant1", "line": "fleet", "received_at": 1735689601000,
}  # fmt: skip


def objects(*lines: dict[str, object]) -> bytes:
    """An object of the archive."""
    return gzip.compress(b"".join(map(as_line, lines)))


def as_line(values: dict[str, object]) -> bytes:
    """A line of the archive."""
    return json.dumps(values).encode() + b"\n"


def put(folder: Path, key: str, content: bytes) -> None:
    """Write an object."""
    path = folder / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_each_object_is_told_once(tmp_path: Path) -> None:
    """A second look tells only what came in between; of other plants nothing is told."""
    archive = Archive(open_store(str(tmp_path)), "plant1")
    put(tmp_path, "raw/plant=plant1/dt=2025-01-01/hour=00/a.jsonl.gz", objects(LINE))
    put(tmp_path, "raw/plant=plant2/dt=2025-01-01/hour=00/a.jsonl.gz", objects(LINE))
    first = list(archive.news(HOUR, 50))
    put(tmp_path, "raw/plant=plant1/dt=2025-01-01/hour=00/b.jsonl.gz", objects(LINE | {"seq": 2}))
    second = list(archive.news(HOUR, 50))

    assert [(news.hour, news.rows["seq"].to_pylist()) for news in first if news.rows] == [(HOUR, [1])]
    assert [news.rows["seq"].to_pylist() for news in second if news.rows] == [[2]]
    assert list(archive.news(HOUR, 50)) == []


def test_hours_come_in_their_order_from_the_first_asked_for(tmp_path: Path) -> None:
    """Older ones, and folders that are no hours, are not looked at."""
    for day, hour in (("2025-01-02", "00"), ("2024-12-31", "22"), ("2024-12-31", "23"), ("2025-01-01", "05")):
        put(tmp_path, f"raw/plant=plant1/dt={day}/hour={hour}/a.jsonl.gz", objects(LINE))
    put(tmp_path, "raw/plant=plant1/dt=2025-01-01/hour=later/a.jsonl.gz", objects(LINE))
    put(tmp_path, "raw/plant=plant1/notes/hour=05/a.jsonl.gz", objects(LINE))
    archive = Archive(open_store(str(tmp_path)), "plant1")

    assert [news.hour for news in archive.news(HOUR - 1, 2)] == [HOUR - 1, HOUR + 5]
    assert [news.hour for news in archive.news(HOUR - 1, 50)] == [HOUR + 24]


def test_the_present_is_where_most_machines_are(tmp_path: Path) -> None:
    """One of twenty machines whose clock is a year ahead does not move it, nor does an hour that has just begun."""
    for hour in range(24):
        lines = [LINE | {"device_id": f"M{number:03d}", "seq": hour + 1} for number in range(20)]
        some = lines if hour < 23 else lines[:10]
        put(tmp_path, f"raw/plant=plant1/dt=2025-01-01/hour={hour:02d}/a.jsonl", b"".join(map(as_line, some)))
    put(tmp_path, "raw/plant=plant1/dt=2026-01-01/hour=05/a.jsonl", as_line(LINE))

    assert Archive(open_store(str(tmp_path)), "plant1").present() == HOUR + 23


def test_what_is_no_telemetry_is_counted_and_vehicles_are_passed_over(tmp_path: Path) -> None:
    """A bad line and a torn object stop nothing; compaction sets them aside."""
    good = objects(LINE, VEHICLE)
    put(tmp_path, "raw/plant=plant1/dt=2025-01-01/hour=00/a.jsonl.gz", good)
    put(tmp_path, "raw/plant=plant1/dt=2025-01-01/hour=00/b.jsonl.gz", objects(LINE) + gzip.compress(b"nonsense\n"))
    put(tmp_path, "raw/plant=plant1/dt=2025-01-01/hour=00/c.jsonl.gz", good[: len(good) // 2])
    put(tmp_path, "raw/plant=plant1/dt=2025-01-01/hour=00/d.jsonl.gz", objects(VEHICLE))
    found = list(Archive(open_store(str(tmp_path)), "plant1").news(HOUR, 50))

    assert [news.refused for news in found] == [0, 1, 1, 0]
    assert [news.rows.num_rows if news.rows else 0 for news in found] == [1, 1, 0, 0]


def test_an_empty_archive(tmp_path: Path) -> None:
    """Has no newest hour and no news."""
    archive = Archive(open_store(str(tmp_path)), "plant1")

    assert archive.present() is None
    assert list(archive.news(0, 50)) == []


@pytest.mark.usefixtures("mocked_account")
def test_a_bucket_is_read_alike() -> None:
    """More objects than a listing's page of a thousand are all told, once each."""
    client = boto3.client("s3")
    client.create_bucket(Bucket="lake")
    for number in range(1005):
        key = f"raw/plant=plant1/dt=2025-01-01/hour=00/{number:04d}.jsonl.gz"
        client.put_object(Bucket="lake", Key=key, Body=objects(LINE | {"seq": number + 1}))
    archive = Archive(open_store("s3://lake", client), "plant1")
    told = Counter(seq for news in archive.news(HOUR, 50) if news.rows for seq in news.rows["seq"].to_pylist())

    assert told == Counter(range(1, 1006))
