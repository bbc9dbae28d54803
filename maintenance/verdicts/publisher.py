"""Verdicts to the plant's topics, by the HTTPS door of AWS IoT's broker.

It needs no certificate and no connection of its own, only the program's role (`iot:Publish`), and each answer says that
the broker has the message: QoS 1 ("Publish", AWS IoT data plane API reference).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from maintenance.errors import VerdictError

if TYPE_CHECKING:
    from mypy_boto3_iot_data import IoTDataPlaneClient

SENDERS = 8
"""Messages sent at a time."""


class Message(NamedTuple):
    """A message that is to be published."""

    topic: str
    content: Mapping[str, Any]


class Publisher:
    """Publishes messages, each at least once.

    Args:
        client: of AWS IoT's data plane; used from several threads.
    """

    def __init__(self, client: IoTDataPlaneClient) -> None:
        self._client = client
        self._pool = ThreadPoolExecutor(SENDERS, thread_name_prefix="publish")

    def publish(self, messages: Sequence[Message]) -> None:
        """Publish some messages at a time.

        Raises:
            VerdictError: the broker did not take one; of the others it may have some.
        """
        list(self._pool.map(self._send, messages))

    def _send(self, message: Message) -> None:
        payload = json.dumps(message.content, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            self._client.publish(topic=message.topic, qos=1, payload=payload, contentType="application/json")
        except (BotoCoreError, ClientError) as error:
            raise VerdictError(
                f"{message.topic} cannot be published to: {error}",
                remedy="The program needs iot:Publish there, and AWS_ENDPOINT_URL and the credentials must be right.",
            ) from error
