"""The account that is asked, and its boto3 clients."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from factory.adoption.answers import NoAnswer
from factory.adoption.errors import AdoptionError, AdoptionUsageError
from factory.adoption.kinds import ClientOf
from factory.adoption.naming import Account

WORKERS = 8
"""Calls under way at once. Most services allow some tens of them a second; the adaptive mode slows down to that."""


class Aws:
    """Clients of one account, made when first used.

    Args:
        session: credentials, and region.
        endpoint_url: address of a local AWS; none for a real account.
    """

    def __init__(self, session: boto3.session.Session, endpoint_url: str | None = None) -> None:
        self._session = session
        self._endpoint_url = endpoint_url
        self._made: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()

    def clients_in(self, region: str) -> ClientOf:
        """Makes the clients of a region.

        Args:
            region: AWS region.
        """
        return partial(self._client, region)

    def account(self) -> Account:
        """Whose account this is.

        Raises:
            AdoptionUsageError: no region is set.
            AdoptionError: there are no credentials, or AWS does not take them.
        """
        region = self._session.region_name
        if not region:
            raise AdoptionUsageError("No AWS region is set.", remedy="Set AWS_REGION, or give --region eu-central-1.")
        try:
            told = self._client(region, "sts").get_caller_identity()
        except (ClientError, *NoAnswer) as error:
            raise AdoptionError(
                f"AWS does not say whose account this is: {str(error).rstrip('.')}.",
                remedy="Log in, or name the profile with --profile.",
            ) from None
        return Account(told["Account"], region, told["Arn"].split(":")[1])

    def _client(self, region: str, service: str) -> Any:
        with self._lock:
            if (region, service) not in self._made:
                make: Any = self._session.client
                self._made[region, service] = make(
                    service, region_name=region, endpoint_url=self._endpoint_url, config=self._config()
                )
            return self._made[region, service]

    def _config(self) -> Config:
        local = self._endpoint_url is not None
        return Config(
            retries={"total_max_attempts": 2} if local else {"mode": "adaptive", "total_max_attempts": 8},
            max_pool_connections=2 * WORKERS,
            connect_timeout=5,
            read_timeout=30,
            s3={"addressing_style": "path"} if local else {},
        )
