"""The `firehose` action for delivery streams of AWS; the plant's own archive stream is `rules.actions.firehose`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from rules.actions.action import Action, Occasion, as_text
from rules.actions.aws import Clients, sorted_errors
from rules.actions.firehose import MAX_BATCH_MODE_RECORDS
from rules.errors import FinalError, RetryableError
from rules.parameters import FirehoseParameters
from rules.sql import dumps

DEED = "Failed to put records to Firehose"


@dataclass(frozen=True, slots=True)
class StreamRecords:
    """Records to be put at once."""

    stream: str
    records: tuple[bytes, ...]
    is_batch: bool

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        return {"deliveryStreamName": self.stream, "records": [as_text(record) for record in self.records]}


class DeliveryStreamAction(Action[StreamRecords]):
    """Puts the result of SELECT as one record, or in batch mode each element of its array as one."""

    kind: ClassVar[str] = "firehose"
    failed_action: ClassVar[str] = "FirehoseAction"

    def __init__(self, parameters: FirehoseParameters, clients: Clients) -> None:
        self._parameters = parameters
        self._clients = clients
        self._separator = (parameters.separator or "").encode()
        self.resource = parameters.delivery_stream_name

    def prepare(self, occasion: Occasion) -> StreamRecords:
        """The records of one message."""
        stream = occasion.text(self._parameters.delivery_stream_name, "deliveryStreamName")
        result = occasion.result
        if not (self._parameters.batch_mode and isinstance(result, list)):
            return StreamRecords(stream, (occasion.data + self._separator,), is_batch=False)
        if not 0 < len(result) <= MAX_BATCH_MODE_RECORDS:
            raise FinalError(f"{DEED}. The array has {len(result)} elements; 1-{MAX_BATCH_MODE_RECORDS} are allowed.")
        return StreamRecords(stream, tuple(dumps(element) + self._separator for element in result), is_batch=True)

    def perform(self, request: StreamRecords) -> None:
        """Put them."""
        self.attempts(request)()

    def attempts(self, request: StreamRecords) -> Callable[[], None]:
        """Attempts of which each puts only the records that none before it could."""
        left = list(request.records)

        def attempt() -> None:
            left[:] = self._put(request, left)
            if left:
                # The call itself succeeds, and tells of each record whether it was taken.
                raise RetryableError(f"{DEED}. {len(left)} of {len(request.records)} records were not taken.")

        return attempt

    def _put(self, request: StreamRecords, records: list[bytes]) -> list[bytes]:
        """Put records; gives those that were not taken."""
        with sorted_errors(DEED):
            if not request.is_batch:
                self._clients.firehose.put_record(DeliveryStreamName=request.stream, Record={"Data": records[0]})
                return []
            answer = self._clients.firehose.put_record_batch(
                DeliveryStreamName=request.stream, Records=[{"Data": record} for record in records]
            )
        told = zip(records, answer["RequestResponses"], strict=True)
        return [record for record, response in told if response.get("ErrorCode") is not None]
