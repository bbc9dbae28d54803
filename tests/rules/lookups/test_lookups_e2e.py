"""Rules that ask Lambda, DynamoDB, the registry, shadows, secrets and S3, over the real broker."""

from __future__ import annotations

import base64
import io
import json
import signal
import zipfile
from pathlib import Path
from typing import Any

import pytest
from waiting import until

pytestmark = pytest.mark.e2e

ROLE = "arn:aws:iam::000000000000:role/any"
TOPIC = "factory/plant1/line1/M001/event"
FUNCTION = "def handler(event, context):\n    return {'twice': 2 * event['level']}\n"
# The guide's person.proto ("Decoding protobuf message payloads") as protoc compiles it, and Ann, with id 7, in it.
PERSON = (
    "CoMBCgxwZXJzb24ucHJvdG8iawoGUGVyc29uEhcKBG5hbWUYASABKAlIAFIEbmFtZYgBARITCgJpZBgCIAEoBUgBUgJpZIgBARIZCgVlbWFpbBgD"
    "IAEoCUgCUgVlbWFpbIgBAUIHCgVfbmFtZUIFCgNfaWRCCAoGX2VtYWlsYgZwcm90bzM="
)
ANN = "CgNBbm4QBxoPYW5uQGV4YW1wbGUuY29t"


