"""The `sqs` action: a message of a queue a message."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from rules.actions.action import Action, Occasion
from rules.actions.aws import Clients, sorted_errors
from rules.errors import FinalError
from rules.parameters import SqsParameters

DEED = "Failed to send message to SQS queue"
_REGION = re.compile(r"https://(?:sqs\.([a-z0-9-]+)|([a-z0-9-]+)\.queue)\.amazonaws\.com")
# What XML 1.0 allows; SQS refuses the rest (API reference, SendMessage).
_REFUSED = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """A message to be sent."""

    queue_url: str
    body: str

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        return {"queueUrl": self.queue_url, "body": self.body}


class SqsAction(Action[QueueMessage]):
    """Sends the result of SELECT, as it is or in base64; the queue may lie in another region."""

    kind: ClassVar[str] = "sqs"
    failed_action: ClassVar[str] = "SqsAction"

    def __init__(self, parameters: SqsParameters, clients: Clients) -> None:
        self._parameters = parameters
        self._clients = clients
        self.resource = parameters.queue_url

    def prepare(self, occasion: Occasion) -> QueueMessage:
        """The message of one message."""
        url = occasion.text(self._parameters.queue_url, "queueUrl")
        if not occasion.data:
            raise FinalError(f"{DEED}. The message is empty.")
        if self._parameters.use_base64:
            return QueueMessage(url, base64.b64encode(occasion.data).decode())
        return QueueMessage(url, _text(occasion.data))

    def perform(self, request: QueueMessage) -> None:
        """Send it."""
        region = region_of(request.queue_url)
        with sorted_errors(DEED):
            self._clients.queues(region).send_message(QueueUrl=request.queue_url, MessageBody=request.body)


def region_of(queue_url: str) -> str | None:
    """The region that a queue's URL names, or None for that of the settings.

    Example:
        >>> region_of("https://sqs.us-east-2.amazonaws.com/123456789012/readings")
        'us-east-2'
        >>> region_of("http://127.0.0.1:4566/000000000000/readings")
    """
    found = _REGION.match(queue_url)
    return (found[1] or found[2]) if found else None


def _text(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise FinalError(f"{DEED}. The payload is not text; useBase64 would carry it.") from None
    if refused := _REFUSED.search(text):
        raise FinalError(f"{DEED}. SQS takes no character {refused[0]!r}; useBase64 would carry it.")
    return text
