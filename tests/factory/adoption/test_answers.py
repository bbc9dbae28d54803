"""Tests of what AWS's errors mean."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from botocore.parsers import ResponseParserError
from botocore.retries import standard

from factory.adoption.answers import _THROTTLED, Answer, judge


def told(code: str) -> ClientError:
    """An error of AWS's with that code."""
    return ClientError({"Error": {"Code": code, "Message": "so it is."}}, "GetThing")


# Codes by the services' references: IAM and S3 AccessDenied, DynamoDB and Lambda AccessDeniedException, EC2
# UnauthorizedOperation, SNS AuthorizationError, IoT UnauthorizedException; S3 answers HEAD with the bare status.
@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("NoSuchEntity", Answer.NOT_THERE),
        ("AccessDenied", Answer.MAY_NOT_LOOK),
        ("AccessDeniedException", Answer.MAY_NOT_LOOK),
        ("UnauthorizedOperation", Answer.MAY_NOT_LOOK),
        ("AuthorizationError", Answer.MAY_NOT_LOOK),
        ("UnauthorizedException", Answer.MAY_NOT_LOOK),
        ("403", Answer.MAY_NOT_LOOK),
        ("ThrottlingException", Answer.THROTTLED),
        ("TooManyRequestsException", Answer.THROTTLED),
        ("SlowDown", Answer.THROTTLED),
        ("ResourceNotFoundException", Answer.FAILED),
        ("ExpiredToken", Answer.FAILED),
        ("InternalError", Answer.FAILED),
    ],
)
def test_each_error_has_its_own_answer(code: str, answer: Answer) -> None:
    """And what does not mean "not there" for this very call never counts as that."""
    finding = judge(told(code), ("NoSuchEntity",))
    assert finding.answer is answer
    assert finding.import_id is None


@pytest.mark.parametrize(
    "error",
    [
        NoCredentialsError(),
        EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
        ResponseParserError("a proxy's page"),
    ],
)
def test_what_never_reached_aws_is_a_failure_with_its_reason(error: Exception) -> None:
    """Not "not there"."""
    finding = judge(error, ("NoSuchEntity",))
    assert finding.answer is Answer.FAILED
    assert type(error).__name__ in finding.detail


def test_every_code_by_which_botocore_knows_throttling_is_known() -> None:
    """Its list may grow with a newer version."""
    codes = set(standard.ThrottledRetryableChecker()._THROTTLED_ERROR_CODES)
    assert codes <= _THROTTLED


def test_only_there_and_not_there_are_clear() -> None:
    """With any other answer nobody knows whether Terraform could make it."""
    assert {answer for answer in Answer if answer.is_clear} == {Answer.THERE, Answer.NOT_THERE}
