"""What Lambda calls: `handler(event, context)`.

An object is read as a stream, its readings are taken in batches, several at a time. A failure of anything but a line or
the endpoint is raised: Lambda then hands the event over again, which writes the same items, and at last puts it into
the dead letters. The function writes nothing into the bucket by which it is called.
"""

from __future__ import annotations

import json
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from maintenance.fleet import events
from maintenance.fleet.alerts import Alerts, Vehicles
from maintenance.fleet.endpoint import Endpoint
from maintenance.fleet.lines import Line, lines_of
from maintenance.fleet.pipeline import BATCH, Pipeline
from maintenance.fleet.queues import Queue, dead_letter, rest_of_object, retry_after_s
from maintenance.fleet.readings import NotOfAVehicleError, Told, told_by, told_in
from maintenance.fleet.report import Report
from maintenance.fleet.settings import settings_from, zone_of
from maintenance.fleet.table import Table
from maintenance.sentences import SentenceError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BATCHES_AT_ONCE = 4
TIME_TO_STOP_MS = 60_000
"""What is left of an object when the invocation has less time than this is for another one: an endpoint that hangs
holds the batches that are under way for two attempts of `ENDPOINT_TIMEOUT_S` each."""
ENDPOINT_TIMEOUT_S = 20
_GONE = ("NoSuchKey", "NoSuchVersion", "404")


class Context(Protocol):
    """What Lambda tells of an invocation."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Time until it is ended [ms]."""


@dataclass(frozen=True, slots=True)
class Doors:
    """All that outlives an invocation."""

    pipeline: Pipeline
    s3: S3Client
    zone: tzinfo


def handler(event: Any, context: Context) -> dict[str, Any]:
    """Do what an event asks for.

    Args:
        event: S3's, SQS's or a rule's.
        context: Lambda's.

    Returns:
        The messages of a queue that are to be handed out again, as SQS's event source wants to know them.
    """
    report = Report(context.aws_request_id)
    run = Run(doors(), report, context)
    failed: list[dict[str, str]] = []
    try:
        for work in events.work_in(event):
            if isinstance(work, events.Envelope):
                if not run.attempt(work):
                    failed.append({"itemIdentifier": work.message_id})
            else:
                run.do(work)
        report.say("finished", counts=dict(report.counts))
    except Exception as error:
        report.say("failed", "error", error=f"{type(error).__name__}: {error}", counts=dict(report.counts))
        raise
    finally:
        report.finish()
    return {"batchItemFailures": failed}


@cache
def doors() -> Doors:
    """The clients, made once for all invocations of a warm function."""
    settings = settings_from(os.environ)
    usual = Config(max_pool_connections=2 * BATCHES_AT_ONCE, retries={"mode": "standard", "total_max_attempts": 4})
    # Validating what this module itself has made takes more time than all else that is done with an item.
    trusting = usual.merge(Config(parameter_validation=False))
    dynamodb, sqs = boto3.client("dynamodb", config=trusting), boto3.client("sqs", config=usual)
    # Short: whoever waits for an endpoint that hangs has readings that could be stored meanwhile.
    patience = Config(
        connect_timeout=2, read_timeout=ENDPOINT_TIMEOUT_S, max_pool_connections=8, retries={"total_max_attempts": 2}
    )
    vehicles = Vehicles(Table(dynamodb, settings.vehicles_table, ("device_id",)), settings)
    pipeline = Pipeline(
        Endpoint(boto3.client("sagemaker-runtime", config=patience), settings.endpoint),
        Table(dynamodb, settings.table),
        Alerts(dynamodb, boto3.client("sns", config=usual), vehicles, settings),
        Queue(sqs, settings.retry_queue_url),
        Queue(sqs, settings.dead_letters_url),
    )
    return Doors(pipeline, boto3.client("s3", config=usual), zone_of(settings.zone))


