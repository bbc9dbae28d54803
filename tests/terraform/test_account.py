"""The whole of `terraform/examples/minimal` in a local AWS: applied, used by machines and by the fleet, taken away.

Our rules engine is not there: the local AWS runs the rules that Terraform made by itself.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from example_here import IMAGES, Example
from intruder import Intruder, certificate_of, lay_down
from model_endpoint import ModelEndpoint
from terraform_here import account, demand_whole_account, environment_of
from waiting import until

from contracts.identity import FIRST_VEHICLE_SHARD
from contracts.resources import FLEET_INBOX, THING_TYPE, Resources
from factory.provision.policies import bucket_policy, machine_policy
from maintenance.fleet.table import unwire

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]

NAMES = Resources("plant1", "000000000000")
SERVICES = ("alertmanager", "grafana", "prometheus", "simulator", "verdicts")
TEST_DATA = (Path(__file__).parents[1] / "maintenance/fleet/test-data.txt").read_bytes()
NOT_AUTHORIZED = 135
"""MQTT 5, 3.4.2.1."""
# What the programs of the plant and its machines call: all of it must be in the local AWS, not in a file beside it.
CALLED = (
    "aws_dynamodb_table", "aws_ecr_repository", "aws_ecs_cluster", "aws_ecs_task_definition", "aws_iam_role",
    "aws_iam_role_policy", "aws_iot_policy", "aws_iot_thing_group", "aws_iot_thing_type", "aws_iot_topic_rule",
    "aws_kinesis_firehose_delivery_stream", "aws_kms_alias", "aws_kms_key", "aws_lambda_function",
    "aws_lambda_permission", "aws_cloudwatch_log_group", "aws_s3_bucket", "aws_s3_bucket_notification",
    "aws_s3_bucket_policy", "aws_s3_bucket_public_access_block", "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning", "aws_secretsmanager_secret", "aws_sns_topic", "aws_sns_topic_subscription",
    "aws_sqs_queue",
)  # fmt: skip


@pytest.fixture(scope="module")
def example(start_local_aws: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    """The example, applied; functions find the endpoint of SageMaker, which a local AWS has not, beside it."""
    place, model = tmp_path_factory.mktemp("account"), ModelEndpoint()
    local = account(start_local_aws, place / "aws", AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME=model.url)
    demand_whole_account(place / "probe", local)
    made = Example("minimal", place / "checkout", local)
    made.do("apply", "-auto-approve", "-input=false")
    yield made
    model.stop()
    local.stop()


def factory(example: Example, *arguments: str) -> dict[str, Any]:
    """The command line with that account's credentials, as on a person's machine; what it tells as JSON."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "factory", *arguments, "--json"],
        env=environment_of(example.local),
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def picture(example: Example) -> dict[str, Any]:
    """What provisioning might change of what Terraform made: policies, settings of buckets, table, topic, secrets."""
    s3, iot = example.client("s3"), example.client("iot")
    buckets = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    found: dict[str, Any] = {
        name: [
            s3.get_bucket_policy(Bucket=name)["Policy"],
            s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"],
            s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"],
            s3.get_bucket_versioning(Bucket=name)["Status"],
        ]
        for name in buckets
    }
    found["policies"] = {
        one["policyName"]: iot.list_policy_versions(policyName=one["policyName"])["policyVersions"]
        for one in iot.list_policies()["policies"]
    }
    found["registry"] = [iot.list_thing_types()["thingTypes"], iot.list_thing_groups()["thingGroups"]]
    found["tables"] = example.client("dynamodb").list_tables()["TableNames"]
    found["topics"] = example.client("sns").list_topics()["Topics"]
    found["subscriptions"] = example.client("sns").list_subscriptions()["Subscriptions"]
    found["queues"] = example.client("sqs").list_queues()["QueueUrls"]
    found["users"] = example.client("iam").list_users()["Users"]
    found["keys"] = example.client("kms").list_aliases()["Aliases"]
    found["secrets"] = [
        (one["Name"], one.get("LastChangedDate"))
        for one in example.client("secretsmanager").list_secrets()["SecretList"]
    ]
    return found


