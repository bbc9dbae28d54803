"""Every action that the engine runs, by its effect: one engine, the local AWS, and a web service of the test's own."""

from __future__ import annotations

import base64
import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from waiting import until

from contracts.resources import Resources
from rules.loading import read_rule, rule_files
from rules.placeholders import placeholders
from rules.rights import rights_of

pytestmark = pytest.mark.e2e

ROLE = "arn:aws:iam::000000000000:role/any"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}
PLANT = Resources("plant1", "000000000000")
LAKE = PLANT.lake_bucket
TELEMETRY = "factory/plant1/line1/M001/telemetry"


class Web:
    """A web service that keeps what it is sent, and answers as the path says.

    Attributes:
        heard: path, headers and body of each request, in order.
    """

    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, str], bytes]] = []
        self.released = threading.Event()
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                web.heard.append((self.path, dict(self.headers.items()), body))
                web.answer(self)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """As the path says: fail, answer at length, close, hang, or be content."""
        if handler.path.startswith("/hang"):
            self.released.wait(20)
            return
        kind = handler.path.rpartition("/")[2]
        handler.send_response({"refuse": 404, "busy": 429}.get(kind, 500) if handler.path.startswith("/not") else 200)
        body = b"x" * 20_000 if kind == "long" else b"{}"
        if handler.headers.get("X-Amz-Target", "").endswith(".DescribeEndpoints"):
            # Timestream tells its clients where to write (developer guide, "The endpoint discovery pattern").
            body = json.dumps({"Endpoints": [{"Address": self.url, "CachePeriodInMinutes": 60}]}).encode()
        handler.send_header("Content-Length", str(len(body)))
        if kind == "close":
            handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(body)

    def at(self, path: str) -> list[tuple[dict[str, str], bytes]]:
        """Headers and bodies of what came to a path."""
        return [(headers, body) for where, headers, body in self.heard if where == path]

    def close(self) -> None:
        """Stop."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def web() -> Iterator[Web]:
    """A web service on loopback."""
    web = Web()
    yield web
    web.close()


def write_rules(directory: Path, rules: dict[str, tuple[str, dict[str, Any]]]) -> None:
    """A catalog of one rule an action, each with an error action that keeps the envelope."""
    for name, (sql, action) in rules.items():
        payload = {
            "sql": sql,
            "awsIotSqlVersion": "2016-03-23",
            "actions": [action],
            "errorAction": {"s3": {"roleArn": ROLE, "bucketName": LAKE, "key": f"refused/{name}/${{newuuid()}}"}},
        }
        (directory / f"{name}.json").write_text(json.dumps({"ruleName": name, "topicRulePayload": payload}))


def function_that_posts(url: str) -> bytes:
    """The code of a function that tells a web service what it was invoked with."""
    code = (
        "import json, urllib.request\n"
        "def handler(event, context):\n"
        f"    urllib.request.urlopen({url!r}, json.dumps(event).encode(), 5)\n"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("index.py", code)
    return packed.getvalue()


class Services:
    """What the actions of the catalog work on, made in the local AWS."""

    def __init__(self, aws: Any, web: Web) -> None:
        self.aws = aws
        aws.client("iam").create_role(RoleName="any", AssumeRolePolicyDocument=json.dumps(TRUST))
        aws.client("kinesis").create_stream(StreamName="readings", ShardCount=1)
        bucket = f"arn:aws:s3:::{LAKE}"
        aws.client("firehose").create_delivery_stream(
            DeliveryStreamName="readings",
            ExtendedS3DestinationConfiguration={"RoleARN": ROLE, "BucketARN": bucket, "Prefix": "delivered/"},
        )
        self.queue = aws.client("sqs").create_queue(QueueName="readings")["QueueUrl"]
        allow = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = {"Version": "2012-10-17", "Statement": [{**allow, "Resource": "*"}]}
        self.notified = aws.client("sqs").create_queue(QueueName="notified", Attributes={"Policy": json.dumps(policy)})[
            "QueueUrl"
        ]
        self.topic = aws.client("sns").create_topic(Name="readings")["TopicArn"]
        arn = aws.client("sqs").get_queue_attributes(QueueUrl=self.notified, AttributeNames=["QueueArn"])
        aws.client("sns").subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"])
        self.function = aws.client("lambda").create_function(
            FunctionName="tell",
            Runtime="python3.11",
            Role=ROLE,
            Handler="index.handler",
            Code={"ZipFile": function_that_posts(f"{web.url}/lambda")},
        )["FunctionArn"]
        for table, sort_key in (("documents", True), ("columns", False)):
            self._table(table, sort_key)
        for name in ("updated", "gone"):
            item = {"device": {"S": name}, "at": {"N": "7"}, "owner": {"S": "Ada"}}
            aws.client("dynamodb").put_item(TableName="documents", Item=item)
        aws.client("logs").create_log_group(logGroupName="readings")
        aws.client("cloudwatch").put_metric_alarm(
            AlarmName="hot",
            MetricName="Never",
            Namespace="Tried",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            Statistic="Sum",
            ComparisonOperator="GreaterThanThreshold",
        )
        machine = {"StartAt": "Keep", "States": {"Keep": {"Type": "Pass", "End": True}}}
        self.machine = aws.client("stepfunctions").create_state_machine(
            name="inspect", definition=json.dumps(machine), roleArn=ROLE
        )["stateMachineArn"]

    def _table(self, name: str, has_sort_key: bool) -> None:
        keys = [("device", "HASH", "S"), *([("at", "RANGE", "N")] if has_sort_key else [])]
        self.aws.client("dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind, _ in keys],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": letter} for key, _, letter in keys],
            BillingMode="PAY_PER_REQUEST",
        )

    def key_for(self, directory: Path) -> dict[str, str]:
        """Credentials of a user that may do what the rules of a directory need, and nothing else."""
        rules = [read_rule(file, placeholders(PLANT)) for file in rule_files(directory)]
        iam = self.aws.client("iam")
        iam.create_user(UserName="engine")
        statements = [
            {"Effect": "Allow", "Action": list(right.actions), "Resource": right.resource}
            for right in rights_of(rules, PLANT)
        ]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_user_policy(UserName="engine", PolicyName="rights", PolicyDocument=document)
        key = iam.create_access_key(UserName="engine")["AccessKey"]
        return {
            **self.aws.credentials,
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        }

    def received(self, queue: str) -> str | None:
        """The body of a queue's next message."""
        messages = self.aws.client("sqs").receive_message(QueueUrl=queue).get("Messages", [])
        return messages[0]["Body"] if messages else None

    def records(self) -> list[tuple[str, bytes]]:
        """Partition keys and data of the stream."""
        kinesis = self.aws.client("kinesis")
        shard = kinesis.list_shards(StreamName="readings")["Shards"][0]["ShardId"]
        iterator = kinesis.get_shard_iterator(StreamName="readings", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        records = kinesis.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
        return [(record["PartitionKey"], record["Data"]) for record in records]

    def executions(self) -> list[dict[str, Any]]:
        """Executions of the state machine, described."""
        states = self.aws.client("stepfunctions")
        listed = states.list_executions(stateMachineArn=self.machine)["executions"]
        return [states.describe_execution(executionArn=each["executionArn"]) for each in listed]


def catalog_of_all(services: Services, web: Web) -> dict[str, tuple[str, dict[str, Any]]]:
    """A rule for each action that the local AWS can show the effect of, and Timestream."""
    reading = "SELECT device, at, temp, ok FROM 'factory/plant1/line1/M001/telemetry'"
    role = {"roleArn": ROLE}
    key = {"hashKeyField": "device", "hashKeyValue": "${device}", "rangeKeyField": "at", "rangeKeyValue": "${at}"}
    document = {**role, "tableName": "documents", **key, "rangeKeyType": "NUMBER", "payloadField": "reading"}
    metric = {"metricName": "Temperature", "metricNamespace": "Tried", "metricUnit": "None", "metricValue": "${temp}"}
    alarm = {**role, "alarmName": "hot", "stateReason": "${device} is hot.", "stateValue": "ALARM"}
    signed = {"sigv4": {**role, "signingRegion": "us-east-1", "serviceName": "execute-api"}}
    header = {"key": "X-Device", "value": "${device}"}
    batched = {"url": f"{web.url}/batch", "enableBatching": True, "batchConfig": {"maxBatchOpenMs": 200}}
    series = {**role, "databaseName": "plant", "tableName": "readings"}
    return {
        "s3": (reading, {"s3": {**role, "bucketName": LAKE, "key": "kept/${device}"}}),
        "firehose": (
            "SELECT VALUE items FROM 'factory/plant1/line1/M001/telemetry'",
            {"firehose": {**role, "deliveryStreamName": "readings", "separator": "\n", "batchMode": True}},
        ),
        "firehose_one": (reading, {"firehose": {**role, "deliveryStreamName": "readings"}}),
        "kinesis": (reading, {"kinesis": {**role, "streamName": "readings", "partitionKey": "${device}"}}),
        "sqs": (reading, {"sqs": {**role, "queueUrl": services.queue, "useBase64": True}}),
        "sns": (reading, {"sns": {**role, "targetArn": services.topic}}),
        "lambda": (reading, {"lambda": {"functionArn": services.function}}),
        "dynamoDB": (reading, {"dynamoDB": document}),
        "update": (reading, {"dynamoDB": {**document, "hashKeyValue": "updated", "operation": "UPDATE"}}),
        "delete": (reading, {"dynamoDB": {**document, "hashKeyValue": "gone", "operation": "DELETE"}}),
        "dynamoDBv2": (reading, {"dynamoDBv2": {**role, "putItem": {"tableName": "columns"}}}),
        "republish": (reading, {"republish": {**role, "topic": "factory/plant1/line1/M001/verdict", "qos": 1}}),
        "republished": (
            "SELECT * FROM 'factory/plant1/line1/M001/verdict'",
            {"s3": {**role, "bucketName": LAKE, "key": "republished/${device}"}},
        ),
        "cloudwatchMetric": (reading, {"cloudwatchMetric": {**role, **metric}}),
        "cloudwatchAlarm": (reading, {"cloudwatchAlarm": alarm}),
        "cloudwatchLogs": (
            "SELECT VALUE log FROM 'factory/plant1/line1/M001/telemetry'",
            {"cloudwatchLogs": {**role, "logGroupName": "readings", "batchMode": True}},
        ),
        "http": (reading, {"http": {"url": f"{web.url}/one", "headers": [header], "auth": signed}}),
        "http_batched": (reading, {"http": batched}),
        "stepFunctions": (
            reading,
            {"stepFunctions": {**role, "stateMachineName": "inspect", "executionNamePrefix": "${device}-"}},
        ),
        "timestream": (
            "SELECT temp, ok FROM 'factory/plant1/line1/M001/telemetry'",
            {"timestream": {**series, "dimensions": [{"name": "device", "value": "${device}"}]}},
        ),
    }


def test_every_action_has_its_effect(local_aws, start_engine, machine, web, tmp_path, monkeypatch):
    """One message; each effect is read back from the service itself, digits and all."""
    services = Services(local_aws, web)
    write_rules(tmp_path, catalog_of_all(services, web))
    # The emulator has no Timestream: its requests come here, as botocore writes and signs them.
    monkeypatch.setenv("AWS_ENDPOINT_URL_TIMESTREAM_WRITE", web.url)
    with monkeypatch.context() as patch:
        patch.setattr(local_aws, "credentials", services.key_for(tmp_path))
        engine = start_engine(catalog_dir=str(tmp_path))
    now_ms = int(time.time() * 1000)
    log = [{"timestamp": now_ms, "message": "second"}, {"timestamp": now_ms - 5, "message": "first"}]
    message = {"device": "M001", "at": 7, "temp": 59.20, "ok": True, "items": [{"a": 1}, {"a": 2}], "log": log}
    text = '{"device":"M001","at":7,"temp":59.2,"ok":true}'
    machine.publish(json.dumps(message).encode())

    until("acknowledged", lambda: engine.metric("rules_messages_acknowledged_total") == 2)
    assert local_aws.lake("refused/") == {}, engine.text()
    assert engine.metric("rules_action_success_total") == len(list(tmp_path.iterdir()))
    assert local_aws.lake("kept/") == {"kept/M001": text.encode()}
    assert local_aws.lake("republished/") == {"republished/M001": text.encode()}
    assert sorted(local_aws.lake("delivered/").values()) == [b'{"a":1}\n', b'{"a":2}\n', text.encode()]
    assert services.records() == [("M001", text.encode())]
    assert base64.b64decode(services.received(services.queue) or "").decode() == text
    assert json.loads(services.received(services.notified) or "{}")["Message"] == text
    _check_tables(local_aws)
    _check_cloudwatch(local_aws)
    (execution,) = until("executed", services.executions)
    assert (execution["name"][:5], json.loads(execution["input"])) == ("M001-", json.loads(text))
    _check_web(web, text)


def _check_tables(local_aws: Any) -> None:
    dynamodb = local_aws.client("dynamodb")
    key, temp = {"device": {"S": "M001"}, "at": {"N": "7"}}, {"temp": {"N": "59.2"}, "ok": {"BOOL": True}}

    items = {item["device"]["S"]: item for item in dynamodb.scan(TableName="documents")["Items"]}
    column = {"reading": {"M": {**key, **temp}}}
    assert items == {
        "M001": {**key, **column},
        "updated": {**key, "device": {"S": "updated"}, "owner": {"S": "Ada"}, **column},
    }
    assert dynamodb.scan(TableName="columns")["Items"] == [{**key, **temp}]


def _check_cloudwatch(local_aws: Any) -> None:
    cloudwatch, logs = local_aws.client("cloudwatch"), local_aws.client("logs")
    now = datetime.now(UTC)
    points = cloudwatch.get_metric_statistics(
        Namespace="Tried", MetricName="Temperature", Period=3600, Statistics=["Sum"],
        StartTime=now - timedelta(hours=1), EndTime=now + timedelta(hours=1),
    )["Datapoints"]  # fmt: skip
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["hot"])["MetricAlarms"]
    (stream,) = logs.describe_log_streams(logGroupName="readings")["logStreams"]
    events = logs.get_log_events(logGroupName="readings", logStreamName=stream["logStreamName"], startFromHead=True)

    assert [point["Sum"] for point in points] == [59.2]
    assert (alarm["StateValue"], alarm["StateReason"]) == ("ALARM", "M001 is hot.")
    assert [event["message"] for event in events["events"]] == ["first", "second"]


