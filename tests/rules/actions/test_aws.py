"""Errors of services, sorted into those that pass and those that stay."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from rules.actions.aws import Clients, sorted_errors
from rules.errors import FinalError, RetryableError


def answer(status: int, code: str) -> ClientError:
    """An error that a service answered with."""
    return ClientError(
        {"Error": {"Code": code, "Message": "told"}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject"
    )


@pytest.mark.parametrize(
    "error",
    [
        answer(500, "InternalError"),
        answer(503, "SlowDown"),
        answer(429, "TooManyRequests"),
        answer(400, "RequestTimeout"),
        answer(400, "ThrottlingException"),
        answer(403, "RequestTimeTooSkewed"),
        EndpointConnectionError(endpoint_url="http://x"),
        ConnectTimeoutError(endpoint_url="http://x"),
        ReadTimeoutError(endpoint_url="http://x"),
        NoCredentialsError(),
        ConnectionResetError("reset"),
    ],
)
def test_what_passes_is_tried_again(error):
    """Codes that the AWS reference documents as transient, and everything that is no answer at all."""
    with pytest.raises(RetryableError, match=r"^Failed to put\. "), sorted_errors("Failed to put"):
        raise error


@pytest.mark.parametrize(
    "error",
    [
        answer(403, "AccessDenied"),
        answer(404, "NoSuchBucket"),
        answer(400, "KeyTooLongError"),
        ParamValidationError(report="Key: 1"),
    ],
)
def test_what_stays_is_final(error):
    """The same request would be refused for ever."""
    with pytest.raises(FinalError), sorted_errors("Failed to put"):
        raise error


def test_the_sentence_is_like_that_of_aws():
    """Deed, what was said, status and code, as in the guide's example of an envelope."""
    with pytest.raises(FinalError) as refusal, sorted_errors("Failed to put S3 object"):
        raise answer(404, "NoSuchBucket")

    assert str(refusal.value) == (
        "Failed to put S3 object. The error received was told (Status Code: 404; Error Code: NoSuchBucket)."
    )


def test_a_client_is_made_once_and_does_not_retry_by_itself(fake_account):
    """Retries are counted and bounded by the engine."""
    clients = Clients()

    assert clients.s3 is clients.s3
    assert clients.s3.meta.config.retries["total_max_attempts"] == 1
    assert clients.s3.meta.config.read_timeout == 8
