"""boto3 clients of one account and region, made when first used."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iot import IoTClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sts import STSClient

WORKERS = 8
"""Calls under way at once. AWS IoT's quotas are 10 to 100 calls a second: the adaptive mode slows down to them."""


class Clients:
    """The services that provisioning calls.

    Args:
        session: credentials, and region if not given.
        endpoint_url: address of a local AWS; none for a real account.
        region: AWS region.
    """

    def __init__(self, session: boto3.session.Session, endpoint_url: str | None, region: str) -> None:
        self._session = session
        self._endpoint_url = endpoint_url
        self._region = region
        self._lock = threading.Lock()

    def _client(self, service: str) -> Any:
        local = self._endpoint_url is not None
        config = Config(
            retries={"mode": "adaptive", "total_max_attempts": 8} if not local else {"total_max_attempts": 3},
            max_pool_connections=2 * WORKERS,
            connect_timeout=5,
            read_timeout=30,
            s3={"addressing_style": "path"} if local else {},
        )
        with self._lock:
            return self._session.client(  # type: ignore[call-overload]
                service, region_name=self._region, endpoint_url=self._endpoint_url, config=config
            )

    @cached_property
    def iot(self) -> IoTClient:
        """Things, certificates and IoT policies."""
        return self._client("iot")  # type: ignore[no-any-return]

    @cached_property
    def s3(self) -> S3Client:
        """Buckets and bundles."""
        return self._client("s3")  # type: ignore[no-any-return]

    @cached_property
    def kms(self) -> KMSClient:
        """The key of the bundles."""
        return self._client("kms")  # type: ignore[no-any-return]

    @cached_property
    def dynamodb(self) -> DynamoDBClient:
        """Leases."""
        return self._client("dynamodb")  # type: ignore[no-any-return]

    @cached_property
    def sns(self) -> SNSClient:
        """Alerts."""
        return self._client("sns")  # type: ignore[no-any-return]

    @cached_property
    def sqs(self) -> SQSClient:
        """The queue of the mail program."""
        return self._client("sqs")  # type: ignore[no-any-return]

    @cached_property
    def secretsmanager(self) -> SecretsManagerClient:
        """SMTP account and plant CA."""
        return self._client("secretsmanager")  # type: ignore[no-any-return]

    @cached_property
    def iam(self) -> IAMClient:
        """Users of the local programs."""
        return self._client("iam")  # type: ignore[no-any-return]

    @cached_property
    def functions(self) -> LambdaClient:
        """The fleet's function."""
        return self._client("lambda")  # type: ignore[no-any-return]

    @cached_property
    def logs(self) -> Any:
        """The log of the fleet's function."""
        return self._client("logs")

    @cached_property
    def sts(self) -> STSClient:
        """Whose account this is."""
        return self._client("sts")  # type: ignore[no-any-return]
