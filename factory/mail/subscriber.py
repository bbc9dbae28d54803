"""From the queue of an SNS topic to SMTP: take, send, and only then delete."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog
from botocore.exceptions import BotoCoreError, ClientError

from factory.mail.errors import SendError
from factory.mail.notification import mail_of, read_notification
from factory.mail.send import send
from factory.mail.settings import Outbox

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

POLL_S = 5
LONGEST_PAUSE_S = 60

_log = structlog.get_logger(__name__)


class Subscriber:
    """Sends what a queue holds; what the SMTP server did not take stays in the queue and comes again.

    Args:
        queue: name of the SQS queue.
        client: SQS client.
        outbox: the SMTP server and who writes to whom.
        forwarded: called after each notification that was sent and deleted.
        failed: called after each attempt that failed.
    """

    def __init__(
        self,
        queue: str,
        client: SQSClient,
        outbox: Outbox,
        forwarded: Callable[[], None],
        failed: Callable[[], None],
    ) -> None:
        self._queue = queue
        self._client = client
        self._outbox = outbox
        self._forwarded = forwarded
        self._failed = failed
        self._url: str | None = None

    def run(self, stopping: threading.Event) -> None:
        """Poll until told to stop; an AWS that is away is asked again, after longer and longer pauses."""
        pause = 1
        while not stopping.is_set():
            try:
                self.poll(POLL_S)
                pause = 1
            except (BotoCoreError, ClientError) as error:
                _log.warning("queue_unreachable", queue=self._queue, error=str(error), retry_in_s=pause)
                stopping.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S // 4)

    def poll(self, wait_s: int) -> int:
        """Send what is in the queue now; how many were sent.

        Args:
            wait_s: how long the queue may wait for a first message [s].
        """
        if self._url is None:
            self._url = self._client.get_queue_url(QueueName=self._queue)["QueueUrl"]
        answer = self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=10,
            WaitTimeSeconds=wait_s,
            MessageSystemAttributeNames=["ApproximateReceiveCount"],
        )
        return sum(self._forward(message) for message in answer.get("Messages", []))

    def _forward(self, message: MessageTypeDef) -> bool:
        assert self._url is not None  # noqa: S101 - set by poll
        notification = read_notification(message["Body"], message["MessageId"])
        try:
            send(mail_of(notification, self._outbox.sender, self._outbox.recipient), self._outbox)
        except SendError as error:
            self._failed()
            received = int(message.get("Attributes", {}).get("ApproximateReceiveCount", "1"))
            pause = min(2 ** min(received, 16), LONGEST_PAUSE_S)
            _log.warning("mail_not_sent", error=str(error), notification=notification.message_id, retry_in_s=pause)
            self._client.change_message_visibility(
                QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=pause
            )
            return False
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        self._forwarded()
        _log.info("mail_sent", notification=notification.message_id, recipient=self._outbox.recipient)
        return True
