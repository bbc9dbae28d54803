"""Files are there whole or not at all, on a disk and in a bucket."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import boto3
import pytest

from simulator.backfill.sinks import Bucket, Folder, open_sink
from simulator.errors import SimulatorError, SimulatorUsageError


@pytest.fixture
def lake(mocked_account: None) -> None:
    """A bucket named `lake`."""
    boto3.client("s3").create_bucket(Bucket="lake")


def test_a_folder_has_what_was_put(tmp_path: Path) -> None:
    """Under its key, and under no other name; what is removed takes its empty folders along."""
    sink = Folder(tmp_path / "out")
    sink.put("a/b/c.txt", b"hello")

    assert list(sink.listing()) == ["a/b/c.txt"]
    assert (tmp_path / "out/a/b/c.txt").read_bytes() == b"hello"
    sink.remove("a/b/c.txt")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_full_disk_leaves_no_half_file(
    tmp_path: Path, full_disk: Callable[[int], AbstractContextManager[None]]
) -> None:
    """One sentence says which file, and that those that are there are whole."""
    sink = Folder(tmp_path)
    sink.put("small", b"1234")
    with full_disk(1000), pytest.raises(SimulatorError, match="large cannot be written: File too large") as caught:
        sink.put("large", bytes(5000))

    assert "whole" in str(caught.value.remedy)
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def test_free_space_is_that_of_the_nearest_folder_that_is_there(tmp_path: Path) -> None:
    """A folder that will be made lies on its parent's disk."""
    free = Folder(tmp_path / "not/yet/there").free_bytes()

    assert free is not None
    assert free > 0


@pytest.mark.usefixtures("lake")
def test_a_bucket_has_what_was_put() -> None:
    """Below the prefix; all of it when the sink is closed; and only what was not removed."""
    sink = open_sink("s3://lake/history/")
    for number in range(40):
        sink.put(f"raw/{number:02d}", b"x" * number)
    sink.remove("raw/00")
    sink.close()

    assert sorted(Bucket("lake", "history").listing()) == [f"raw/{number:02d}" for number in range(1, 40)]
    assert boto3.client("s3").get_object(Bucket="lake", Key="history/raw/07")["Body"].read() == b"x" * 7


def test_an_endpoint_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence has the value; nothing was asked of anybody."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "not an address")
    with pytest.raises(SimulatorUsageError, match="not an address"):
        open_sink("s3://lake/history")


@pytest.mark.usefixtures("lake")
def test_a_bucket_that_is_not_there_is_told() -> None:
    """At the latest when the sink is closed; the sentence names it."""
    sink = open_sink("s3://sea/history")
    sink.put("raw/a", b"x")
    with pytest.raises(SimulatorError, match=r"s3://sea/history/ cannot be used: .*NoSuchBucket"):
        sink.close()
