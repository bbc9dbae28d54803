"""What the services say reaches the statement, and what they cannot say fails it."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from rules import sql
from rules.errors import LookUpError
from rules.lookups import AwsServices, look_up_clients
from rules.measures import Measures

pytestmark = pytest.mark.usefixtures("fake_account")

ROLE = "arn:aws:iam::000000000000:role/any"
ARN = "arn:aws:lambda:us-east-1:000000000000:function:scale"


class Clock:
    """A time that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        """Tell it."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A time that is set by hand."""
    return Clock()


@pytest.fixture
def measures() -> Measures:
    """Counters that start at nothing."""
    return Measures()


@pytest.fixture
def services(measures, clock) -> AwsServices:
    """The services of the fake account."""
    return AwsServices(look_up_clients(), measures, clock)


class Only:
    """Clients of which there is one."""

    def __init__(self, service: str, client: Any) -> None:
        self._clients = {service: client}

    def client(self, service: str) -> Any:
        """That one, and no other."""
        return self._clients[service]


@pytest.fixture
def stub(measures):
    """Services of which one is a stub that botocore's model checks: `stub(name)` gives both."""

    def made(name: str) -> tuple[Stubber, AwsServices]:
        client = boto3.client(name)
        return Stubber(client), AwsServices(Only(name, client), measures)

    return made


def body(data: bytes) -> StreamingBody:
    """An answer that is read as a stream."""
    return StreamingBody(io.BytesIO(data), len(data))


def value_of(expression: str, services: Any, payload: bytes = b"{}") -> Any:
    """The value of one expression for a message."""
    statement = sql.compile(" ".join(("SELECT VALUE", expression, "FROM 't'")))
    return statement.evaluate(sql.Message(topic="t", payload=payload), services)


def failures(measures: Measures, function: str) -> float | None:
    """Counted failures of a function."""
    return measures.registry.get_sample_value("rules_look_up_failures_total", {"function": function})


# --- aws_lambda ------------------------------------------------------------------------------------------------------


def test_a_function_gets_the_payload_and_gives_its_answer(stub):
    """The guide's example, `aws_lambda(arn, {"payload": attribute1})`; numbers keep their digits on both ways."""
    answers, services = stub("lambda")
    answers.add_response(
        "invoke",
        {"StatusCode": 200, "Payload": body(b'{"some":{"value":0.1000000000000000000000001}}')},
        {
            "FunctionName": ARN,
            "InvocationType": "RequestResponse",
            "Payload": b'{"payload":21.5}',
        },
    )
    with answers:
        found = value_of(f"aws_lambda('{ARN}', {{'payload': attribute1}}).some.value", services, b'{"attribute1":21.5}')

    assert found == Decimal("0.1000000000000000000000001")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": body(b'{"errorMessage":"boom"}')},
            r"ended with an error \(Unhandled\): .*boom",
        ),
        ({"StatusCode": 200, "Payload": body(b"oops")}, "returns no JSON: oops"),
    ],
)
def test_a_function_that_fails_fails_the_rule(stub, measures, answer, said):
    """An error of its own code is one too (Lambda API reference, Invoke, FunctionError); else it owes JSON (guide)."""
    answers, services = stub("lambda")
    answers.add_response("invoke", answer)
    with answers, pytest.raises(sql.EvaluationError, match=said):
        value_of(f"aws_lambda('{ARN}', *)", services)

    assert failures(measures, "aws_lambda") == 1


def test_a_function_has_2000_ms(measures):
    """The guide's limit, as the error says it."""

    class Slow:
        def invoke(self, **_: Any) -> Any:
            raise ReadTimeoutError(endpoint_url="http://lambda")

    with pytest.raises(LookUpError, match=f"Failed to invoke '{ARN}'. No answer within 2000 ms."):
        AwsServices(Only("lambda", Slow()), measures).invoke_lambda(ARN, {})


# --- get_dynamodb ----------------------------------------------------------------------------------------------------


