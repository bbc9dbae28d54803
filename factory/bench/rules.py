"""Rules: the cost of one, of a thousand of which two match, of JSON, and what is left in memory."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any

from factory.bench.measure import Case
from factory.bench.memory import Growing
from rules import sql
from rules.trie import TopicTrie

MESSAGES = 2000
CATALOG = 1000
TYPICAL = (
    "SELECT device_id, temp, topic(3) AS line FROM 'factory/+/+/+/telemetry' WHERE temp > 40 AND state = 'running'"
)
"""Two comparisons, three columns, one function."""


def by_hand(topic: str, message: dict[str, Any]) -> dict[str, Any] | None:
    """The typical rule as a Python programmer would write it for a decoded message known to be well-formed."""
    temp = message.get("temp")
    if isinstance(temp, (int, float)) and temp > 40 and message.get("state") == "running":
        return {"device_id": message["device_id"], "temp": temp, "line": topic.split("/")[2]}
    return None


def typical_rule_case() -> Case:
    """The typical rule on decoded messages, beside the same logic by hand; every eighth message does not match."""
    evaluate = sql.compile(TYPICAL).evaluate
    messages = _messages(MESSAGES)
    decoded = [(message.topic, json.loads(message.payload)) for message in messages]

    def ours() -> list[Any]:
        return [evaluate(message) for message in messages]

    def baseline() -> list[Any]:
        return [by_hand(topic, message) for topic, message in decoded]

    return Case("evaluate a typical rule", "evaluations", ours, baseline, "the same logic by hand in Python", MESSAGES)


def large_catalog_case() -> Case:
    """A catalog of a thousand rules of which two match, beside a catalog of those two."""
    messages = _messages(MESSAGES)
    large, small = _catalog(CATALOG), _catalog(2)
    return Case(
        name=f"a message through {CATALOG:,} rules, 2 match",
        unit="messages",
        ours=lambda: _through(large, messages),
        baseline=lambda: _through(small, messages),
        baseline_name="a catalog of those 2",
        count=MESSAGES,
    )


def new_topics_case() -> Case:
    """The same with a topic that was never seen before in each message: nothing is remembered of it."""
    numbers = itertools.count()
    large, small = _catalog(CATALOG), _catalog(2)

    def through(catalog: TopicTrie[sql.Statement]) -> int:
        return sum(len(catalog.match(f"factory/plant1/line1/N{next(numbers)}/telemetry")) for _ in range(MESSAGES))

    return Case(
        name=f"find 2 of {CATALOG:,} rules for a new topic",
        unit="topics",
        ours=lambda: through(large),
        baseline=lambda: through(small),
        baseline_name="a catalog of those 2",
        count=MESSAGES,
    )


def decode_case() -> Case:
    """Decoding a message exactly, to 34 digits, beside `json.loads`, which rounds to doubles."""
    pairs = [(message.topic, message.payload) for message in _messages(MESSAGES)]

    def ours() -> list[Any]:
        return [sql.Message(topic=topic, payload=payload, timestamp=0).value for topic, payload in pairs]

    def baseline() -> list[Any]:
        return [json.loads(payload) for _, payload in pairs]

    return Case("decode a message", "messages", ours, baseline, "json.loads", MESSAGES)


def rules_growth() -> Growing:
    """Ten rules, among them one with variables, a sub-select and a template, on ever new messages and topics."""
    texts = [TYPICAL.replace("40", str(limit)) for limit in range(40, 48)]
    texts.append("SET @hot = temp > 60 SELECT *, @hot AS hot, upper(state) AS state FROM 'factory/#' WHERE @hot = true")
    texts.append("SELECT (SELECT VALUE e FROM [temp, rpm] AS e WHERE e > 50) AS high FROM 'factory/#'")
    statements = [sql.compile(text) for text in texts]
    numbers = itertools.count()

    def work(evaluations: int) -> None:
        for _ in range(evaluations // len(statements)):
            number = next(numbers)
            message = sql.Message(topic=f"factory/plant1/line1/M{number}/telemetry", payload=_payload(number))
            for statement in statements:
                statement.evaluate(message)
            statements[0].render("${topic(4)}/${temp}", message)

    return Growing("evaluate rules", "evaluations", work)


def _through(catalog: TopicTrie[sql.Statement], messages: Sequence[sql.Message]) -> list[Any]:
    return [statement.apply(message) for message in messages for statement in catalog.match(message.topic)]


def _catalog(count: int) -> TopicTrie[sql.Statement]:
    """A catalog of which two rules match a reading; the others listen to other machines, lines and plants."""
    return TopicTrie(
        (topic_filter, sql.compile(TYPICAL.replace("factory/+/+/+/telemetry", topic_filter)))
        for topic_filter in itertools.islice(_filters(), count)
    )


def _filters() -> Iterator[str]:
    yield "factory/+/+/+/telemetry"
    yield "factory/plant1/#"
    for number in itertools.count():
        yield (
            f"factory/plant1/line1/other{number}/telemetry",
            f"factory/+/hall{number}/+/telemetry",
            f"factory/plant{number + 2}/#",
            f"factory/plant1/+/+/verdict{number}",
        )[number % 4]


def _messages(count: int) -> list[sql.Message]:
    """Decoded readings of many machines."""
    messages = [
        sql.Message(topic=f"factory/plant1/line1/M{number % 500:03d}/telemetry", payload=_payload(number))
        for number in range(count)
    ]
    # Decoded and split before anything is timed.
    return [message for message in messages if message.value and message.levels]


def _payload(number: int) -> bytes:
    temp = 35 + number % 80 * 0.5
    return (
        f'{{"device_id":"M{number % 500:03d}","timestamp":"2026-01-02T03:04:05.678Z","run":3,"seq":{number + 1},'
        f'"temp":{temp},"vibration":0.42,"rpm":1425,"power":7.5,"state":"running"}}'
    ).encode()
