"""`factory fleet` on mocked services."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import boto3
import click
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from contracts.resources import Resources
from factory.commands import fleet as module
from factory.commands.fleet import fleet
from factory.commands.fleet_account import FleetAccount
from maintenance.fleet.table import unwire

NAMES = Resources("plant1", "123456789012")


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[FleetAccount]:
    """An account with a fleet's bucket, tables and dead letters."""
    with mock_aws():
        session = boto3.Session("key", "secret", region_name="us-east-1")
        made = FleetAccount(NAMES, cast(Any, session.client))
        made.client("s3").create_bucket(Bucket=NAMES.fleet_bucket)
        for table, keys in (
            (NAMES.fleet_readings_table, ("device_id", "timestamp")),
            (NAMES.fleet_vehicles_table, ("device_id",)),
        ):
            made.client("dynamodb").create_table(
                TableName=table,
                KeySchema=[
                    {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
                ],
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
                BillingMode="PAY_PER_REQUEST",
            )
        made.client("sqs").create_queue(QueueName=NAMES.fleet_dead_letters)
        made.client("sns").create_topic(Name=NAMES.fleet_topic)
        monkeypatch.setattr(module, "fleet_account", lambda *_, **__: made)
        yield made


def call(*words: str) -> Result:
    """A command of the group."""
    return CliRunner().invoke(fleet, list(words), standalone_mode=False)


def store(account: FleetAccount, minute: int, **more: Any) -> None:
    """A reading of VHC001."""
    moment = f"2026-01-02T03:{minute:02d}:00.000Z"
    item = {
        "device_id": {"S": "VHC001"},
        "timestamp": {"S": f"{moment}#abc-0000001"},
        "read_at": {"S": moment},
        "engine_temp_c": {"N": "91.4"},
        "line": {"N": "1"},
    }
    account.client("dynamodb").put_item(TableName=NAMES.fleet_readings_table, Item=item | more)


@pytest.mark.parametrize(
    ("words", "key"),
    [((), "inbox/data.txt"), (("--key", "x/y.txt"), "inbox/x/y.txt"), (("--key", "inbox/z"), "inbox/z")],
)
def test_a_file_lands_in_the_inbox(account: FleetAccount, tmp_path: Path, words: tuple[str, ...], key: str) -> None:
    """Below the prefix that starts the function, whatever key is asked for."""
    (tmp_path / "data.txt").write_bytes(b"one\r\ntwo")

    done = call("upload", str(tmp_path / "data.txt"), *words)

    assert f"s3://{NAMES.fleet_bucket}/{key}\n" == done.stdout
    assert b"one\r\ntwo" == account.client("s3").get_object(Bucket=NAMES.fleet_bucket, Key=key)["Body"].read()


@pytest.mark.parametrize(
    ("words", "said"), [(("na\udcffme.txt",), "is not UTF-8"), (("a.txt", "--key", "inbox/"), "is the inbox itself")]
)
def test_names_that_no_object_can_have(
    account: FleetAccount, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    """Refused in a sentence that says what would be right."""
    file, *more = words
    (tmp_path / file).touch()

    done = call("upload", str(tmp_path / file), *more)

    assert isinstance(done.exception, click.UsageError)
    assert said in str(done.exception)


def minutes(*words: str) -> list[str]:
    """The minutes of the readings that are shown."""
    shown = json.loads(call("show", "VHC001", "--json", *words).stdout)
    return [one["read_at"][14:16] for one in shown]


def test_readings_by_time(account: FleetAccount) -> None:
    """The newest first, between two moments that both count, and no more than asked for."""
    for minute in (4, 1, 3, 2):
        store(account, minute)

    assert ["04", "03", "02", "01"] == minutes()
    assert ["01", "02"] == minutes("--oldest-first", "--limit", "2")
    assert ["03", "02"] == minutes("--since", "2026-01-02T03:02", "--until", "2026-01-02T03:03")
    assert ["04", "03"] == minutes("--since", "2026-01-02T08:33+05:30")


def test_a_vehicle_without_readings(account: FleetAccount) -> None:
    """Is told, and is another status."""
    done = call("show", "VHC009")

    assert (1, "VHC009 has no readings there.\n") == (done.return_value, done.stderr)


def test_a_table_for_people(account: FleetAccount) -> None:
    """Verdict with its reasons, the strongest first; or why there is none."""
    why = {"M": {"speed_kmph": {"N": "0.2"}, "engine_temp_c": {"N": "-1.7"}}}
    store(account, 1, prediction={"S": "NEGATIVE"}, probability={"N": "0.07"}, explanation=why)
    store(account, 2, prediction_absent_because={"S": "The endpoint does not answer."})

    text = call("show", "VHC001").stdout

    assert "NEGATIVE" in text
    assert "engine_temp_c, speed_kmph" in text
    assert "none: The endpoint does not answer." in " ".join(text.split())


def test_what_is_set_for_a_vehicle(account: FleetAccount) -> None:
    """One thing after the other, both kept, and all forgotten again."""
    call("set", "VHC001", "--threshold", "95.5")
    call("set", "VHC001", "--recipient", "driver@fleet.example", "--recipient", "driver@fleet.example")

    there = account.client("dynamodb").get_item(
        TableName=NAMES.fleet_vehicles_table, Key={"device_id": {"S": "VHC001"}}
    )["Item"]
    assert {"device_id": "VHC001", "threshold_c": 95.5, "recipients": ["driver@fleet.example"]} == unwire(there)
    assert {"threshold_c": 95.5, "recipients": ["driver@fleet.example"]} == json.loads(
        call("set", "VHC001", "--json").stdout
    )
    assert "VHC001: as all others\n" == call("set", "VHC001", "--clear").stdout


def test_refused_lines(account: FleetAccount) -> None:
    """With their place and reason; deleted only if asked for."""
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName=NAMES.fleet_dead_letters)["QueueUrl"]
    letter = {"line": "hello", "reason": "It is none.", "source": "s3://b/k", "line_number": 3, "invocation": "i"}
    for body in (letter, {"Records": []}):
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))

    assert call("refused").stdout == call("refused").stdout  # what was looked at is there for the next one
    text = call("refused", "--delete").stdout

    assert "s3://b/k, line 3: It is none. hello" in text
    assert "The function failed with this event." in text
    assert "Nothing was refused.\n" == call("refused").stderr


