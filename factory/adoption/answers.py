"""What AWS can answer when it is asked whether a thing is there; each answer has its own name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

# "403" is all that S3 says to a HEAD request, which has no body.
_DENIED = frozenset(
    {
        "AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException",
        "UnauthorizedAccess", "UnauthorizedException", "UnauthorizedOperation", "NotAuthorized",
        "NotAuthorizedException", "ForbiddenException", "Forbidden", "403",
    }
)  # fmt: skip
# Those of botocore/retries/standard.py, ThrottledRetryableChecker; SQS's modelled one; S3's 503 to a HEAD request.
_THROTTLED = frozenset(
    {
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
        "TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
        "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled", "SlowDown",
        "PriorRequestNotComplete", "EC2ThrottledException", "429", "503",
    }
)  # fmt: skip


class Answer(StrEnum):
    """Whether a thing that Terraform would create is there already."""

    THERE = "there"
    NOT_THERE = "not there"
    ANOTHER_ACCOUNTS = "there, but another account's"
    UNUSABLE = "there, but cannot be adopted"
    MAY_NOT_LOOK = "may not look"
    THROTTLED = "throttled"
    FAILED = "failed"

    @property
    def is_clear(self) -> bool:
        """Whether Terraform can go on with it: the thing is adopted or made."""
        return self in (Answer.THERE, Answer.NOT_THERE)


@dataclass(frozen=True, slots=True)
class Finding:
    """AWS's answer about one thing.

    Args:
        answer: which.
        import_id: by what Terraform's provider imports it, if it is there.
        detail: what else there is to say, in words for people.
    """

    answer: Answer
    import_id: str | None = None
    detail: str = ""


NOT_THERE = Finding(Answer.NOT_THERE)


def there(import_id: str) -> Finding:
    """It is there, and can be adopted by that id."""
    return Finding(Answer.THERE, import_id)


def unusable(detail: str) -> Finding:
    """It is there, and neither can it be adopted nor another be made in its place."""
    return Finding(Answer.UNUSABLE, detail=detail)


def error_code(error: ClientError) -> str:
    """The code by which AWS names an error."""
    return str(error.response.get("Error", {}).get("Code", ""))


NoAnswer = (BotoCoreError, ResponseParserError)
"""What boto3 raises where AWS gave no answer at all; the second where a proxy, say, answers in its place."""


def judge(error: Exception, missing: tuple[str, ...]) -> Finding:
    """What an error says about whether the thing is there.

    Args:
        error: what boto3 raised: a ClientError, or one of `NoAnswer`.
        missing: codes by which this call says that there is no such thing.

    Example:
        >>> told = {"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}
        >>> judge(ClientError(told, "GetPolicy"), ("ResourceNotFoundException",)).answer.value
        'throttled'
    """
    if not isinstance(error, ClientError):
        return Finding(Answer.FAILED, detail=f"{type(error).__name__}: {str(error).rstrip('.')}")
    code = error_code(error)
    if code in missing:
        return NOT_THERE
    answer = Answer.MAY_NOT_LOOK if code in _DENIED else Answer.THROTTLED if code in _THROTTLED else Answer.FAILED
    message = str(error.response.get("Error", {}).get("Message", "")).rstrip(".")
    return Finding(answer, detail=f"{error.operation_name}: {code}: {message}")
