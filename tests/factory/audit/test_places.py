"""Which archive is meant."""

from pathlib import Path

import boto3
import pytest

from factory.audit.places import archive_store, local_store
from factory.errors import LocalFactoryUsageError


@pytest.fixture
def bucket(mocked_account: None) -> None:
    """A bucket named `lake`, with an object below `copy/`."""
    client = boto3.client("s3")
    client.create_bucket(Bucket="lake")
    client.put_object(Bucket="lake", Key="copy/raw/a.jsonl", Body=b"{}")


@pytest.mark.usefixtures("bucket")
def test_an_address_names_bucket_and_prefix() -> None:
    """Keys are told without the prefix under which the archive lies."""
    assert [found.key for found in archive_store("s3://lake/copy/").objects("raw/")] == ["raw/a.jsonl"]


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_is_not_there_is_told() -> None:
    """A wrong bucket is a wrong call."""
    with pytest.raises(LocalFactoryUsageError, match="The bucket sea cannot be read: 404"):
        archive_store("s3://sea")


@pytest.mark.parametrize("address", ["ftp://lake", "s3://", "s3://L", "/no/such/folder"])
def test_what_is_no_address_is_told(address: str) -> None:
    """The sentence shows how an address is written."""
    with pytest.raises(LocalFactoryUsageError, match="Write s3://BUCKET/PREFIX"):
        archive_store(address)


def test_a_stopped_factorys_files_are_its_archive(tmp_path: Path) -> None:
    """Where the local AWS does not run, its files are read."""
    lake = tmp_path / "aws" / "s3" / "000000000000" / "smart-factory-plant1-lake-000000000000"
    (lake / "raw").mkdir(parents=True)
    (lake / "raw" / "a.jsonl").write_bytes(b"{}")
    assert [found.key for found in local_store(tmp_path).objects("raw/")] == ["raw/a.jsonl"]


def test_two_archives_are_one_too_many(tmp_path: Path) -> None:
    """Which one is meant must then be said."""
    for plant in ("plant1", "plant2"):
        (tmp_path / "aws" / "s3" / "0" / f"smart-factory-{plant}-lake-0").mkdir(parents=True)
    with pytest.raises(LocalFactoryUsageError, match="holds 2 archives"):
        local_store(tmp_path)
