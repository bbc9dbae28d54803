"""One exam for the parameters of all actions: AWS's own model of the API, as botocore has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import botocore.session
import pytest
from pydantic import BaseModel

import rules.parameters
from rules.rule import AWS_ACTIONS, ActionParameters

API = botocore.session.get_session().get_service_model("iot").shape_for("Action").members
STRICTER = {
    # Of the API's own words: a rule needs a channel and a role to write to it.
    ("iotAnalytics", "roleArn"),
}


def model_of(kind: str) -> type[BaseModel]:
    """The model of an action's parameters."""
    (field,) = (field for name, field in ActionParameters.model_fields.items() if (field.alias or name) == kind)
    (model,) = models_in(field.annotation)
    return model


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """The models that an annotation holds, through tuples and choices."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in models_in(argument)]


def pairs(shape: Any, model: type[BaseModel]) -> Iterator[tuple[Any, type[BaseModel]]]:
    """Each structure of an action with the model that stands for it."""
    yield shape, model
    fields = {field.alias: field for field in model.model_fields.values()}
    for name, member in shape.members.items():
        inner = member.member if member.type_name == "list" else member
        if inner.type_name == "structure":
            (nested,) = models_in(fields[name].annotation)
            yield from pairs(inner, nested)


@pytest.mark.parametrize("kind", sorted(AWS_ACTIONS))
def test_keys_are_those_of_the_api(kind):
    """Every member of every structure, and nothing else; what the API requires is required."""
    for shape, model in pairs(API[kind], model_of(kind)):
        fields = {field.alias: field for field in model.model_fields.values()}
        required = {name for name, field in fields.items() if field.is_required()}
        stricter = {name for action, name in STRICTER if action == kind}

        assert set(shape.members) == set(fields)
        # A dimension's unit is required by the API, and defaulted by its own text: "The default is MILLISECONDS".
        assert set(shape.required_members) - {"unit"} == required - stricter


def samples(shape: Any) -> Any:
    """A value that the API's constraints allow for a shape: as short as may be."""
    if shape.type_name == "structure":
        return {name: samples(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [samples(shape.member)]
    if shape.type_name == "map":
        return {}
    return TEXTS.get(shape.name, "x" * max(3, shape.metadata.get("min", 0)))


TEXTS = {
    "AwsArn": "arn:aws:iam::123456789012:role/any",
    "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:tried",
    "QueueUrl": "https://sqs.us-east-2.amazonaws.com/123456789012/tried",
    "StateValue": "OK",
    "Url": "https://example.com/",
    "ElasticsearchEndpoint": "https://search.example.com",
    "SalesforceEndpoint": "https://ingestion-abc.de.sfdcnow.com/streams/a/b/event",
}
CHANGES = {
    # What the API's model leaves to the text of the guide.
    "sns": {"targetArn": "arn:aws:sns:us-east-1:123456789012:topic"},
    "iotAnalytics": {"channelName": "c", "roleArn": TEXTS["AwsArn"]},
    "iotSiteWise": {
        "putAssetPropertyValueEntries": [
            {
                "propertyAlias": "a",
                "propertyValues": [{"value": {"doubleValue": "1"}, "timestamp": {"timeInSeconds": "1"}}],
            }
        ]
    },
    "kafka": {
        "destinationArn": "arn:aws:iot:us-east-1:123456789012:ruledestination/vpc/1",
        "clientProperties": {
            "bootstrap.servers": "kafka.example.com:9092",
            "ssl.keystore": "${get_secret('k', 'SecretBinary', 'arn')}",
            "ssl.keystore.password": "p",
        },
    },
    "location": {"latitude": "${lat}", "longitude": "8.5"},
    "influxDB": {"destinationArn": "arn:aws:iot:us-east-1:123456789012:ruledestination/influxdb/1"},
}


def smallest(kind: str) -> dict[str, Any]:
    """Parameters of an action with what is required and no more."""
    return {**samples(API[kind]), **CHANGES.get(kind, {})}


@pytest.mark.parametrize("kind", sorted(AWS_ACTIONS))
def test_the_smallest_parameters_are_taken_and_an_unknown_key_is_not(kind):
    """What the API requires is enough; a key that AWS does not know is refused by its name."""
    ActionParameters.model_validate({kind: smallest(kind)})

    with pytest.raises(ValueError, match="AWS has no key 'colour' here; it takes "):
        ActionParameters.model_validate({kind: {**smallest(kind), "colour": "red"}})


@pytest.mark.parametrize("kind", sorted(AWS_ACTIONS))
def test_what_is_required_cannot_be_left_out(kind):
    """Each in turn."""
    for name in API[kind].required_members:
        with pytest.raises(ValueError, match="Field required"):
            ActionParameters.model_validate({kind: {k: v for k, v in smallest(kind).items() if k != name}})


SERVERS = {"bootstrap.servers": "k:9092"}
REFUSED = [
    # Names and limits of the services' API references, as in botocore; the rest from the guide's page of the action.
    ("s3", {"bucketName": "No_Bucket"}, "small letters"),
    ("s3", {"cannedAcl": "everyone"}, "private"),
    ("firehose", {"separator": ";"}, "Input should be"),
    ("firehose", {"deliveryStreamName": "a" * 65}, "1-64"),
    ("firehose", {"batchMode": "true"}, "valid boolean"),
    ("http", {"enableBatching": 1}, "valid boolean"),
    ("http", {"batchConfig": {"maxBatchSize": "5"}}, "valid integer"),
    ("kinesis", {"streamName": "a b"}, "1-128"),
    ("sqs", {"queueUrl": "https://sqs.us-east-2.amazonaws.com/123456789012/tried.fifo"}, "FIFO queues"),
    ("sqs", {"queueUrl": "${'https://sqs.us-east-2.amazonaws.com/1/q'}.fifo"}, "FIFO queues"),
    ("sqs", {"queueUrl": "tried"}, "URL of a queue"),
    ("sns", {"targetArn": "arn:aws:sns:us-east-1:123456789012:tried.fifo"}, "FIFO topics"),
    ("sns", {"targetArn": "tried"}, "ARN of a topic"),
    ("lambda", {"functionArn": "tried"}, "ARN of a function"),
    ("lambda", {"roleArn": TEXTS["AwsArn"]}, "no key 'roleArn'"),
    ("dynamoDB", {"hashKeyType": "BINARY"}, "STRING or NUMBER"),
    ("dynamoDB", {"operation": "PUT"}, "INSERT or UPDATE or DELETE"),
    ("dynamoDB", {"rangeKeyField": "at"}, "need each other"),
    ("dynamoDB", {"rangeKeyType": "NUMBER"}, "rangeKeyType needs"),
    ("dynamoDBv2", {"putItem": {"tableName": "t"}}, "3-255"),
    ("republish", {"qos": 2}, "Input should be"),
    ("republish", {"topic": "$$aws/things/M001/jobs/notify"}, "topics of jobs"),
    ("republish", {"headers": {"contentType": "x" * 1025}}, "1024"),
    ("republish", {"headers": {"userProperties": [{"key": "a", "value": "b"}] * 101}}, "100"),
    ("republish", {"headers": {"payloadFormatIndicator": "JSON"}}, "UTF8_DATA"),
    ("cloudwatchAlarm", {"stateValue": "HOT"}, "OK or ALARM or INSUFFICIENT_DATA"),
    ("cloudwatchAlarm", {"stateReason": "x" * 1024}, "1,023"),
    ("cloudwatchLogs", {"logGroupName": "a b"}, "1-512"),
    ("stepFunctions", {"stateMachineName": "a" * 81}, "1-80"),
    ("timestream", {"dimensions": [{"name": "time", "value": "1"}]}, "cannot be measure_name"),
    ("timestream", {"dimensions": [{"name": "ts_at", "value": "1"}]}, "cannot be measure_name"),
    ("timestream", {"dimensions": [{"name": "measure_value::x", "value": "1"}]}, "cannot be measure_name"),
    ("timestream", {"dimensions": [{"name": "a:b", "value": "1"}]}, "colon"),
    ("timestream", {"dimensions": [{"name": f"n{n}", "value": "1"} for n in range(129)]}, "128"),
    ("timestream", {"dimensions": [{"name": "n", "value": "1"}] * 2}, "twice: n"),
    ("timestream", {"dimensions": []}, "at least 1"),
    ("timestream", {"timestamp": {"value": "1", "unit": "HOURS"}}, "SECONDS or MILLISECONDS"),
    ("iotEvents", {"messageId": "m", "batchMode": True}, "messageId cannot be given with batchMode"),
    ("iotAnalytics", {"channelName": None}, "channelName is missing"),
    ("location", {"latitude": "91"}, "-90 to 90"),
    ("location", {"timestamp": {"value": "1", "unit": "h"}}, "SECONDS or MILLISECONDS"),
    ("openSearch", {"endpoint": "search"}, "pattern"),
    ("salesforce", {"token": "short"}, "at least 40"),
    ("influxDB", {"databaseName": "_x"}, "pattern"),
    ("influxDB", {"timestampUnit": "m"}, "'s', 'ms', 'us' or 'ns'"),
    ("influxDB", {"batchConfig": {"maxBatchSize": 501}}, "500"),
    ("influxDB", {"tags": {f"t{n}": "v" for n in range(499)}}, "498"),
    ("kafka", {"clientProperties": {}}, "bootstrap.servers is missing"),
    ("kafka", {"clientProperties": {"bootstrap.servers": "k:80"}}, "9000 to 9100"),
    ("kafka", {"clientProperties": {"bootstrap.servers": "k:9092"}}, "needs ssl.keystore, ssl.keystore.password"),
    ("kafka", {"clientProperties": {"bootstrap.servers": "k:9092", "acks": "2"}}, "acks must be"),
    ("kafka", {"clientProperties": {"bootstrap.servers": "k:9092", "linger.ms": "5"}}, "'linger.ms' is not a property"),
    (
        "kafka",
        {"clientProperties": {**SERVERS, "security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN"}},
        "needs sasl.plain.username, sasl.plain.password",
    ),
    ("iotSiteWise", {"putAssetPropertyValueEntries": []}, "at least 1"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "changes", "said"), REFUSED, ids=[f"{kind}-{said}" for kind, _, said in REFUSED])
def test_what_aws_refuses_is_refused_in_a_sentence(kind, changes, said):
    """Enums, names and quotas."""
    with pytest.raises(ValueError, match=said):
        ActionParameters.model_validate({kind: {**smallest(kind), **changes}})


SITE_WISE = {"propertyValues": [{"value": {"integerValue": "1"}, "timestamp": {"timeInSeconds": "${t}"}}]}


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (SITE_WISE, "either propertyAlias"),
        ({**SITE_WISE, "assetId": "a"}, "either propertyAlias"),
        ({**SITE_WISE, "propertyAlias": "p", "assetId": "a", "propertyId": "i"}, "either propertyAlias"),
        ({"propertyAlias": "p", "propertyValues": [{**SITE_WISE["propertyValues"][0], "value": {}}]}, "exactly one"),
        ({"propertyAlias": "p", "propertyValues": [{**SITE_WISE["propertyValues"][0], "quality": "FAIR"}]}, "GOOD"),
    ],
)  # fmt: skip
def test_a_property_of_site_wise_has_one_name_and_one_value(entry, said):
    """Developer guide, "AWS IoT SiteWise"."""
    with pytest.raises(ValueError, match=said):
        ActionParameters.model_validate(
            {"iotSiteWise": {**smallest("iotSiteWise"), "putAssetPropertyValueEntries": [entry]}}
        )


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("s3", "bucketName"),
        ("firehose", "deliveryStreamName"),
        ("kinesis", "streamName"),
        ("sqs", "queueUrl"),
        ("sns", "targetArn"),
        ("lambda", "functionArn"),
        ("dynamoDB", "tableName"),
        ("dynamoDB", "hashKeyType"),
        ("dynamoDB", "operation"),
        ("cloudwatchAlarm", "stateValue"),
        ("cloudwatchLogs", "logGroupName"),
        ("stepFunctions", "stateMachineName"),
        ("timestream", "databaseName"),
    ],
)
def test_a_template_may_stand_where_the_guide_allows_it(kind, name):
    """Its value is judged when there is one."""
    taken = ActionParameters.model_validate({kind: {**smallest(kind), name: "${whatever}"}})

    assert "${whatever}" in taken.parameters.model_dump().values()


def test_the_package_exports_what_it_says():
    """`__all__` and the importable names are the same."""
    assert all(hasattr(rules.parameters, name) for name in rules.parameters.__all__)