@pytest.fixture(scope="module")
def provisioned(example: Example) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Three machines and two vehicles; the account before, what the command told, and the account after."""
    before = picture(example)
    told = factory(example, "provision", "--machines", "3", "--vehicles", "2", "--yes")
    return before, told, picture(example)


@pytest.fixture(scope="module")
def certificates(
    example: Example,
    provisioned: tuple[dict[str, Any], dict[str, Any], dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, tuple[Path, Path]]:
    """Of a machine and of a vehicle, laid down by the init container; it has Amazon's CA beside them, of course."""
    target, aws = tmp_path_factory.mktemp("identities"), example.local
    shards = {"M001": 0, "VHC001": FIRST_VEHICLE_SHARD}
    return {
        device: certificate_of(
            lay_down(aws.endpoint, aws.data_dir, NAMES.identities_bucket, target / device, number), device
        )
        for device, number in shards.items()
    }


@pytest.fixture(scope="module")
def local_ca(example: Example, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Whom to trust in the place of Amazon."""
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    file.write_bytes(httpx.get(f"{example.local.endpoint}/_ministack/iot/ca.pem").content)
    return file


@pytest.fixture
def connect(
    example: Example, certificates: dict[str, tuple[Path, Path]], local_ca: Path
) -> Iterator[Callable[[str], Intruder]]:
    """A machine or vehicle, in whoever's hands, connected as itself."""
    clients: list[Intruder] = []

    def connected(device: str) -> Intruder:
        client = Intruder(example.local.mqtt_port, local_ca, certificates[device], device)
        assert client.connect()
        clients.append(client)
        return client

    yield connected
    for client in clients:
        client.close()


@pytest.fixture
def machine(connect: Callable[[str], Intruder]) -> Intruder:
    """M001."""
    return connect("M001")


def telemetry(**more: Any) -> bytes:
    """A reading of M001."""
    reading = {"device_id": "M001", "timestamp": "2026-01-02T03:04:05.678Z", "run": 1, "seq": 1, "state": "running"}
    return json.dumps(reading | more).encode()


def own(kind: str) -> str:
    """A topic of M001."""
    return f"factory/plant1/line1/M001/{kind}"


def ears(example: Example, topic_arn: str) -> Callable[[], list[dict[str, Any]]]:
    """A queue of the test's own that the topic tells, whoever the recipients are; and what it has heard."""
    name = f"ears-{topic_arn.rpartition(':')[2]}"
    arn, sqs = f"arn:aws:sqs:us-east-1:000000000000:{name}", example.client("sqs")
    let_in = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [let_in | {"Resource": arn}]})
    url = sqs.create_queue(QueueName=name, Attributes={"Policy": policy})["QueueUrl"]
    told = example.client("sns").subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
    heard: list[dict[str, Any]] = []

    def hear() -> list[dict[str, Any]]:
        said = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        heard.extend(json.loads(one["Body"]) for one in said)
        return heard

    def leave() -> None:
        example.client("sns").unsubscribe(SubscriptionArn=told["SubscriptionArn"])
        sqs.delete_queue(QueueUrl=url)

    hear.leave = leave  # type: ignore[attr-defined]
    return hear


def test_what_the_state_has_is_in_the_account(example: Example) -> None:
    """Every instance of each type that programs or machines call; all are counted (`pytest -s` shows it)."""
    counted = example.counted()

    assert sum(count for _, count in counted.values()) == len(example.resources)
    assert {kind: counted[kind] for kind in CALLED if counted[kind][0] != counted[kind][1]} == {}
    rows = [*counted.items(), ("all", tuple(map(sum, zip(*counted.values(), strict=True))))]
    sys.stdout.write("\n".join(f"{kind:58} {there:4} of {count:4}" for kind, (there, count) in rows))


