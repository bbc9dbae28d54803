"""Clients of AWS that give up in time, and their errors sorted into retryable and final."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from rules.errors import FinalError, RetryableError

if TYPE_CHECKING:
    from botocore.credentials import Credentials
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

CONNECT_TIMEOUT_S = 3
READ_TIMEOUT_S = 8
"""Longer than a slow answer, shorter than the broker's patience: it sends a message again after 30 s."""
CONNECTIONS = 16

RETRYABLE_CODES = frozenset(
    [
        "ExpiredToken",
        "ExpiredTokenException",
        "InternalError",
        "InternalFailure",
        "OperationAborted",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeTooSkewed",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
    ]
)
"""Codes that AWS documents as passing, whatever their HTTP status."""


class Clients:
    """The services that actions call; credentials and addresses come from the standard AWS settings.

    A client is made when it is first used, so that a dry run needs none. Retries are the engine's own (botocore's are
    off), so that they are counted, bounded and interruptible.

    Args:
        connect_timeout_s: longest wait for a connection [s].
        read_timeout_s: longest wait for an answer [s].
        connections: how many may be open to one service.
    """

    def __init__(
        self,
        *,
        connect_timeout_s: float = CONNECT_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
        connections: int = CONNECTIONS,
    ) -> None:
        self._config = Config(
            connect_timeout=connect_timeout_s,
            read_timeout=read_timeout_s,
            retries={"total_max_attempts": 1},
            max_pool_connections=connections,
            tcp_keepalive=True,
        )
        self._made: dict[tuple[str, str | None], Any] = {}
        self._credentials: Credentials | None = None
        # Clients may be shared by threads, but a session must not make two at a time (boto3 guide, "Multithreading").
        self._lock = threading.Lock()

    @property
    def s3(self) -> S3Client:
        """Objects."""
        client: S3Client = self.client("s3")
        return client

    @property
    def sns(self) -> SNSClient:
        """Notifications."""
        client: SNSClient = self.client("sns")
        return client

    @property
    def cloudwatch(self) -> CloudWatchClient:
        """Metrics and alarms."""
        client: CloudWatchClient = self.client("cloudwatch")
        return client

    @property
    def dynamodb(self) -> DynamoDBClient:
        """Tables."""
        client: DynamoDBClient = self.client("dynamodb")
        return client

    @property
    def firehose(self) -> Any:
        """Delivery streams other than the engine's own."""
        return self.client("firehose")

    @property
    def kinesis(self) -> Any:
        """Data streams."""
        return self.client("kinesis")

    @property
    def functions(self) -> Any:
        """Lambda."""
        return self.client("lambda")

    @property
    def logs(self) -> Any:
        """Log groups and streams."""
        return self.client("logs")

    @property
    def state_machines(self) -> Any:
        """Step Functions."""
        return self.client("stepfunctions")

    @property
    def timestream(self) -> Any:
        """Time series."""
        return self.client("timestream-write")

    def queues(self, region: str | None) -> SQSClient:
        """Queues of a region; None is the region of the settings."""
        client: SQSClient = self.client("sqs", region)
        return client

    def credentials(self) -> Credentials:
        """The key that the clients sign with.

        Raises:
            RetryableError: there is none at the moment.
        """
        with self._lock:
            # They renew themselves, where they are of the kind that ends.
            self._credentials = self._credentials or boto3.session.Session().get_credentials()
        if self._credentials is None:
            raise RetryableError("There are no AWS credentials to sign a request with.")
        return self._credentials

    def check(self) -> None:
        """Make one client, so that settings which boto3 cannot use are found before the first message."""
        self.client("s3")

    def client(self, service: str, region: str | None = None) -> Any:
        """The client of a service, by boto3's name for it."""
        with self._lock:
            if (service, region) not in self._made:
                session = boto3.session.Session(region_name=region)
                self._made[service, region] = session.client(service, config=self._config)  # type: ignore[call-overload]
            return self._made[service, region]


@contextmanager
def sorted_errors(deed: str) -> Iterator[None]:
    """Turn errors of a service into ours.

    Args:
        deed: what was tried, as AWS's own messages begin: "Failed to put S3 object".

    Raises:
        RetryableError: the service is away, slow, busy or failing.
        FinalError: it refuses.
    """
    try:
        yield
    except ClientError as error:
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        code = error.response.get("Error", {}).get("Code", "")
        said = error.response.get("Error", {}).get("Message", "")
        sentence = f"{deed}. The error received was {said or code} (Status Code: {status}; Error Code: {code})."
        passing = status >= 500 or status == 429 or code in RETRYABLE_CODES
        raise (RetryableError if passing else FinalError)(sentence) from error
    except ParamValidationError as error:
        raise FinalError(f"{deed}. The request is not valid: {' '.join(str(error).split())}") from error
    except (BotoCoreError, OSError) as error:
        raise RetryableError(f"{deed}. The service cannot be reached: {' '.join(str(error).split())}") from error
