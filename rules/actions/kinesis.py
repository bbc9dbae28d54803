"""The `kinesis` action: a record of a data stream a message."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from rules.actions.action import Action, Occasion, as_text
from rules.actions.aws import Clients, sorted_errors
from rules.errors import FinalError
from rules.parameters import KinesisParameters

MAX_PARTITION_KEY = 256
"""Longest partition key (Kinesis API reference, PutRecord)."""
DEED = "Failed to put record to Kinesis stream"


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """A record to be put."""

    stream: str
    partition_key: str
    data: bytes

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        return {"streamName": self.stream, "partitionKey": self.partition_key, "data": as_text(self.data)}


class KinesisAction(Action[StreamRecord]):
    """Puts the result of SELECT; a rule without a partition key spreads its records over all shards."""

    kind: ClassVar[str] = "kinesis"
    failed_action: ClassVar[str] = "KinesisAction"

    def __init__(self, parameters: KinesisParameters, clients: Clients) -> None:
        self._parameters = parameters
        self._clients = clients
        self.resource = parameters.stream_name

    def prepare(self, occasion: Occasion) -> StreamRecord:
        """The record of one message."""
        stream = occasion.text(self._parameters.stream_name, "streamName")
        return StreamRecord(stream, self._partition_key(occasion), occasion.data)

    def perform(self, request: StreamRecord) -> None:
        """Put it."""
        with sorted_errors(DEED):
            self._clients.kinesis.put_record(
                StreamName=request.stream, PartitionKey=request.partition_key, Data=request.data
            )

    def _partition_key(self, occasion: Occasion) -> str:
        template = self._parameters.partition_key
        key = str(uuid.uuid4()) if template is None else occasion.text(template, "partitionKey")
        if not 0 < len(key) <= MAX_PARTITION_KEY:
            raise FinalError(f"{DEED}. The partitionKey {key[:80]!r} has {len(key)} characters, not 1-256.")
        return key