def test_tasks_are_registered_as_they_were_planned(example: Example) -> None:
    """Each family with its containers, who waits for whom, images, secrets by ARN, read-only; in one cluster."""
    ecs, secrets = example.client("ecs"), example.client("secretsmanager")
    planned = {
        one["values"]["family"]: json.loads(one["values"]["container_definitions"])
        for one in example.resources
        if one["type"] == "aws_ecs_task_definition"
    }
    arns = {one["ARN"] for one in secrets.list_secrets()["SecretList"]}
    told = ("name", "image", "dependsOn", "readonlyRootFilesystem", "secrets", "user", "essential")

    assert set(planned) == {f"smart-factory-plant1-{service}" for service in SERVICES}
    assert ecs.describe_clusters(clusters=["smart-factory-plant1"])["clusters"][0]["status"] == "ACTIVE"
    for family, containers in planned.items():
        made = ecs.describe_task_definition(taskDefinition=family)["taskDefinition"]["containerDefinitions"]
        for mine, there in zip(containers, made, strict=True):
            assert {name: there.get(name) or None for name in told} == {name: mine.get(name) or None for name in told}
            # ARN:KEY:STAGE:VERSION, where only part of a secret is wanted: seven parts are the ARN.
            assert {":".join(one["valueFrom"].split(":")[:7]) for one in there.get("secrets", [])} <= arns


def test_repositories_secrets_and_logs_are_there(example: Example) -> None:
    """Tags that do not move, no value in any secret, and logs that forget after the seven days of the example."""
    repositories = example.client("ecr").describe_repositories()["repositories"]
    secrets = example.client("secretsmanager")
    groups = example.client("logs").describe_log_groups()["logGroups"]

    assert {one["repositoryName"] for one in repositories} == {f"smart-factory/{image}" for image in IMAGES}
    assert {one["imageTagMutability"] for one in repositories} == {"IMMUTABLE"}
    names = {one["Name"] for one in secrets.list_secrets()["SecretList"]}
    assert names == {NAMES.smtp_secret, "smart-factory/plant1/grafana-admin"}
    for name in names:
        with pytest.raises(secrets.exceptions.ResourceNotFoundException):
            secrets.get_secret_value(SecretId=name)
    assert {f"/smart-factory/plant1/{service}" for service in SERVICES} <= {one["logGroupName"] for one in groups}
    assert {one["retentionInDays"] for one in groups} == {7}


def test_provisioning_finds_what_terraform_made_and_changes_none_of_it(
    example: Example, provisioned: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
) -> None:
    """Policy, type, group, buckets with their policies, table, topic, key, empty secrets.

    A second time there is nothing to do, and a second plan of Terraform is empty.
    """
    before, told, after = provisioned
    iot = example.client("iot")

    assert (told["machines"], told["shards"], told["programs"]) == (5, {"shard-0000": 3, "shard-9000": 2}, [])
    assert before == after
    assert json.loads(iot.get_policy(policyName=NAMES.machine_policy)["policyDocument"]) == machine_policy(NAMES)
    assert json.loads(after[NAMES.identities_bucket][0]) == bucket_policy(NAMES.identities_bucket)
    grouped = iot.list_things_in_thing_group(thingGroupName=NAMES.thing_group)["things"]
    assert sorted(grouped) == ["M001", "M002", "M003", "VHC001", "VHC002"]
    assert iot.describe_thing(thingName="M001")["thingTypeName"] == THING_TYPE
    assert factory(example, "provision", "--machines", "3", "--vehicles", "2", "--plan-only")["plan"] == []
    example.do("plan", "-detailed-exitcode", "-input=false")


def test_a_machine_speaks_on_its_own_topics_and_nowhere_else(machine: Intruder) -> None:
    """Under the policy that Terraform made: no other machine, line, plant, kind of message, and no rule directly."""
    assert machine.publish(own("telemetry"), telemetry(temp=40.0)) < 128
    assert machine.publish(own("event"), b"{}") < 128
    for topic in (
        "factory/plant1/line1/M002/telemetry",
        "factory/plant1/line2/M001/telemetry",
        "factory/plant2/line1/M001/telemetry",
        own("command"),
        own("verdict"),
        "$aws/rules/archive/" + own("telemetry"),
        "$aws/things/M001/shadow/update",
    ):
        assert machine.publish(topic, telemetry(temp=99.0)) == NOT_AUTHORIZED, topic


