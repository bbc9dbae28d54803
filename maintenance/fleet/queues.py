"""The two queues: readings whose verdict is missing, to be judged later, and lines that can never be used."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from maintenance.errors import MaintenanceError

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

SENT_AT_ONCE = 10
"""Most messages of a SendMessageBatch."""
MOST_BYTES = 240 * 1024
"""Most bytes of a SendMessageBatch; SQS takes 256 KiB with what is around them."""
MOST_OF_A_LINE = 20_000
"""Most characters of a line in a dead letter: as JSON each may take twelve bytes."""
ATTEMPTS = 6
FIRST_RETRY_S = 5
LONGEST_RETRY_S = 900


class QueueError(MaintenanceError):
    """A queue did not take all messages."""


class Queue:
    """An SQS queue that messages are put into.

    Args:
        client: of SQS.
        url: of the queue.
        sleep: waits [s].
    """

    def __init__(self, client: SQSClient, url: str, sleep: Callable[[float], object] = time.sleep) -> None:
        self._client = client
        self._url = url
        self._sleep = sleep

    def send(self, messages: Iterable[Mapping[str, Any]], delay_s: int = 0) -> int:
        """Put messages in; how many they were.

        Args:
            messages: as JSON objects.
            delay_s: after which they are handed out [s].

        Raises:
            QueueError: some were not taken.
        """
        sent = 0
        for bodies in _packed(messages):
            entries: list[SendMessageBatchRequestEntryTypeDef] = [
                {"Id": str(number), "MessageBody": body, "DelaySeconds": delay_s} for number, body in enumerate(bodies)
            ]
            self._send(entries)
            sent += len(bodies)
        return sent

    def _send(self, entries: list[SendMessageBatchRequestEntryTypeDef]) -> None:
        for attempt in range(ATTEMPTS):
            failed = self._client.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed", [])
            if not failed:
                return
            again = {one["Id"] for one in failed}
            entries = [entry for entry in entries if entry["Id"] in again]
            self._sleep(0.1 * 2**attempt)
        raise QueueError(f"{self._url} did not take {len(entries)} messages in {ATTEMPTS} attempts.")

    def hand_out_again(self, receipt: str, after_s: int) -> None:
        """Let a message that was received come again after some time [s]."""
        self._client.change_message_visibility(QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=after_s)


def dead_letter(line: str, reason: str, source: str, number: int | None, invocation: str) -> dict[str, Any]:
    """The message about a line that cannot be used.

    Args:
        line: the line as it was; what does not fit into a message of SQS is cut off.
        reason: why, in a sentence.
        source: where it stands.
        number: the line's number there.
        invocation: id of the invocation that read it.
    """
    line = line if len(line) <= MOST_OF_A_LINE else f"{line[:MOST_OF_A_LINE]}…"
    return {"line": line, "reason": reason, "source": source, "line_number": number, "invocation": invocation}


def unjudged(keys: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The message about items whose verdict is missing: their keys are enough, the table has the rest."""
    return {"kind": "unjudged", "keys": [list(key) for key in keys]}


def rest_of_object(bucket: str, key: str, version: str | None, etag: str | None, from_line: int) -> dict[str, Any]:
    """The message about an object for which one invocation's time was not enough."""
    return {"kind": "object", "bucket": bucket, "key": key, "version": version, "etag": etag, "from_line": from_line}


def retry_after_s(received: int) -> int:
    """How long to wait after an endpoint failed, by how often the message was received [s].

    Example:
        >>> [retry_after_s(times) for times in (1, 2, 3, 50)]
        [5, 10, 20, 900]
    """
    doubled: int = FIRST_RETRY_S * 2 ** min(max(received - 1, 0), 16)
    return min(doubled, LONGEST_RETRY_S)


def _packed(messages: Iterable[Mapping[str, Any]]) -> Iterator[list[str]]:
    """Bodies in as few requests as SQS allows. JSON in ASCII: SQS refuses most control characters."""
    packed: list[str] = []
    size = 0
    for message in messages:
        body = json.dumps(message)
        if packed and (len(packed) == SENT_AT_ONCE or size + len(body) > MOST_BYTES):
            yield packed
            packed, size = [], 0
        packed.append(body)
        size += len(body)
    if packed:
        yield packed
