"""Lakes in a folder and in a bucket (moto)."""

from pathlib import Path

import boto3
import pytest

from maintenance.lake.address import open_store
from maintenance.lake.stores import Store


@pytest.fixture
def folder(tmp_path: Path) -> Store:
    """A lake in a folder."""
    (tmp_path / "lake").mkdir()
    return open_store(str(tmp_path / "lake"))


@pytest.fixture
def s3(mocked_account: None) -> None:
    """S3 (moto) with a bucket named `lake`."""
    boto3.client("s3").create_bucket(Bucket="lake")


@pytest.fixture
def bucket(s3: None) -> Store:
    """A lake in a bucket, below a prefix."""
    return open_store("s3://lake/history")


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest) -> Store:
    """Either."""
    found: Store = request.getfixturevalue(request.param)
    return found