@pytest.fixture
def table() -> Any:
    """The guide's table InServiceDevices, here with a number for a sort key."""
    return boto3.resource("dynamodb").create_table(
        TableName="InServiceDevices",
        KeySchema=[{"AttributeName": "deviceId", "KeyType": "HASH"}, {"AttributeName": "slot", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "deviceId", "AttributeType": "S"},
            {"AttributeName": "slot", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def test_an_item_comes_back_as_it_was_put(services, table):
    """Text, number, flag, null, list and map."""
    inner = {"hall": 3, "note": None, "ok": True, "axis": [Decimal("0.25"), "x"]}
    table.put_item(Item={"deviceId": "M001", "slot": 2, "location": inner})

    found = value_of(
        f"get_dynamodb('InServiceDevices', 'deviceId', id, 'slot', 2, '{ROLE}')", services, b'{"id":"M001"}'
    )

    assert found == {"deviceId": "M001", "slot": 2, "location": inner}
    assert (
        value_of(f"get_dynamodb('InServiceDevices', 'deviceId', 'M002', 'slot', 2, '{ROLE}')", services)
        is sql.UNDEFINED
    )


@pytest.mark.parametrize(("letters", "fits"), [(8000, True), (8192, False)])
def test_an_item_has_8_kb_at_most(services, table, letters, fits):
    """Guide: with more "the rule's action may not be invoked"."""
    table.put_item(Item={"deviceId": "M001", "slot": 1, "text": "a" * letters})
    expression = f"get_dynamodb('InServiceDevices', 'deviceId', 'M001', 'slot', 1, '{ROLE}').text"

    if fits:
        assert value_of(expression, services) == "a" * letters
    else:
        with pytest.raises(sql.EvaluationError, match=r"has 82\d\d bytes as JSON; 8192 are allowed"):
            value_of(expression, services)


def test_a_table_that_is_not_there_is_named(services, measures):
    """With what the service said."""
    with pytest.raises(sql.EvaluationError, match=r"Failed to get an item of the table 'none'\. .*ResourceNotFound"):
        value_of(f"get_dynamodb('none', 'id', 1, '{ROLE}')", services)
    assert failures(measures, "get_dynamodb") == 1


def test_a_rule_that_expects_failures_gets_its_default(services, measures):
    """get_or_default() takes the place of the answer; the failure is counted all the same."""
    assert value_of(f"get_or_default(get_dynamodb('none', 'id', 1, '{ROLE}'), 'unknown')", services) == "unknown"
    assert failures(measures, "get_dynamodb") == 1


# --- get_registry_data -----------------------------------------------------------------------------------------------


def test_the_registry_describes_a_thing_as_its_api_does(services):
    """Names of the API reference (DescribeThing), without what belongs to the request."""
    boto3.client("iot").create_thing(thingName="press", attributePayload={"attributes": {"line": "A"}})

    found = value_of(f"get_registry_data('DescribeThing', 'press', '{ROLE}')", services)

    assert (found["thingName"], found["attributes"], found["version"]) == ("press", {"line": "A"}, 1)
    assert "ResponseMetadata" not in found


def test_the_registry_lists_a_things_groups(services):
    """As API reference ListThingGroupsForThing has them: groupName and groupArn under thingGroups."""
    iot = boto3.client("iot")
    iot.create_thing(thingName="press")
    group = iot.create_thing_group(thingGroupName="hall3")
    iot.add_thing_to_thing_group(thingGroupName="hall3", thingName="press")

    found = value_of(f"get_registry_data('ListThingGroupsForThing', 'press', '{ROLE}').thingGroups", services)

    assert found == [{"groupName": "hall3", "groupArn": group["thingGroupArn"]}]


def test_an_unknown_thing_fails_the_rule(services):
    """By its name."""
    with pytest.raises(sql.EvaluationError, match="Failed to call DescribeThing for the thing 'nobody'"):
        value_of(f"get_registry_data('DescribeThing', 'nobody', '{ROLE}')", services)


# --- get_secret ------------------------------------------------------------------------------------------------------


def test_a_secret_is_kept_for_15_minutes(services, clock, measures):
    """A change is seen after that and not before (guide, get_secret())."""
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(Name="API_KEY", SecretString='{"API_KEY_VALUE":"old"}')
    expression = f"get_secret('API_KEY', 'SecretString', 'API_KEY_VALUE', '{ROLE}')"
    assert value_of(expression, services) == "old"
    secrets.put_secret_value(SecretId="API_KEY", SecretString='{"API_KEY_VALUE":"new"}')

    clock.now = 15 * 60 - 1
    assert value_of(expression, services) == "old"
    clock.now = 15 * 60
    assert value_of(expression, services) == "new"
    count = measures.registry.get_sample_value("rules_look_up_seconds_count", {"function": "get_secret"})
    assert count == 2


def test_a_secret_that_is_not_there_is_asked_for_again(services):
    """A failure is not kept: the secret counts from the message after it was made."""
    expression = f"get_secret('late', 'SecretBinary', '{ROLE}')"
    with pytest.raises(sql.EvaluationError, match="Failed to get the secret 'late'"):
        value_of(expression, services)
    boto3.client("secretsmanager").create_secret(Name="late", SecretBinary=b"\x00\x01")

    assert value_of(expression, services) == "AAE="


def test_a_name_that_is_no_text_is_refused_before_the_service_is_asked(services):
    """And not by a fault of ours."""
    with pytest.raises(sql.EvaluationError, match="takes names as strings"):
        value_of(f"get_secret(['a'], 'SecretString', '{ROLE}')", services)


# --- get_thing_shadow ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("arguments", "named"), [("'MyThing'", {}), ("'MyThing','Alarm'", {"shadowName": "Alarm"})])
def test_a_shadow_is_the_document_classic_or_named(stub, arguments, named):
    """The guide's two examples."""
    answers, services = stub("iot-data")
    document = {"state": {"reported": {"alarm": "ON"}}, "version": 10, "timestamp": 1}
    answers.add_response(
        "get_thing_shadow", {"payload": body(json.dumps(document).encode())}, {"thingName": "MyThing", **named}
    )
    with answers:
        assert value_of(f"get_thing_shadow({arguments},'{ROLE}').state.reported.alarm = 'ON'", services) is True


def test_a_thing_without_a_shadow_fails_the_rule(stub):
    """The service says so (IoT data plane API reference, GetThingShadow)."""
    answers, services = stub("iot-data")
    answers.add_client_error("get_thing_shadow", "ResourceNotFoundException", "No shadow exists", 404)
    with answers, pytest.raises(sql.EvaluationError, match=r"shadow of the thing 'MyThing'\. .*No shadow exists"):
        value_of(f"get_thing_shadow('MyThing', '{ROLE}')", services)


# --- machinelearning_predict -----------------------------------------------------------------------------------------


def endpoint(status: str) -> dict[str, Any]:
    """What GetMLModel says about a real-time endpoint."""
    return {
        "EndpointInfo": {
            "EndpointUrl": "https://realtime.machinelearning.us-east-1.amazonaws.com",
            "EndpointStatus": status,
        }
    }


def test_a_prediction_comes_from_the_models_endpoint(stub):
    """A record as the guide flattens it, text by text (API reference, Predict, Record); Null has none."""
    answers, services = stub("machinelearning")
    answers.add_response("get_ml_model", endpoint("READY"), {"MLModelId": "ml-1"})
    prediction = {"predictedLabel": "1", "predictedScores": {"1": 0.5}, "details": {"Algorithm": "SGD"}}
    asked = {
        "MLModelId": "ml-1",
        "Record": {"key1": '{"innerKey1": "value1"}', "key2": "0", "warm": "true"},
        "PredictEndpoint": "https://realtime.machinelearning.us-east-1.amazonaws.com",
    }
    answers.add_response("predict", {"Prediction": prediction}, asked)
    payload = b'{"key1":{"innerKey1":"value1"},"key2":0,"warm":true,"none":null}'
    with answers:
        found = value_of(f"machinelearning_predict('ml-1', '{ROLE}', *)", services, payload)

    assert sql.dumps(found) == b'{"predictedLabel":"1","predictedScores":{"1":0.5},"details":{"Algorithm":"SGD"}}'


@pytest.mark.parametrize("answer", [endpoint("NONE"), endpoint("UPDATING"), {}])
def test_a_model_without_an_endpoint_fails_the_rule(stub, answer):
    """Guide: "the real-time endpoint of the model must be enabled"."""
    answers, services = stub("machinelearning")
    answers.add_response("get_ml_model", answer)
    with answers, pytest.raises(sql.EvaluationError, match="'ml-1' has no real-time endpoint that is ready"):
        value_of(f"machinelearning_predict('ml-1', '{ROLE}', *)", services)


# --- decode(..., 'proto', ...) ---------------------------------------------------------------------------------------


def test_a_descriptor_is_kept_for_15_minutes(services, clock):
    """Guide, "Decoding protobuf message payloads": an update can take as long."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="schemas")
    s3.put_object(Bucket="schemas", Key="a.desc", Body=b"old")
    assert services.s3_object("schemas", "a.desc") == b"old"
    s3.put_object(Bucket="schemas", Key="a.desc", Body=b"new")

    clock.now = 15 * 60 - 1
    assert services.s3_object("schemas", "a.desc") == b"old"
    clock.now = 15 * 60
    assert services.s3_object("schemas", "a.desc") == b"new"


def test_a_descriptor_that_is_too_large_is_not_read_whole(services):
    """32 KiB are allowed; one byte more is enough to know."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="schemas")
    s3.put_object(Bucket="schemas", Key="a.desc", Body=bytes(1_000_000))

    assert len(services.s3_object("schemas", "a.desc")) == 32 * 1024 + 1
    with pytest.raises(sql.EvaluationError, match="32768 of descriptor at most"):
        value_of("decode(encode('x', 'base64'), 'proto', 'schemas', 'a.desc', 'a', 'A')", services)


def test_a_service_that_is_away_fails_the_rule(measures):
    """In a sentence, whatever botocore makes of it."""

    class Away:
        def get_object(self, **_: Any) -> Any:
            raise EndpointConnectionError(endpoint_url="http://s3")

    with pytest.raises(LookUpError, match=r"Failed to get the S3 object 'k' of 'b'\. The service cannot be reached"):
        AwsServices(Only("s3", Away()), measures).s3_object("b", "k")
