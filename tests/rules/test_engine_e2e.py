"""The engine against the real broker and S3, killed and let down: what was acknowledged is archived."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path

import httpx
import pytest
from waiting import until

pytestmark = pytest.mark.e2e

ROLE = "arn:aws:iam::000000000000:role/any"


def all_archived(local_aws, machine) -> None:
    """Every acknowledged reading of the machine's run reaches the archive."""
    machine.wait()
    assert machine.acknowledged
    until("archived", lambda: machine.acknowledged <= set(local_aws.archived(machine.run)))


def test_readings_are_archived_and_everything_else_is_quarantined_with_its_reason(
    local_aws, start_engine, machine, reading
):
    """A good reading becomes a line of the hour in which it was taken; a bad one a record that says why."""
    engine = start_engine()
    machine.say(100)
    machine.publish(b"\xff not JSON")
    machine.publish(reading(101, run=machine.run, temp="59"))
    all_archived(local_aws, machine)

    records = until("quarantine", lambda: len(found := local_aws.quarantined()) == 2 and found)

    assert local_aws.archived(machine.run) == list(range(1, 101))
    assert all(key.startswith("raw/plant=plant1/dt=2026-01-02/hour=03/") for key in local_aws.lake("raw/"))
    assert {record["reason"] for record in records} == {
        "The payload is not a JSON object.",
        "temp is not a number from -60 to 500 °C.",
    }
    assert engine.signal(signal.SIGTERM) == 0


def test_a_killed_engine_loses_nothing_that_was_acknowledged(local_aws, start_engine, machine):
    """Two times kill -9 in the middle of the stream: every reading is in the archive."""
    for _ in range(2):
        engine = start_engine()
        saying = threading.Thread(target=machine.say, args=(1500,))
        saying.start()
        until("some received", lambda engine=engine: engine.metric("rules_messages_received_total") > 200)
        engine.signal(signal.SIGKILL)
        saying.join()
    start_engine()

    all_archived(local_aws, machine)
    assert set(local_aws.archived(machine.run)) == set(range(1, 3001))


@pytest.mark.parametrize("mood", ["fail", "hang", "deny"])
def test_an_s3_that_misbehaves_delays_and_loses_nothing(local_aws, start_engine, machine, proxy, mood):
    """While S3 fails, hangs or denies, nothing is acknowledged; afterwards all of it is archived, once."""
    engine = start_engine(proxy.endpoint)
    proxy.mood = mood
    machine.say(300)
    machine.wait()
    until("S3 was asked", lambda: proxy.hits[mood] >= 2)
    held = engine.metric("rules_pending_messages")
    acknowledged = engine.metric("rules_messages_acknowledged_total")
    proxy.mood = "pass"

    all_archived(local_aws, machine)
    assert (held, acknowledged) == (300, 0)
    assert local_aws.archived(machine.run) == list(range(1, 301))


def test_a_quarantine_that_is_denied_with_its_error_action_is_tried_until_it_works(
    local_aws, start_engine, machine, proxy
):
    """The action is refused for good, and so is the error action: the message is held, and kept in the end."""
    engine = start_engine(proxy.endpoint)
    proxy.mood = "deny"
    machine.publish(b"held back")
    machine.wait()
    until("both refused", lambda: proxy.hits["deny"] >= 2)
    assert engine.metric("rules_messages_acknowledged_total") == 0
    proxy.mood = "pass"

    until("acknowledged", lambda: engine.metric("rules_messages_acknowledged_total") == 1)
    kept = {**local_aws.lake("quarantine/"), **local_aws.lake("errors/malformed_telemetry/")}
    assert any("aGVsZCBiYWNr" in body.decode() for body in kept.values())


def test_a_stop_under_a_hanging_s3_is_quick_and_loses_nothing(local_aws, start_engine, machine, proxy):
    """SIGTERM with a batch under way that hangs: exit status 0, and the next engine archives it."""
    engine = start_engine(proxy.endpoint)
    proxy.mood = "hang"
    machine.say(50)
    until("S3 was asked", lambda: proxy.hits["hang"])
    assert engine.signal(signal.SIGTERM, patience_s=10) == 0

    start_engine()
    all_archived(local_aws, machine)


def test_a_full_engine_stops_reading_and_goes_on_later(local_aws, start_engine, machine, proxy):
    """No more than MAX_PENDING messages are held, however many wait at the broker."""
    engine = start_engine(proxy.endpoint, max_pending="100")
    proxy.mood = "fail"
    saying = threading.Thread(target=machine.say, args=(1000,))
    saying.start()
    until("full", lambda: engine.metric("rules_pending_messages") == 100)
    until("S3 was asked", lambda: proxy.hits["fail"] >= 3)
    received = engine.metric("rules_messages_received_total")
    proxy.mood = "pass"
    saying.join()

    all_archived(local_aws, machine)
    assert received == 100


