"""Fetching from AWS."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from init_container.errors import AwsUnavailableError, VerificationError


def test_all_shards_of_machines_are_found(depot: Any) -> None:
    """The rules engine's is not one of them."""
    for shard in ("shard-0001", "shard-0000", "rules-engine"):
        depot.put(shard=shard)
    assert depot.source().shards() == ("shard-0000", "shard-0001")


def test_an_empty_bucket_is_told(depot: Any) -> None:
    """The remedy is to provision."""
    with pytest.raises(AwsUnavailableError, match=r"holds no shard.*factory provision"):
        depot.source().shards()


def test_a_missing_right_to_the_key_is_no_failed_verification(depot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """KMS refuses: status 3, after all attempts."""
    depot.put()
    calls: list[dict[str, Any]] = []

    def deny(**arguments: Any) -> None:
        calls.append(arguments)
        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "Decrypt")

    monkeypatch.setattr(depot.kms, "decrypt", deny)
    with pytest.raises(AwsUnavailableError, match=r"decrypt the data key of shard-0000 in 3 attempts") as caught:
        depot.source().open("shard-0000")
    assert caught.value.exit_status == 3
    assert [call["EncryptionContext"] for call in calls] == [{"plant": "plant1", "shard": "shard-0000"}] * 3


def test_a_missing_object_is_asked_for_again(depot: Any) -> None:
    """Three attempts, two pauses between them."""
    with pytest.raises(AwsUnavailableError, match=r"shard-0007/manifest\.json in 3 attempts"):
        depot.source().open("shard-0007")
    assert len(depot.pauses) == 2


def test_an_outage_that_passes_is_no_failure(depot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third attempt gets through."""
    depot.put()
    real, failures = depot.kms.decrypt, iter([True, True])

    def flaky(**arguments: Any) -> Any:
        if next(failures, False):
            raise EndpointConnectionError(endpoint_url="https://kms")
        return real(**arguments)

    monkeypatch.setattr(depot.kms, "decrypt", flaky)
    assert depot.source().open("shard-0000").manifest.shard == "shard-0000"


def test_a_bundle_in_the_course_of_being_replaced_is_looked_at_again(
    depot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bundle and manifest are two objects: between the two writings they do not fit."""
    depot.put(("M001",))
    old = depot.s3.get_object(Bucket="identities", Key="shard-0000/manifest.json")["Body"].read()
    depot.put(("M001", "M002"))
    new = depot.s3.get_object(Bucket="identities", Key="shard-0000/manifest.json")["Body"].read()
    depot.replace("shard-0000/manifest.json", lambda _text: old)
    source = depot.source()
    monkeypatch.setattr(source, "_sleep", lambda _s: depot.replace("shard-0000/manifest.json", lambda _text: new))
    assert len(source.open("shard-0000").manifest.identities) == 2


def test_a_bundle_that_never_fits_is_given_up(depot: Any) -> None:
    """Three looks, then it is a failed verification."""
    depot.put()
    depot.replace("shard-0000/bundle.enc", lambda content: content + b"x")
    with pytest.raises(VerificationError):
        depot.source().open("shard-0000")
    assert len(depot.pauses) == 2
