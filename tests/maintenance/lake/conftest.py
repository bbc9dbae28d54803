"""Lakes in a folder and in a bucket (moto)."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from maintenance.lake.address import open_store
from maintenance.lake.stores import Store


@pytest.fixture
def folder(tmp_path: Path) -> Store:
    """A lake in a folder."""
    (tmp_path / "lake").mkdir()
    return open_store(str(tmp_path / "lake"))


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """S3 (moto) with a bucket named `lake`."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="lake")
        yield


@pytest.fixture
def bucket(s3: None) -> Store:
    """A lake in a bucket, below a prefix."""
    return open_store("s3://lake/history")


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest) -> Store:
    """Either."""
    found: Store = request.getfixturevalue(request.param)
    return found
