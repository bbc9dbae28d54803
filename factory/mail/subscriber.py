"""From the queue of an SNS topic to SMTP: take, hold or send, and only then delete."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import structlog
from botocore.exceptions import BotoCoreError, ClientError

from factory.mail.cool_off import Bundle, CoolOff
from factory.mail.digest import mail_of_bundle
from factory.mail.errors import SendError
from factory.mail.notification import read_notification
from factory.mail.send import send
from factory.mail.settings import Outbox

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

POLL_S = 5
LONGEST_PAUSE_S = 60
VISIBILITY_S = 60
"""How long the queue keeps a notification from coming again before it is sent or held: longer than a send may take."""
_FORGOTTEN_RECEIPT = ("ReceiptHandleIsInvalid", "InvalidParameterValue")
_FAILURES_A_TURN = 3

_log = structlog.get_logger(__name__)


class Subscriber:
    """Sends what a queue holds; what the SMTP server did not take stays in the queue and comes again.

    A notification that is held back for a digest stays in the queue too, invisible until then: should this program
    end meanwhile, it comes again.

    Args:
        queue: name of the SQS queue.
        client: SQS client.
        outbox: the SMTP server and who writes to whom.
        cool_off: decides what is sent now and what is held.
        forwarded: told after each mail that was taken how many notifications it told of.
        failed: called after each attempt that failed.
        clock: time [s]; does not go back.
    """

    def __init__(
        self,
        queue: str,
        client: SQSClient,
        outbox: Outbox,
        cool_off: CoolOff,
        forwarded: Callable[[int], None],
        failed: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue = queue
        self._client = client
        self._outbox = outbox
        self._cool_off = cool_off
        self._forwarded = forwarded
        self._failed = failed
        self._clock = clock
        self._found: str | None = None
        # What was told and could not be deleted yet, by id; without a receipt it waits for its next delivery.
        self._told: dict[str, str | None] = {}

    def run(self, stopping: threading.Event) -> None:
        """Poll until told to stop; an AWS that is away is asked again, after longer and longer pauses.

        In the end what is held back is told, not kept for another day.
        """
        pause = 1
        while not stopping.is_set():
            try:
                self.poll(self._patience())
                pause = 1
            except (BotoCoreError, ClientError) as error:
                _log.warning("queue_unreachable", queue=self._queue, error=str(error), retry_in_s=pause)
                stopping.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S // 4)
        try:
            self.finish()
        except (BotoCoreError, ClientError) as error:
            _log.warning("queue_unreachable", queue=self._queue, error=str(error))

    def poll(self, wait_s: int) -> int:
        """Send what is due now and what the queue has for now; how many notifications were told of.

        Args:
            wait_s: how long the queue may wait for a first message [s].
        """
        # What is due is told even while the queue is away, or full of what is held.
        sent = self._send(self._cool_off.due(self._clock()))
        received = self._receive(wait_s)
        sent += self._send(self._cool_off.due(self._clock()))
        self._hold(received)
        # Last: a queue that lets nothing be deleted must not keep alarms from being told.
        self._delete()
        return sent

    def finish(self) -> int:
        """Send all that is held; how many notifications were told of."""
        sent = self._send(self._cool_off.held(), failures=1)
        self._delete()
        return sent

    def _patience(self) -> int:
        due_in = self._cool_off.wait(self._clock())
        return POLL_S if due_in is None else min(POLL_S, math.ceil(due_in))

    def _receive(self, wait_s: int) -> list[str]:
        answer = self._client.receive_message(
            QueueUrl=self._url(),
            MaxNumberOfMessages=10,
            WaitTimeSeconds=wait_s,
            VisibilityTimeout=VISIBILITY_S,
        )
        received = []
        for message in answer.get("Messages", []):
            id_, receipt = message["MessageId"], message["ReceiptHandle"]
            if id_ in self._told:
                self._told[id_] = receipt
                continue
            notification = read_notification(message["Body"], id_)
            self._cool_off.take(id_, receipt, notification, self._clock())
            received.append(id_)
        return received

    def _send(self, bundles: Iterable[Bundle], failures: int = _FAILURES_A_TURN) -> int:
        """Send bundles, until so many have failed: a server that hangs would hold up everything else."""
        sent = 0
        for bundle in bundles:
            try:
                send(mail_of_bundle(bundle, self._outbox.sender, self._outbox.recipient), self._outbox)
            except SendError as error:
                self._failed()
                pause = self._cool_off.failed(bundle, self._clock())
                _log.warning("mail_not_sent", error=str(error), notifications=len(bundle), retry_in_s=pause)
                failures -= 1
                if not failures:
                    break
                continue
            sent += len(bundle)
            self._told |= self._cool_off.taken(bundle, self._clock())
            self._forwarded(len(bundle))
            recipients = bundle.last.recipients or (self._outbox.recipient,)
            _log.info("mail_sent", notifications=len(bundle), recipients=recipients)
        return sent

    def _delete(self) -> None:
        """Delete what was told; what cannot be now is deleted later, and not told again.

        One by one: the batch calls are covered by the same right on AWS, and ask for one of their own in ministack.
        """
        for id_, receipt in list(self._told.items()):
            if receipt is None:
                continue
            try:
                self._client.delete_message(QueueUrl=self._url(), ReceiptHandle=receipt)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") not in _FORGOTTEN_RECEIPT:
                    raise
                # The queue was begun anew, and delivers the notification again.
                self._told[id_] = None
            else:
                del self._told[id_]

    def _hold(self, received: Iterable[str]) -> None:
        """Have the queue wait with those of the received ones that are held, so that it does not deliver them again."""
        for receipt, wait in self._cool_off.waits(received, self._clock()).values():
            try:
                self._client.change_message_visibility(
                    QueueUrl=self._url(), ReceiptHandle=receipt, VisibilityTimeout=math.ceil(wait) + VISIBILITY_S
                )
            except ClientError as error:
                # Nothing is lost: it comes again before its digest is due, and is counted once.
                _log.info("not_held_in_queue", error=str(error))

    def _url(self) -> str:
        if self._found is None:
            self._found = self._client.get_queue_url(QueueName=self._queue)["QueueUrl"]
        return self._found