def _check_web(web: Web, text: str) -> None:
    ((headers, body),) = web.at("/one")
    assert (body.decode(), headers["X-Device"], headers["Content-Type"]) == (text, "M001", "application/json")
    assert "/us-east-1/execute-api/aws4_request" in headers["Authorization"]
    assert web.at("/batch")[0][1].decode() == f"[{text}]"
    ((_, event),) = until("function has run", lambda: web.at("/lambda"))
    assert json.loads(event) == json.loads(text)
    (_, (headers, body)) = web.at("/")
    written = json.loads(body)
    assert headers["X-Amz-Target"] == "Timestream_20181101.WriteRecords"
    assert "/timestream/aws4_request" in headers["Authorization"]
    assert written["CommonAttributes"]["Dimensions"] == [{"Name": "device", "Value": "M001"}]
    assert written["Records"] == [
        {"MeasureName": "temp", "MeasureValueType": "DOUBLE", "MeasureValue": "59.2"},
        {"MeasureName": "ok", "MeasureValueType": "BOOLEAN", "MeasureValue": "true"},
    ]


FAILING = {
    # Tries, and what the envelope says (developer guide, "HTTP action retry logic").
    "not/found": (3, "StatusCode: 500. Reason: Internal Server Error."),
    "not/busy": (3, "StatusCode: 429."),
    "not/refuse": (1, "StatusCode: 404. Reason: Not Found."),
    "not/long": (1, "longer than 16384 bytes"),
    "not/close": (1, "The connection was closed"),
    "hang": (1, "no answer within 3000 ms"),
}