def test_dead_letters_that_were_not_shown_are_there_for_the_next(account: FleetAccount) -> None:
    """Who breaks off, as `head` does, has deleted what was shown, and hides nothing of the rest."""
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName=NAMES.fleet_dead_letters)["QueueUrl"]
    for number in range(3):
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"line": str(number), "reason": "It is none."}))
    letters = module._letters(account, delete=True)
    shown = {next(letters)["line"], next(letters)["line"]}
    letters.close()  # type: ignore[attr-defined]

    after = {json.loads(line)["line"] for line in call("refused", "--json").stdout.splitlines()}

    assert 2 == len(after)
    assert {"0", "1", "2"} == shown | after


def test_an_event_that_failed_tells_why(account: FleetAccount) -> None:
    """The error is Lambda's attribute on AWS, and in the body of the local AWS; what is no JSON is shown as it is."""
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName=NAMES.fleet_dead_letters)["QueueUrl"]
    local = {"requestPayload": {"Records": [2]}, "responsePayload": {"errorMessage": "it took too long"}}
    failed: Any = {"ErrorMessage": {"DataType": "String", "StringValue": "no such table"}}
    sqs.send_message(QueueUrl=url, MessageBody='{"Records": [1]}', MessageAttributes=failed)
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps(local))
    sqs.send_message(QueueUrl=url, MessageBody="hello")
    sqs.send_message(QueueUrl=url, MessageBody='{"kind": "unjudged", "keys": []}')

    shown = [json.loads(line) for line in call("refused", "--json").stdout.splitlines()]

    assert {
        ("The function failed with this event: no such table", '{"Records": [1]}'),
        ("The function failed with this event: it took too long", '{"Records": [2]}'),
        ("The function failed with this event.", '"hello"'),
        (
            "The function's own message, which it took up in vain as often as its queue allows.",
            '{"kind": "unjudged", "keys": []}',
        ),
    } == {(letter["reason"], json.dumps(letter["event"])) for letter in shown}


def test_on_aws_a_new_recipient_is_subscribed(account: FleetAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    """SNS mails subscribers only, each what names him: once, and asks for a confirmation."""
    sns = account.client("sns")

    def subscribed() -> list[str]:
        there = sns.list_subscriptions_by_topic(TopicArn=NAMES.fleet_topic_arn)["Subscriptions"]
        return [one["Endpoint"] for one in there]

    call("set", "VHC001", "--recipient", "driver@fleet.example")
    assert [] == subscribed()  # the mail program of a local factory mails to anybody
    monkeypatch.setattr(module, "fleet_account", lambda *_, **__: replace(account, sns_mails=True))

    done = call("set", "VHC001", "--recipient", "driver@fleet.example", "--recipient", "chief@fleet.example")
    call("set", "VHC002", "--recipient", "driver@fleet.example")

    assert ["driver@fleet.example", "chief@fleet.example"] == subscribed()
    assert "AWS asks driver@fleet.example to confirm" in done.stderr
    arn = sns.list_subscriptions_by_topic(TopicArn=NAMES.fleet_topic_arn)["Subscriptions"][0]["SubscriptionArn"]
    policy = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["FilterPolicy"]
    assert {"recipients": ["driver@fleet.example"]} == json.loads(policy)
