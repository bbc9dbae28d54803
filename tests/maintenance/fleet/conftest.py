"""A fleet's resources in moto, a model that answers as it is told, and the function around them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from maintenance.fleet import handler as handler_module
from maintenance.fleet.alerts import Alerts, Vehicles
from maintenance.fleet.endpoint import Endpoint
from maintenance.fleet.handler import Doors
from maintenance.fleet.pipeline import Pipeline
from maintenance.fleet.queues import Queue
from maintenance.fleet.settings import FleetSettings, zone_of
from maintenance.fleet.table import Table, unwire

REGION = "us-east-1"
BUCKET = "inbox"


class FakeModel:
    """Stands for the SageMaker runtime: POSITIVE above 100 °C, unless it is told otherwise."""

    def __init__(self) -> None:
        self.down = False
        self.asked: list[dict[str, Any]] = []
        self.verdict: Callable[[dict[str, Any]], dict[str, Any]] = hot_is_positive

    def invoke_endpoint(self, *, Body: bytes, **_: object) -> dict[str, Any]:  # noqa: N803 - boto3's names
        """Answer as a model's server does, or not at all."""
        if self.down:
            raise EndpointConnectionError(endpoint_url="http://model")
        rows = json.loads(Body)["instances"]
        self.asked += rows
        return {"Body": io.BytesIO(json.dumps({"predictions": [self.verdict(row) for row in rows]}).encode())}


def hot_is_positive(row: dict[str, Any]) -> dict[str, Any]:
    """The verdict of a very simple model."""
    positive = (row["engine_temp_c"] or 0) > 100
    return {
        "prediction": "POSITIVE" if positive else "NEGATIVE",
        "probability": 0.93 if positive else 0.07,
        "explanation": [{"signal": "engine_temp_c", "contribution": 1.7}],
        "model": "fleet",
        "version": "1",
    }


@dataclass
class Context:
    """Lambda's context."""

    aws_request_id: str = "invocation-1"
    remaining_ms: list[int] = field(default_factory=list)

    def get_remaining_time_in_millis(self) -> int:
        """What was put in, else plenty."""
        return self.remaining_ms.pop(0) if self.remaining_ms else 300_000


class Fleet:
    """The function with its resources."""

    def __init__(self) -> None:
        self.s3 = boto3.client("s3", region_name=REGION)
        self.dynamodb = boto3.client("dynamodb", region_name=REGION)
        self.sqs = boto3.client("sqs", region_name=REGION)
        self.sns = boto3.client("sns", region_name=REGION)
        self.s3.create_bucket(Bucket=BUCKET)
        self._table("readings", "device_id", "timestamp")
        self._table("vehicles", "device_id")
        self._table("alerts", "alert")
        topic = self.sns.create_topic(Name="alerts")["TopicArn"]
        self.retries, self.dead_letters, self.mails = (
            self.sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("retries", "dead", "mails")
        )
        mails_arn = self.sqs.get_queue_attributes(QueueUrl=self.mails, AttributeNames=["QueueArn"])["Attributes"]
        self.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=mails_arn["QueueArn"])
        self.settings = FleetSettings(
            "readings", "vehicles", "alerts", topic, "fleet", self.retries, self.dead_letters, "admin@fleet.example"
        )
        self.model = FakeModel()
        self.time_of_day = [1_800_000_000.0]
        self.clock = [0.0]
        self.doors = self._doors()

    def _table(self, name: str, *keys: str) -> None:
        self.dynamodb.create_table(
            TableName=name,
            KeySchema=cast(Any, [{"AttributeName": k, "KeyType": t} for k, t in zip(keys, ("HASH", "RANGE"))]),  # noqa: B905
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            BillingMode="PAY_PER_REQUEST",
        )

    def _doors(self) -> Doors:
        vehicles = Vehicles(Table(self.dynamodb, "vehicles", ("device_id",)), self.settings, lambda: self.clock[0])
        alerts = Alerts(self.dynamodb, self.sns, vehicles, self.settings, lambda: self.time_of_day[0])
        pipeline = Pipeline(
            Endpoint(cast(Any, self.model), "fleet", lambda: self.clock[0]),
            Table(self.dynamodb, "readings"),
            alerts,
            Queue(self.sqs, self.retries),
            Queue(self.sqs, self.dead_letters),
        )
        return Doors(pipeline, self.s3, zone_of(self.settings.zone))

    def put(self, key: str, body: bytes) -> dict[str, Any]:
        """Put an object in; the event that S3 sends."""
        etag = self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)["ETag"].strip('"')
        there = {"key": key.replace(" ", "+"), "eTag": etag, "size": len(body)}
        record = {"eventSource": "aws:s3", "eventName": "ObjectCreated:Put"}
        return {"Records": [record | {"s3": {"bucket": {"name": BUCKET}, "object": there}}]}

    def handle(self, event: Any, context: Context | None = None) -> dict[str, Any]:
        """Have the function called."""
        return handler_module.handler(event, context or Context())

    def items(self) -> list[dict[str, Any]]:
        """All items, by their keys."""
        found: list[dict[str, Any]] = []
        for page in self.dynamodb.get_paginator("scan").paginate(TableName="readings"):
            found += map(unwire, page["Items"])
        return sorted(found, key=lambda item: (item["device_id"], item["timestamp"]))

    def taken_from(self, url: str) -> list[dict[str, Any]]:
        """All messages of a queue, which are then gone; their bodies."""
        bodies = []
        while messages := self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                bodies.append(json.loads(message["Body"]))
                self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def queued_event(self, url: str, received: int = 1) -> dict[str, Any]:
        """The event in which SQS hands over what waits, whether it is delayed or not."""
        self.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "30"})
        messages = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        records = [
            {
                "eventSource": "aws:sqs",
                "messageId": one["MessageId"],
                "receiptHandle": one["ReceiptHandle"],
                "body": one["Body"],
                "attributes": {"ApproximateReceiveCount": str(received)},
            }
            for one in messages
        ]
        return {"Records": records}


@pytest.fixture
def context() -> Context:
    """An invocation."""
    return Context()


@pytest.fixture
def fleet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fleet]:
    """A fleet in an account of its own."""
    for name, value in {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        made = Fleet()
        # Messages that are put off would have to be waited for.
        send = Queue.send
        monkeypatch.setattr(Queue, "send", lambda queue, messages, _delay_s=0: send(queue, messages))
        monkeypatch.setattr(handler_module, "doors", lambda: made.doors)
        yield made