def test_a_web_service_that_fails_is_tried_as_aws_does_and_then_the_envelope_is_kept(
    local_aws, start_engine, machine, web, tmp_path
):
    """Each kind of failure with its number of tries; a batch that failed comes in the form of batches."""
    sql = "SELECT seq FROM 'factory/plant1/line1/M001/telemetry'"
    rules = {path.replace("/", "_"): (sql, {"http": {"url": f"{web.url}/{path}"}}) for path in FAILING}
    rules["batch"] = (sql, {"http": {"url": f"{web.url}/not/batched", "enableBatching": True}})
    write_rules(tmp_path, rules)
    engine = start_engine(catalog_dir=str(tmp_path))
    before = set(local_aws.lake("refused/"))
    machine.say(2)

    until("acknowledged", lambda: engine.metric("rules_messages_acknowledged_total") == 2)
    kept = {key: json.loads(body) for key, body in local_aws.lake("refused/").items() if key not in before}
    for path, (tries, said) in FAILING.items():
        envelopes = [told for key, told in kept.items() if key.startswith(f"refused/{path.replace('/', '_')}/")]
        assert len(web.at(f"/{path}")) == 2 * tries, path
        assert [said in told["failures"][0]["errorMessage"] for told in envelopes] == [True, True], envelopes
        assert {told["failures"][0]["failedAction"] for told in envelopes} == {"HttpAction"}
    _check_batch([told for key, told in kept.items() if key.startswith("refused/batch/")], web)


def _check_batch(envelopes: list[dict[str, Any]], web: Web) -> None:
    assert len(envelopes) == 2
    for told in envelopes:
        (entry,) = told["payloadsWithMetadata"]
        assert (told["topic"], entry["id"], told["failures"][0]["affectedIds"]) == (TELEMETRY, 1, [1])
        assert json.loads(base64.b64decode(entry["base64OriginalPayload"]))["device_id"] == "M001"
    posted = {body for _, body in web.at("/not/batched")}
    assert sorted(item["seq"] for body in posted for item in json.loads(body)) == [1, 2]