def test_a_machine_listens_to_its_own_commands_and_to_nothing_else(machine: Intruder) -> None:
    """Neither to another's, nor with a wildcard."""
    assert machine.subscribe(own("command")) < 128
    for topic_filter in ("factory/plant1/line1/M002/command", "factory/plant1/line1/+/command", own("telemetry"), "#"):
        assert machine.subscribe(topic_filter) == NOT_AUTHORIZED, topic_filter


def test_a_machine_connects_as_itself_alone(
    example: Example, certificates: dict[str, tuple[Path, Path]], local_ca: Path
) -> None:
    """Not as another, not as a vehicle, and nobody without a certificate."""
    port = example.local.mqtt_port

    pair = certificates["M001"]
    for certificate, name in ((pair, "M002"), (pair, "VHC001"), (pair, "rules-engine"), (None, "M001")):
        client = Intruder(port, local_ca, certificate, name)
        assert not client.connect(1.0)
        client.close()


def test_a_critical_reading_is_told_by_the_topic_that_terraform_made(example: Example, machine: Intruder) -> None:
    """From the machine over the rule into SNS; one below the limit is not."""
    hear = ears(example, NAMES.alerts_topic_arn)

    assert machine.publish(own("telemetry"), telemetry(temp=94.0)) < 128
    assert machine.publish(own("telemetry"), telemetry(temp=96.5, seq=2)) < 128

    (told,) = until("an alert", hear)
    assert json.loads(told["Message"])["value"] == 96.5
    hear.leave()  # type: ignore[attr-defined]


def items(example: Example) -> list[dict[str, Any]]:
    """All readings of the fleet."""
    found = example.client("dynamodb").scan(TableName=NAMES.fleet_readings_table)["Items"]
    return sorted(map(unwire, found), key=lambda item: str(item["device_id"]))


def test_the_owners_walk_through_on_what_terraform_made(example: Example) -> None:
    """Two records become two items with predictions and one message.

    Section 7 of the owner's document: VHC001 at 124.0 °C is told, VHC002 at 98.0 °C is not.
    """
    hear = ears(example, NAMES.fleet_topic_arn)

    example.client("s3").put_object(Bucket=NAMES.fleet_bucket, Key=f"{FLEET_INBOX}test-data.txt", Body=TEST_DATA)

    first, second = until("two items", lambda: found if len(found := items(example)) == 2 else None, 120)
    (told,) = until("a message", hear, 60)
    assert ("VHC001", "POSITIVE") == (first["device_id"], first["prediction"])
    assert ("VHC002", "NEGATIVE") == (second["device_id"], second["prediction"])
    assert "VHC001: engine at 124.0 °C" == told["Subject"]
    assert "124.0 °C" in told["Message"]
    assert "VHC002" not in json.dumps(hear())
    hear.leave()  # type: ignore[attr-defined]


def test_a_hot_vehicle_starts_the_function_that_terraform_made(
    example: Example, connect: Callable[[str], Intruder]
) -> None:
    """From the vehicle over the rule into Lambda and the table; what the rule does not choose, it does not judge.

    A reading at 90 °C is judged where the SHA-1 of its name, run and number begins with 00 to 03: of VHC001 1 2 it
    begins with dc.
    """
    vehicle, topic = connect("VHC001"), "factory/plant1/fleet/VHC001/telemetry"
    reading = {"device_id": "VHC001", "timestamp": "2026-01-02T03:04:05.678Z", "run": 1, "state": "driving"}
    number = {item["timestamp"] for item in items(example)}

    assert vehicle.publish(topic, json.dumps(reading | {"seq": 2, "engine_temp_c": 90.0}).encode()) < 128
    assert vehicle.publish(topic, json.dumps(reading | {"seq": 3, "engine_temp_c": 110.0}).encode()) < 128

    def judged() -> list[dict[str, Any]]:
        return [item for item in items(example) if item["timestamp"] not in number]

    (item,) = until("its reading is judged", judged, 60)
    assert (item["device_id"], item["prediction"], float(item["engine_temp_c"])) == ("VHC001", "POSITIVE", 110.0)


