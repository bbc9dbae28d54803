"""Rules that the emulator keeps run by our SQL: those of the catalog, which its own refuses or never matches."""

from __future__ import annotations

import asyncio
import json
import time
import types
from typing import Any

import pytest

from contracts.resources import Resources
from factory.local_aws.errors import EmulatorMovedError
from factory.local_aws.rule_sql import RULE_NAMES, close_rules, refusal, topic_filter
from factory.provision.policies import function_trust, queue_arn, queue_policy
from rules.loading import CATALOG_DIR, read_rule, rule_files
from rules.placeholders import placeholders

NAMES = Resources("plant1", "000000000000")
HOT = {
    "device_id": "M001",
    "timestamp": "2026-01-02T03:04:05.678Z",
    "run": 1,
    "seq": 1,
    "temp": 96.5,
    "state": "running",
}
TOPIC = "factory/plant1/line1/M001/telemetry"


@pytest.fixture
def iot(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The emulator's module with the hole closed, and as it was after the test."""
    from ministack.services import iot as module

    for name in RULE_NAMES:
        monkeypatch.setattr(module, name, getattr(module, name))
    close_rules(module)
    return module


def catalog(names: Resources = NAMES) -> dict[str, dict[str, Any]]:
    """The payloads of the factory's own rules, by name."""
    rules = [read_rule(file, placeholders(names)) for file in rule_files(CATALOG_DIR)]
    return {
        rule.rule_name: rule.topic_rule_payload.model_dump(mode="json", by_alias=True, exclude_unset=True)
        for rule in rules
    }


def done(iot: Any, monkeypatch: pytest.MonkeyPatch, payload: dict[str, Any], message: bytes, topic: str) -> list[Any]:
    """What the actions of a rule get for a message."""
    events: list[Any] = []

    async def dispatch(_account: str, _region: str, _rule: str, _action: dict[str, Any], event: Any) -> None:
        events.append(event)

    monkeypatch.setattr(iot, "_dispatch_rule_action", dispatch)
    monkeypatch.setattr(iot, "_rules_for_account", lambda *_account: [{"ruleName": "tried", **payload}])
    asyncio.run(iot._evaluate_topic_rules("000000000000", "us-east-1", topic, message, "M001"))
    return events


def test_the_hole_is_there_without_us() -> None:
    """If the emulator learns SET by itself, this fails and our closing can go."""
    from ministack.services import iot

    assert iot._validate_rule_sql(catalog()["archive"]["sql"]) is not None


@pytest.mark.parametrize("name", sorted(RULE_NAMES))
def test_a_name_that_is_gone_is_refused(name: str) -> None:
    """Each is checked before anything is replaced."""
    from ministack.services import iot

    without = types.SimpleNamespace(
        __name__="iot", **{key: value for key, value in vars(iot).items() if key not in (name, "__name__")}
    )
    with pytest.raises(EmulatorMovedError, match=name):
        close_rules(without)


@pytest.mark.parametrize("name", sorted(file.stem for file in CATALOG_DIR.glob("*.json")))
def test_each_rule_of_the_catalog_is_taken(iot: Any, name: str) -> None:
    """Under the filter that it names."""
    sql = catalog()[name]["sql"]

    assert iot._validate_rule_sql(sql) is None
    assert iot._rule_topic_filter(sql).startswith("factory/plant1/")


def test_what_is_no_sql_is_refused_with_the_reason() -> None:
    """And a filter is asked of it in vain."""
    assert "expected a topic filter" in (refusal("SELECT a FROM") or "")
    assert topic_filter("SELECT a FROM") == ""


def test_actions_get_what_our_engine_would_give_them(iot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole reading with its plant and line, or the alarm's sentence."""
    (archived,) = done(iot, monkeypatch, catalog()["archive"], json.dumps(HOT).encode(), TOPIC)
    assert archived | {"received_at": 0} == HOT | {"plant": "plant1", "line": "line1", "received_at": 0}

    (alarm,) = done(iot, monkeypatch, catalog()["critical_temperature"], json.dumps(HOT).encode(), TOPIC)
    assert (alarm["alarm"], alarm["value"], alarm["limit_value"]) == ("critical_temperature", 96.5, 95)


def test_what_where_or_from_leaves_out_does_nothing(iot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading that is not hot, one of another topic, one that is none; each after one that matched."""
    rule = catalog()["critical_temperature"]

    for message, topic, count in (
        (json.dumps(HOT).encode(), TOPIC, 1),
        (json.dumps(HOT | {"temp": 94}).encode(), TOPIC, 0),
        (json.dumps(HOT).encode(), "factory/plant1/line1/M001/event", 0),
        (json.dumps(HOT).encode(), TOPIC, 1),
        (b"\xff", TOPIC, 0),
    ):
        assert len(done(iot, monkeypatch, rule, message, topic)) == count


def test_a_rule_that_fails_for_a_message_does_nothing(iot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-up, for which there is nobody to ask here."""
    rule = {"sql": "SELECT get_secret('key', 'SecretString', 'role') AS secret FROM 'a'", "actions": [{"sns": {}}]}

    assert done(iot, monkeypatch, rule, b"{}", "a") == []


@pytest.mark.e2e
def test_a_rule_made_in_the_running_emulator_tells_its_topic(local_aws: Any) -> None:
    """From a message over SNS into SQS, while our engine is not there."""
    names = Resources("ruled", "000000000000")
    iot, data, sns, sqs, iam = (
        local_aws.session().client(name, region_name="us-east-1", endpoint_url=local_aws.endpoint)
        for name in ("iot", "iot-data", "sns", "sqs", "iam")
    )
    topic = sns.create_topic(Name=names.alerts_topic)["TopicArn"]
    attributes = {"Policy": json.dumps(queue_policy(names))}
    queue = sqs.create_queue(QueueName=names.alert_mail_queue, Attributes=attributes)["QueueUrl"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue_arn(names), Attributes={"RawMessageDelivery": "true"})
    rules = {name: catalog(names)[name] for name in ("archive", "critical_temperature")}
    for name, payload in rules.items():
        role = names.role_arn(name).rpartition("/")[2]
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(function_trust()))
        iot.create_topic_rule(ruleName=name, topicRulePayload=payload)

    data.publish(topic="factory/ruled/line1/M001/telemetry", qos=1, payload=json.dumps(HOT).encode())

    until, told = time.monotonic() + 20, []
    while not told and time.monotonic() < until:
        told = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=2).get("Messages", [])
    for name in rules:
        iot.delete_topic_rule(ruleName=name)
    assert [json.loads(one["Body"])["value"] for one in told] == [96.5]
