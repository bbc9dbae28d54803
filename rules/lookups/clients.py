"""Clients of the services that look-ups ask: quick to give up, as a message waits for the answer."""

from __future__ import annotations

import threading
from typing import Any, Final

import boto3
from botocore.config import Config

ANSWER_TIMEOUT_S: Final = 2.0
"""The guide gives a Lambda function 2000 ms ("Functions", aws_lambda()); we give every look-up as much."""
CONNECT_TIMEOUT_S: Final = 1.0


class LookUpClients:
    """Clients by service, each made when it is first asked for, so that rules without look-ups cost nothing.

    A look-up is not tried again: the guide names no retry, and a rule that fails is counted. Credentials and addresses
    come from the standard AWS settings.

    Args:
        connections: how many may be open to one service; one for each thread that looks something up.
    """

    def __init__(self, *, connections: int = 10) -> None:
        self._config = Config(
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=ANSWER_TIMEOUT_S,
            retries={"total_max_attempts": 1},
            max_pool_connections=connections,
            tcp_keepalive=True,
        )
        self._made: dict[str, Any] = {}
        # Clients may be shared by threads, but a session must not make two at a time (boto3 guide, "Multithreading").
        self._lock = threading.Lock()

    def __getitem__(self, service: str) -> Any:
        """The client of a service, by boto3's name for it."""
        with self._lock:
            if service not in self._made:
                session = boto3.session.Session()
                self._made[service] = session.client(service, config=self._config)  # type: ignore[call-overload]
            return self._made[service]