class Run:
    """One invocation.

    Args:
        doors: what outlives it.
        report: of it.
        context: Lambda's.
    """

    def __init__(self, doors: Doors, report: Report, context: Context) -> None:
        self._doors = doors
        self._report = report
        self._context = context

    def attempt(self, envelope: events.Envelope) -> bool:
        """Do what a queue's message asks for; whether it is done with.

        A failure is that message's alone: it would else put off those that came along with it.
        """
        try:
            return self.open(envelope)
        except Exception as error:  # noqa: BLE001 - whatever it is, the log tells it and the queue hands it out again
            self._report.count(failed=1)
            self._report.say("failed", "error", error=f"{type(error).__name__}: {error}", message=envelope.message_id)
            return False

    def open(self, envelope: events.Envelope) -> bool:
        """Do what a queue's message asks for; whether it is done with."""
        work = envelope.work
        if not isinstance(work, events.JudgeAgain):
            self.do(work)
            return True
        if self._doors.pipeline.judge_again(work.keys, self._report):
            return True
        wait_s = retry_after_s(envelope.received)
        self._report.say("predictions_put_off", "warning", readings=len(work.keys), retry_in_s=wait_s)
        self._doors.pipeline.retries.hand_out_again(envelope.receipt, wait_s)
        return False

    def do(self, work: events.ObjectCreated | events.Message | events.JudgeAgain | events.Unknown) -> None:
        """Do a piece of work."""
        if isinstance(work, events.ObjectCreated):
            self._read(work)
        elif isinstance(work, events.Message):
            self._take_message(work)
        elif isinstance(work, events.Unknown):
            self._refuse(json.dumps(work.told, default=str), work.reason, "event", None)

    def _take_message(self, message: events.Message) -> None:
        self._report.count(lines=1)
        try:
            told = [told_by(message.told, "mqtt", "unnumbered")]
        except (SentenceError, NotOfAVehicleError) as error:
            self._refuse(json.dumps(dict(message.told), default=str), str(error) or "It is of a machine.", "mqtt", None)
            return
        self._doors.pipeline.take(told, self._report)

    def _read(self, work: events.ObjectCreated) -> None:
        version = {"VersionId": work.version} if work.version else {}
        try:
            answer = self._doors.s3.get_object(Bucket=work.bucket, Key=work.key, **cast(Any, version))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in _GONE:
                raise
            self._refuse("", "The object was gone before it was read.", work.address, None)
            return
        self._report.say("object_read", source=work.address, bytes=answer["ContentLength"], from_line=work.from_line)
        # Closed also where it was not read to its end: a warm function would keep the connection.
        with closing(answer["Body"]) as body:
            lines = lines_of(cast(Any, body))
            unread = self._take_lines(work, (line for line in lines if line.number >= work.from_line))
        if unread is not None:
            rest = rest_of_object(work.bucket, work.key, work.version, work.etag, unread)
            self._doors.pipeline.retries.send([rest])
            self._report.say("object_goes_on", source=work.address, from_line=unread)

    def _take_lines(self, work: events.ObjectCreated, lines: Iterator[Line]) -> int | None:
        """Take the lines of an object, some batches at a time; the first line that there was no time for."""
        under_way: deque[Future[None]] = deque()
        with ThreadPoolExecutor(BATCHES_AT_ONCE) as pool:
            while batch := list(islice(lines, BATCH)):
                if self._context.get_remaining_time_in_millis() < TIME_TO_STOP_MS:
                    unread: int | None = batch[0].number
                    break
                under_way.append(pool.submit(self._take_batch, work, batch))
                # Also so that a large object is not read into memory while the table is slow.
                if len(under_way) >= 2 * BATCHES_AT_ONCE:
                    under_way.popleft().result()
            else:
                unread = None
            for future in under_way:
                future.result()
        return unread

    def _take_batch(self, work: events.ObjectCreated, batch: list[Line]) -> None:
        told: list[Told] = []
        letters = []
        for line in batch:
            try:
                told.append(_told(line, work, self._doors.zone))
            except SentenceError as error:
                letters.append(dead_letter(line.text, str(error), work.address, line.number, self._report.invocation))
            except NotOfAVehicleError:
                self._report.count(of_machines=1)
        self._report.count(lines=len(batch))
        if letters:
            self._doors.pipeline.refuse(letters, self._report)
        if told:
            self._doors.pipeline.take(told, self._report)

    def _refuse(self, line: str, reason: str, source: str, number: int | None) -> None:
        letter = dead_letter(line, reason, source, number, self._report.invocation)
        self._doors.pipeline.refuse([letter], self._report)


def _told(line: Line, work: events.ObjectCreated, zone: tzinfo) -> Told:
    if line.problem:
        raise SentenceError(line.problem)
    return told_in(line.text, zone, work.address, work.mark, line.number)