def test_archive_and_quarantine_are_beyond_the_local_aws(example: Example, machine: Intruder) -> None:
    """Its rules know neither Firehose nor S3 (docs/aws.md): when they learn it, this fails, and more can be tried."""
    assert machine.publish(own("telemetry"), telemetry(temp=41.0, seq=9)) < 128
    assert machine.publish(own("telemetry"), b"no reading") < 128
    # What is hot comes last: when it is told, those before it were worked off.
    hear = ears(example, NAMES.alerts_topic_arn)
    assert machine.publish(own("telemetry"), telemetry(temp=97.5, seq=10)) < 128
    until("the alert after them", hear)
    hear.leave()  # type: ignore[attr-defined]

    assert example.client("s3").list_objects_v2(Bucket=NAMES.lake_bucket)["KeyCount"] == 0


def left(example: Example) -> dict[str, Any]:
    """By what: all that an account has that Terraform or provisioning may have made; what is empty is left out."""
    c = example.client
    keys = [c("kms").describe_key(KeyId=one["KeyId"])["KeyMetadata"] for one in c("kms").list_keys()["Keys"]]
    found: dict[str, Any] = {
        "buckets": c("s3").list_buckets()["Buckets"],
        "roles": c("iam").list_roles()["Roles"],
        "policies": c("iam").list_policies(Scope="Local")["Policies"],
        "users": c("iam").list_users()["Users"],
        "keys": [one for one in keys if one["KeyState"] != "PendingDeletion"],
        "aliases": c("kms").list_aliases()["Aliases"],
        "tables": c("dynamodb").list_tables()["TableNames"],
        "topics": c("sns").list_topics()["Topics"],
        "subscriptions": c("sns").list_subscriptions()["Subscriptions"],
        "queues": c("sqs").list_queues().get("QueueUrls"),
        "functions": c("lambda").list_functions()["Functions"],
        "event sources": c("lambda").list_event_source_mappings()["EventSourceMappings"],
        "secrets": c("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"],
        "repositories": c("ecr").describe_repositories()["repositories"],
        "log groups": c("logs").describe_log_groups()["logGroups"],
        "rules": c("iot").list_topic_rules()["rules"],
        "IoT policies": c("iot").list_policies()["policies"],
        "things": c("iot").list_things()["things"],
        "thing types": c("iot").list_thing_types()["thingTypes"],
        "thing groups": c("iot").list_thing_groups()["thingGroups"],
        "certificates": c("iot").list_certificates()["certificates"],
        "streams": c("firehose").list_delivery_streams()["DeliveryStreamNames"],
        "clusters": c("ecs").list_clusters()["clusterArns"],
    }
    return {name: things for name, things in found.items() if things}


def test_all_of_it_can_be_taken_away(
    example: Example, provisioned: tuple[dict[str, Any], dict[str, Any], dict[str, Any]]
) -> None:
    """The machines first, then the rest; keys wait for their deletion, and task definitions stay, as they shall.

    Terraform alone could not: AWS IoT deletes no policy that a certificate has.
    """
    told = factory(example, "unprovision", "--yes")
    example.do("destroy", "-auto-approve", "-input=false", "-refresh=false")

    assert (told["things"], len(told["certificates"]), told["bundles"]) == (
        ["M001", "M002", "M003", "VHC001", "VHC002"], 6, ["shard-0000", "shard-9000"],
    )  # fmt: skip
    assert left(example) == {}
    states = [
        example.client("kms").describe_key(KeyId=one["KeyId"])["KeyMetadata"]["KeyState"]
        for one in example.client("kms").list_keys()["Keys"]
    ]
    assert states == ["PendingDeletion"] * 7
    ecs = example.client("ecs")
    families = {
        arn.rpartition("/")[2].partition(":")[0]
        for status in ("ACTIVE", "INACTIVE")
        for arn in ecs.list_task_definitions(status=status)["taskDefinitionArns"]
    }
    assert families == {f"smart-factory-plant1-{service}" for service in SERVICES}
