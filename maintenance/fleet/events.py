"""What an event asks for: an object to read, items to judge again, or one vehicle's message."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus


@dataclass(frozen=True, slots=True)
class ObjectCreated:
    """An object is to be read.

    Args:
        bucket: where it lies.
        key: its name.
        version: its version, where the bucket keeps versions.
        etag: digest of its content.
        from_line: the first line that is still to be read, from 1.
    """

    bucket: str
    key: str
    version: str | None = None
    etag: str | None = None
    from_line: int = 1

    @property
    def address(self) -> str:
        """The object for people."""
        return f"s3://{self.bucket}/{self.key}" + (f"?versionId={self.version}" if self.version else "")

    @property
    def mark(self) -> str:
        """What tells this version of the object from any other object, in ten characters."""
        said = "\0".join([self.bucket, self.key, self.version or self.etag or ""])
        return hashlib.sha256(said.encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class JudgeAgain:
    """Items whose verdict is missing."""

    keys: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a vehicle, as a rule hands it over."""

    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that this function has no use for."""

    told: Any
    reason: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """Work that came out of a queue.

    Args:
        work: what is asked for.
        message_id: by which it is told to have failed.
        receipt: by which it can be put off.
        received: how often it was received, with this time.
    """

    work: ObjectCreated | JudgeAgain | Unknown
    message_id: str
    receipt: str
    received: int


Work = ObjectCreated | Message | Unknown | Envelope


def work_in(event: Any) -> Iterator[Work]:
    """What an event asks for.

    Example:
        >>> from pprint import pprint
        >>> pprint(list(work_in({"device_id": "VHC001", "engine_temp_c": 124})))
        [Message(told={'device_id': 'VHC001', 'engine_temp_c': 124})]
    """
    records = event.get("Records") if isinstance(event, dict) else None
    # First of all: whatever else a vehicle writes into its message, it cannot speak as S3 or SQS.
    if isinstance(event, dict) and "device_id" in event:
        yield Message(event)
    elif isinstance(records, list):
        for record in records:
            yield _of_record(record)
    elif not (isinstance(event, dict) and event.get("Event") == "s3:TestEvent"):
        yield Unknown(event, "it is no event of S3, SQS or a rule")


def _of_record(record: Any) -> Work:
    try:
        if record["eventSource"] == "aws:s3":
            return _object(record)
        if record["eventSource"] == "aws:sqs":
            received = int(record["attributes"]["ApproximateReceiveCount"])
            return Envelope(_queued(record["body"]), record["messageId"], record["receiptHandle"], received)
    except (AttributeError, KeyError, TypeError, ValueError):
        pass
    return Unknown(record, "it is no record of S3 or SQS")


def _object(record: Mapping[str, Any]) -> ObjectCreated | Unknown:
    if not record["eventName"].removeprefix("s3:").startswith("ObjectCreated:"):
        return Unknown(record, f"{record['eventName']} creates no object")
    there = record["s3"]["object"]
    # S3 writes keys into events as forms are written: a space is a plus.
    return ObjectCreated(
        record["s3"]["bucket"]["name"], unquote_plus(there["key"]), there.get("versionId"), there.get("eTag")
    )


def _queued(body: str) -> ObjectCreated | JudgeAgain | Unknown:
    try:
        told = json.loads(body)
        if told["kind"] == "unjudged":
            return JudgeAgain(tuple((str(device_id), str(timestamp)) for device_id, timestamp in told["keys"]))
        if told["kind"] == "object":
            return ObjectCreated(told["bucket"], told["key"], told["version"], told["etag"], int(told["from_line"]))
    except (KeyError, TypeError, ValueError):
        pass
    return Unknown(body, "it is no message of this function's")
