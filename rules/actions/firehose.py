"""The `firehose` action: messages are batched and land in the lake as compressed JSON lines.

On AWS a delivery stream does this; here the engine is the stream itself. As the stream it never gives up a batch while
S3 is away or refuses: Amazon Data Firehose retries for 24 hours (developer guide, "Handle data delivery failures"), and
meanwhile the messages stay unacknowledged, so that the broker still answers for them. Each batch has its key before the
first attempt: an attempt that was cut off and in truth succeeded is overwritten, not repeated.
"""

from __future__ import annotations

import gzip
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from rules.actions.action import BatchingAction, Occasion, as_text
from rules.actions.aws import Clients, sorted_errors
from rules.errors import FinalError, RetryableError
from rules.parameters import FirehoseParameters
from rules.retry import RetryPolicy
from rules.sql import dumps

MAX_BATCH_MODE_RECORDS = 500
COMPRESSION_LEVEL = 6
_REMEMBERED_HOURS = 10_000


@dataclass(frozen=True, slots=True)
class Record:
    """What one message adds to a batch."""

    stream: str
    partition: str
    data: bytes

    @property
    def size(self) -> int:
        """What it adds to a batch [bytes before compression]."""
        return len(self.data)

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        return {"deliveryStreamName": self.stream, "prefix": self.partition, "data": as_text(self.data)}


@dataclass(frozen=True, slots=True)
class Batch:
    """An object of many records."""

    key: str
    records: tuple[bytes, ...]

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        return {"key": self.key, "records": len(self.records)}


class FirehoseAction(BatchingAction[Record, Batch]):
    """Puts records together, by the hour of the reading."""

    kind: ClassVar[str] = "firehose"
    failed_action: ClassVar[str] = "FirehoseAction"
    policy = RetryPolicy(attempts=None)

    def __init__(self, parameters: FirehoseParameters, clients: Clients, *, bucket: str, plant: str) -> None:
        self._clients = clients
        self._bucket = bucket
        self._plant = plant
        self._separator = (parameters.separator or "").encode()
        self._batch_mode = parameters.batch_mode
        self._partitions: dict[str, str] = {}
        self.resource = parameters.delivery_stream_name

    def prepare(self, occasion: Occasion) -> Record:
        """The record of one message; in batch mode each element of its array is one."""
        data = occasion.data + self._separator
        if self._batch_mode and isinstance(occasion.result, list):
            if len(occasion.result) > MAX_BATCH_MODE_RECORDS:
                raise FinalError(
                    f"Failed to put records to Firehose. The array has {len(occasion.result)} elements, "
                    f"{MAX_BATCH_MODE_RECORDS} are allowed."
                )
            data = b"".join(dumps(element) + self._separator for element in occasion.result)
        return Record(self.resource, self._partition(occasion), data)

    def batch(self, parts: Sequence[Record]) -> Batch:
        """Records of one partition under a key of their own."""
        partition = parts[0].partition
        # Microseconds, so that keys sort in the order of writing also within a second: the audit judges order by them.
        now = datetime.now(UTC)
        return Batch(
            f"{partition}{now:%Y%m%dT%H%M%S.%fZ}-{uuid.uuid4().hex}.jsonl.gz", tuple(part.data for part in parts)
        )

    def deliver(self, batch: Batch) -> None:
        """Write a batch.

        Raises:
            RetryableError: whatever went wrong; a delivery stream keeps what it took.
        """
        body = gzip.compress(b"".join(batch.records), COMPRESSION_LEVEL, mtime=0)
        try:
            with sorted_errors("Failed to deliver records of the Firehose stream to S3"):
                self._clients.s3.put_object(
                    Bucket=self._bucket, Key=batch.key, Body=body, ContentType="application/gzip"
                )
        except FinalError as error:
            raise RetryableError(error.message) from error

    def _partition(self, occasion: Occasion) -> str:
        """Prefix of the hour in which the reading was taken, or in which it arrived if it does not say."""
        value = occasion.result if isinstance(occasion.result, dict) else occasion.message.value
        stamp = value.get("timestamp") if isinstance(value, dict) else None
        if isinstance(stamp, str):
            # Readings of an hour share the first 13 characters; parsing each would cost as much as all the rest here.
            known = self._partitions.get(stamp[:13]) if stamp.endswith("Z") else None
            if known is not None:
                return known
            moment = _parse(stamp)
            if moment is not None:
                return self._remember(stamp, moment)
        return self._prefix(datetime.fromtimestamp(occasion.message.timestamp / 1000, UTC))

    def _remember(self, stamp: str, moment: datetime) -> str:
        prefix = self._prefix(moment)
        if stamp.endswith("Z"):
            if len(self._partitions) >= _REMEMBERED_HOURS:
                self._partitions.clear()
            self._partitions[stamp[:13]] = prefix
        return prefix

    def _prefix(self, moment: datetime) -> str:
        return f"raw/plant={self._plant}/dt={moment:%Y-%m-%d}/hour={moment:%H}/"


def _parse(stamp: str) -> datetime | None:
    """The moment of an ISO 8601 text, in UTC.

    Example:
        >>> _parse("2026-01-02T00:30:00+01:00"), _parse("yesterday")
        (datetime.datetime(2026, 1, 1, 23, 30, tzinfo=datetime.timezone.utc), None)
    """
    try:
        moment = datetime.fromisoformat(stamp)
        # A year before 1000 would come out with fewer than four digits.
        return moment.astimezone(UTC) if moment.tzinfo is not None and moment.year > 1000 else None
    except (ValueError, OverflowError):
        return None
