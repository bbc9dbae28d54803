"""Objects in a bucket, and what is said when they are not taken."""

from __future__ import annotations

import boto3
import pytest
from moto import mock_aws

from contracts.errors import SettingsError
from simulator.shipping import ShippingError, bucket_of


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody's key, of nobody's account."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@mock_aws
def test_an_object_lies_under_its_key() -> None:
    """Byte for byte."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="a-bucket")
    bucket_of("a-bucket")("segments/x", b"one\n")

    assert s3.get_object(Bucket="a-bucket", Key="segments/x")["Body"].read() == b"one\n"


@mock_aws
def test_what_is_not_taken_is_named() -> None:
    """Bucket, key and AWS's reason."""
    with pytest.raises(ShippingError, match=r"s3://nobodys/segments/x was not taken: .*NoSuchBucket"):
        bucket_of("nobodys")("segments/x", b"")


def test_aws_that_cannot_be_set_up_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Told when the program starts, not at the first shipment."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")

    with pytest.raises(SettingsError, match="AWS cannot be set up"):
        bucket_of("a-bucket")