def test_other_rules_republish_and_count(local_aws, start_engine, machine, tmp_path: Path):
    """Another catalog: a reading goes out on another topic, which a second rule turns into a metric."""
    rules = {
        "forward": (
            "SELECT temp FROM 'factory/plant1/line1/M001/telemetry'",
            {"republish": {"roleArn": ROLE, "topic": "factory/plant1/line1/${topic(4)}/verdict", "qos": 1}},
        ),
        "count": (
            "SELECT * FROM 'factory/plant1/line1/M001/verdict'",
            {
                "cloudwatchMetric": {
                    "roleArn": ROLE,
                    "metricName": "BearingTemperature",
                    "metricNamespace": "SmartFactoryTest",
                    "metricUnit": "None",
                    "metricValue": "${temp}",
                }
            },
        ),
    }
    for name, (sql, action) in rules.items():
        payload = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": [action]}
        (tmp_path / f"{name}.json").write_text(json.dumps({"ruleName": name, "topicRulePayload": payload}))
    engine = start_engine(catalog_dir=str(tmp_path))
    machine.say(1)

    until("two acknowledged", lambda: engine.metric("rules_messages_acknowledged_total") == 2)
    metrics = local_aws.client("cloudwatch").list_metrics(Namespace="SmartFactoryTest")["Metrics"]
    assert [metric["MetricName"] for metric in metrics] == ["BearingTemperature"]


def test_a_full_engine_still_hears_the_answers_to_what_it_republishes(local_aws, start_engine, machine, tmp_path: Path):
    """The answer it needs to get room again comes over the very connection that it leaves unread for want of room."""
    action = {"republish": {"roleArn": ROLE, "topic": "factory/plant1/line1/${topic(4)}/verdict", "qos": 1}}
    sql = "SELECT temp FROM 'factory/plant1/line1/M001/telemetry'"
    payload = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": [action]}
    (tmp_path / "forward.json").write_text(json.dumps({"ruleName": "forward", "topicRulePayload": payload}))
    engine = start_engine(catalog_dir=str(tmp_path), max_pending="10")
    machine.say(500)

    # The session may still hold what the tests before this one left, so there may be more than 500.
    until("all are republished", lambda: engine.metric("rules_action_success_total") >= 500)
    until("all are acknowledged", lambda: engine.metric("rules_pending_messages") == 0)

    assert engine.metric("rules_action_retries_total") == 0


def test_basic_ingest_is_archived_once_and_runs_only_its_rule(local_aws, start_engine, machine, reading):
    """Over two engines on one session; the alarm does not hear of it, and a rule that is not there is counted."""
    topic = "$aws/rules/{}/factory/plant1/line1/M001/telemetry"
    heard = local_aws.engine_log().count("Basic Ingest is heard")
    local_aws.forget_engine()  # and with it what the tests before have left
    for seq in (1, 2):
        engine = start_engine()
        until("Basic Ingest is heard", lambda n=heard + seq: local_aws.engine_log().count("Basic Ingest is heard") == n)
        received = engine.metric("rules_messages_received_total")
        machine.publish(reading(seq, run=machine.run, temp=120), seq, topic.format("archive"))
        machine.publish(reading(seq, run=machine.run), topic=topic.format("nobody"))
        until("archived", lambda n=seq: local_aws.archived(machine.run) == [*range(1, n + 1)])
        until("all acknowledged", lambda engine=engine: engine.metric("rules_pending_messages") == 0)
        counted = [engine.metric(f"rules_{name}_total") for name in ("rule_not_found", "matched", "messages_received")]
        assert counted == [1, 1, received + 2]
        assert engine.signal(signal.SIGTERM) == 0


def test_a_broker_without_basic_ingest_is_told_of_once(local_aws, start_engine, machine):
    """Its policy refuses the subscription: the engine says so and goes on."""
    iot = local_aws.client("iot")
    deny = {"Effect": "Deny", "Action": "iot:Subscribe", "Resource": "arn:aws:iot:*:*:topicfilter/$aws/*"}
    iot.create_policy(policyName="deny", policyDocument=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    (target,) = iot.list_targets_for_policy(policyName="rules-engine")["targets"]
    iot.attach_policy(policyName="deny", target=target)
    local_aws.forget_engine()
    try:
        start_engine()
        until("told", lambda: "no Basic Ingest with this broker" in local_aws.engine_log())
        machine.say(3)
        all_archived(local_aws, machine)
    finally:
        iot.detach_policy(policyName="deny", target=target)
        local_aws.forget_engine()
    assert local_aws.engine_log().count("no Basic Ingest with this broker") == 1


def test_health_follows_the_broker(start_engine):
    """A connected engine is healthy."""
    engine = start_engine()

    answer = httpx.get(f"http://127.0.0.1:{engine.http_port}/healthz")

    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
