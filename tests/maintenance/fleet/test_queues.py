"""Messages in as few requests as SQS allows, none of them lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from maintenance.fleet.queues import MOST_BYTES, Queue, QueueError, dead_letter


class Busy:
    """Refuses the last of each request, for some requests."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.sizes: list[tuple[int, int]] = []
        self.bodies: list[str] = []

    def send_message_batch(self, QueueUrl: str, Entries: list[Any]) -> Any:  # noqa: N803 - boto3's names
        """Take all but perhaps the last."""
        self.sizes.append((len(Entries), sum(len(entry["MessageBody"]) for entry in Entries)))
        failed = Entries[-1:] if self.refusals > 0 else []
        self.refusals -= 1
        self.bodies += [entry["MessageBody"] for entry in Entries if entry not in failed]
        return {"Failed": [{"Id": entry["Id"]} for entry in failed]}


def queue(client: Busy) -> Queue:
    """One that does not wait."""
    return Queue(client, "url", sleep=lambda _: None)  # type: ignore[arg-type]


def test_ten_at_once_and_what_failed_again() -> None:
    """Each message is sent once."""
    client = Busy(refusals=1)

    assert 12 == queue(client).send({"n": number} for number in range(12))

    assert [10, 1, 2] == [count for count, _ in client.sizes]
    assert list(range(12)) == sorted(json.loads(body)["n"] for body in client.bodies)


def test_requests_are_no_larger_than_sqs_takes() -> None:
    """Long lines go in more requests; odd characters, which SQS refuses, are written as JSON writes them."""
    client = Busy(refusals=0)

    queue(client).send(dead_letter("\x00ä" * 16_000, "odd", "s3://b/k", 1, "i") for _ in range(10))

    assert max(size for _, size in client.sizes) <= MOST_BYTES
    assert all(body.isascii() and body.isprintable() for body in client.bodies)


def test_a_line_longer_than_a_message_is_cut() -> None:
    """A message of MQTT may have 128 KB, of which JSON in JSON makes more than SQS takes."""
    client = Busy(refusals=0)

    queue(client).send([dead_letter("\U0001f600" * 32_000, "odd", "mqtt", None, "i")])

    assert client.sizes[0][1] <= MOST_BYTES
    assert json.loads(client.bodies[0])["line"].endswith("\U0001f600…")


def test_a_queue_that_takes_nothing() -> None:
    """It is told, and not passed over."""
    with pytest.raises(QueueError, match="url did not take 1 messages"):
        queue(Busy(refusals=100)).send([{}])