@pytest.fixture(scope="module")
def world(local_aws: Any) -> Any:
    """A local AWS in which there is something to look up."""
    code = io.BytesIO()
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    local_aws.client("iam").create_role(RoleName="any", AssumeRolePolicyDocument=document)
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", FUNCTION)
    zipped = {"ZipFile": code.getvalue()}
    local_aws.client("lambda").create_function(
        FunctionName="double",
        Runtime="python3.11",
        Role=ROLE,
        Handler="index.handler",
        Code=zipped,
    )
    dynamodb = local_aws.client("dynamodb")
    dynamodb.create_table(
        TableName="limits",
        KeySchema=[{"AttributeName": "device", "KeyType": "HASH"}, {"AttributeName": "slot", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "device", "AttributeType": "S"},
            {"AttributeName": "slot", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    item = {"device": {"S": "M001"}, "slot": {"N": "2"}, "limit": {"N": "80.123456789012345678901234"}}
    dynamodb.put_item(TableName="limits", Item=item)
    iot, shadows = local_aws.client("iot"), local_aws.client("iot-data")
    iot.create_thing(thingName="M001", attributePayload={"attributes": {"line": "line1"}})
    iot.create_thing_group(thingGroupName="hall3")
    iot.add_thing_to_thing_group(thingGroupName="hall3", thingName="M001")
    shadows.update_thing_shadow(thingName="M001", payload=json.dumps({"state": {"reported": {"hall": "three"}}}))
    alarm = json.dumps({"state": {"desired": {"alarm": "ON"}}})
    shadows.update_thing_shadow(thingName="M001", shadowName="alarms", payload=alarm)
    local_aws.client("secretsmanager").create_secret(Name="gate", SecretString='{"pin":"0042"}')
    s3 = local_aws.client("s3")
    s3.create_bucket(Bucket="schemas")
    s3.put_object(Bucket="schemas", Key="person.desc", Body=base64.b64decode(PERSON))
    return local_aws


def write(directory: Path, name: str, sql: str, action: dict[str, Any], error_action: Any = None) -> None:
    """A rule of a catalog."""
    payload = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": [action]}
    if error_action is not None:
        payload["errorAction"] = error_action
    (directory / f"{name}.json").write_text(json.dumps({"ruleName": name, "topicRulePayload": payload}))


def to_s3(key: str) -> dict[str, Any]:
    """An action that writes to the lake."""
    return {"s3": {"roleArn": ROLE, "bucketName": "{{lake_bucket}}", "key": key}}


def test_every_function_gives_a_real_services_answer(world, start_engine, machine, tmp_path):
    """All of them in one statement, and one in the key of its action; a group's name in a second rule."""
    asks = """
      SET @item = get_dynamodb('limits', 'device', device_id, 'slot', slot, 'role')
      SELECT @item.limit AS most,
        aws_lambda('arn:aws:lambda:us-east-1:000000000000:function:double', {'level': level}).twice AS twice,
        get_registry_data('DescribeThing', device_id, 'role').attributes.line AS line,
        get_thing_shadow(device_id, 'alarms', 'role').state.desired.alarm AS alarm,
        get_secret('gate', 'SecretString', 'pin', 'role') AS pin,
        decode(person, 'proto', 'schemas', 'person.desc', 'person', 'Person').name AS name
      FROM 'factory/plant1/line1/M001/event' WHERE @item.limit > level"""
    write(tmp_path, "asks", asks, to_s3("answers/${get_thing_shadow(device_id, 'role').state.reported.hall}.json"))
    groups = """
      SELECT get(get_registry_data('ListThingGroupsForThing', device_id, 'role').thingGroups, 0).groupName AS hall
      FROM 'factory/plant1/line1/M001/event'"""
    write(tmp_path, "groups", groups, to_s3("answers/group.json"))
    engine = start_engine(catalog_dir=str(tmp_path))
    said = {"device_id": "M001", "slot": 2, "level": 1.25, "person": ANN}
    machine.publish(json.dumps(said).encode(), topic=TOPIC)

    found = until(f"answers\n{engine.text()}", lambda: len(found := world.lake("answers/")) == 2 and found)

    assert found["answers/group.json"] == b'{"hall":"hall3"}'
    assert found["answers/three.json"].decode() == (
        '{"most":80.123456789012345678901234,"twice":2.5,"line":"line1","alarm":"ON","pin":"0042","name":"Ann"}'
    )
    until("acknowledged", lambda: engine.metric("rules_messages_acknowledged_total") == 1)


def test_a_look_up_that_fails_ends_its_rule_and_no_other(world, start_engine, machine, tmp_path):
    """As on AWS: counted, acknowledged, no error action."""
    write(
        tmp_path,
        "fails",
        "SELECT get_dynamodb('nowhere', 'id', 1, 'role').a AS a FROM 'factory/plant1/line1/M001/event'",
        to_s3("failing/action.json"),
        to_s3("failing/error.json"),
    )
    write(tmp_path, "goes_on", "SELECT * FROM 'factory/plant1/line1/M001/event'", to_s3("failing/other.json"))
    engine = start_engine(catalog_dir=str(tmp_path))
    machine.publish(b"{}", topic=TOPIC)

    until("acknowledged", lambda: engine.metric("rules_messages_acknowledged_total") == 1)
    counted = [engine.metric(f"rules_{name}_total") for name in ("look_up_failures", "sql_failures", "matched")]
    assert (list(world.lake("failing/")), counted) == (["failing/other.json"], [1, 1, 1])


def test_look_ups_that_hang_hold_up_no_other_message(world, start_engine, machine, proxy, tmp_path):
    """The services are silent; a rule that asks nobody is done with its messages meanwhile."""
    sql = "SELECT get_secret('gate', 'SecretString', 'role') AS s FROM 'factory/plant1/line1/M001/event'"
    write(tmp_path, "asks", sql, to_s3("hung.json"))
    republish = {"republish": {"roleArn": ROLE, "topic": "factory/plant1/line1/M001/verdict", "qos": 1}}
    write(tmp_path, "plain", "SELECT * FROM 'factory/plant1/line1/M001/telemetry'", republish)
    engine = start_engine(proxy.endpoint, catalog_dir=str(tmp_path), look_up_threads="1")
    proxy.mood = "hang"
    for number in range(30):
        machine.publish(b'{"n":%d}' % number, topic=TOPIC)
    machine.say(50)

    until("plain messages are done", lambda: engine.metric("rules_action_success_total") == 50)
    assert engine.metric("rules_look_ups_open") > 0
    proxy.mood = "pass"
    until("all are done", lambda: engine.metric("rules_pending_messages") == 0)


def test_a_kill_during_look_ups_loses_nothing(world, start_engine, machine, proxy, tmp_path):
    """Those that waited for a thread were not acknowledged: the next engine looks up for them."""
    sql = "SELECT n, get_secret('gate', 'SecretString', 'pin', 'role') AS pin FROM 'factory/+/+/+/event'"
    write(tmp_path, "asks", sql, to_s3("killed/${n}.json"))
    world.forget_engine()  # and with it what the tests before have left
    engine = start_engine(proxy.endpoint, catalog_dir=str(tmp_path), look_up_threads="1")
    proxy.mood = "hang"
    for number in range(20):
        machine.publish(b'{"n":%d}' % number, topic=TOPIC)
    until("most of them wait", lambda: engine.metric("rules_look_ups_open") >= 15)
    waiting = int(engine.metric("rules_look_ups_open"))
    engine.signal(signal.SIGKILL)
    proxy.mood = "pass"
    start_engine(proxy.endpoint, catalog_dir=str(tmp_path))

    # The engine asks in the order in which they came; what hung until its time was up has failed.
    last = {f"killed/{number}.json" for number in range(20 - waiting + 1, 20)}
    assert len(last) > 10
    until("the others are answered", lambda: last <= world.lake("killed/").keys())
    assert all(json.loads(body)["pin"] == "0042" for body in world.lake("killed/").values())
