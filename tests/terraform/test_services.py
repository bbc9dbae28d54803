"""What ECS is handed: containers, settings and rights, as Terraform plans them.

The plan is that of the module's own test, against a provider that answers as an account would: nothing is called, and
all values are known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml
from terraform_tests import terraform_copy

from contracts.resources import Resources
from factory.compose.settings_table import PAGE
from factory.provision.policies import program_policies

ROOT = Path(__file__).parents[2]
RUN = "models_are_trained_each_week_one_after_the_other"
"""The run of the module's test in which everything is there, training as well."""
NAMES = Resources("plant1", "111122223333", "eu-central-1")
KEY = "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-000000000001"
IOT = "a1b2c3-ats.iot.eu-central-1.amazonaws.com"
PROGRAMS = {
    "simulator": ("init-simulator", "simulator"),
    "alertmanager": ("init-mail",),
    "verdicts": ("verdicts",),
    "prometheus": (),
    "grafana": (),
    "training": (),
}
"""Whose policies of `factory provision` a task's role stands for."""
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _planned(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The plan of the module's own test, which is run once for all; skipped where Terraform cannot plan."""
    changes = terraform_copy(tmp_path_factory).test("modules/services").plan(RUN)
    _RESOURCES.update({one["address"]: one["change"]["after"] for one in changes if one["mode"] == "managed"})


_RESOURCES: dict[str, dict[str, Any]] = {}


def resources() -> dict[str, dict[str, Any]]:
    """Planned values by address."""
    return _RESOURCES


def definition(service: str) -> dict[str, Any]:
    """The task definition of a service."""
    (found,) = (
        values
        for address, values in resources().items()
        if re.fullmatch(rf"module\.{service}(\[0\])?\.aws_ecs_task_definition\.this", address)
    )
    return found


def containers(service: str) -> dict[str, dict[str, Any]]:
    """The containers of a service's task, by name."""
    return {one["name"]: one for one in json.loads(definition(service)["container_definitions"])}


def ecs_service(service: str) -> dict[str, Any]:
    """The ECS service."""
    (found,) = (
        values for address, values in resources().items() if address.startswith(f"module.{service}.aws_ecs_service.")
    )
    return found


# --- Order, replacement, number --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("service", "program", "first"),
    [
        ("simulator", "simulator", "init-simulator"),
        ("prometheus", "prometheus", "init-prometheus"),
        ("alertmanager", "alertmanager", "init-mail"),
        ("verdicts", "verdicts", "init-models"),
    ],
)
def test_what_lays_down_ends_before_what_reads(service: str, program: str, first: str) -> None:
    """With success, on a volume that the program may only read."""
    both = containers(service)
    written = {mount["sourceVolume"] for mount in both[first]["mountPoints"] if not mount["readOnly"]}
    read = {mount["sourceVolume"] for mount in both[program]["mountPoints"] if mount["readOnly"]}

    assert both[program]["dependsOn"] == [{"containerName": first, "condition": "SUCCESS"}]
    assert (both[first]["essential"], both[program]["essential"]) == (False, True)
    assert written == read != set()


@pytest.mark.parametrize(
    ("service", "count", "minimum", "maximum"),
    [
        ("simulator", 1, 100, 200),
        ("prometheus", 2, 100, 150),
        ("alertmanager", 2, 100, 200),
        ("grafana", 1, 0, 100),
        ("verdicts", 0, 0, 100),
    ],
)
def test_a_deployment_is_watched_and_rolled_back(service: str, count: int, minimum: int, maximum: int) -> None:
    """What shares the plant or the mesh overlaps; what is alone on its disk or memory ends before the next begins."""
    planned = ecs_service(service)

    assert planned["deployment_circuit_breaker"] == [{"enable": True, "rollback": True}]
    assert planned["desired_count"] == count
    bounds = (planned["deployment_minimum_healthy_percent"], planned["deployment_maximum_percent"])
    assert bounds == (minimum, maximum)


@pytest.mark.parametrize("service", PROGRAMS)
def test_commands_and_health_checks_are_those_of_the_images(service: str) -> None:
    """ECS does not look at an image's HEALTHCHECK: it must stand in the definition, and be the same."""
    for name, container in containers(service).items():
        image = container["image"].rpartition("/")[2].partition(":")[0]
        dockerfile = re.sub(r"\s*\\\n\s*", " ", (ROOT / f"containers/{image}/Dockerfile").read_text())
        if name.startswith(("init-", "train-")):
            assert "healthCheck" not in container  # they end, and their status is what is asked for
            continue
        found = re.search(r"^HEALTHCHECK .*?CMD (\[.*\])$", dockerfile, re.MULTILINE)
        assert found is not None
        check = json.loads(found[1])
        if name == "verdicts":  # the other program of its image
            check[-1] = "http://127.0.0.1:9102/healthz"
        assert container["healthCheck"]["command"] == ["CMD", *check]


@pytest.mark.parametrize("service", PROGRAMS)
def test_volumes_that_are_written_belong_to_the_images_user(service: str) -> None:
    """A volume of Fargate is root's unless the image declares the path; one of EFS is its access point's user's."""
    on_efs = {volume["name"] for volume in definition(service)["volume"] if volume["efs_volume_configuration"]}
    for container in containers(service).values():
        image = container["image"].rpartition("/")[2].partition(":")[0]
        declared = re.findall(r"^VOLUME (.*)$", (ROOT / f"containers/{image}/Dockerfile").read_text(), re.MULTILINE)
        paths = {path for line in declared for path in json.loads(line)}
        for mount in container["mountPoints"]:
            assert mount["readOnly"] or mount["sourceVolume"] in on_efs or mount["containerPath"] in paths


# --- Settings --------------------------------------------------------------------------------------------------------


def told(section: str) -> dict[str, tuple[str, str]]:
    """Settings of a section of docs/container-settings.md: what is said of compose and of ECS."""
    text = (ROOT / PAGE).read_text(encoding="utf-8").split(f"## {section}\n")[1].split("\n## ")[0]
    rows = [re.split(r"(?<!\\) \| ", line.strip("| ")) for line in text.splitlines() if line.startswith("| `")]
    return {row[0].strip("`"): (row[-2], row[-1]) for row in rows}


def expected(section: str, container: str) -> dict[str, str]:
    """The settings that the page says a container has on ECS."""
    there = {}
    for setting, (compose, ecs) in told(section).items():
        own = re.search(rf"\b{container}: `([^`]*)`", ecs) or re.fullmatch(r"`([^`]*)`", ecs)
        if own:
            there[setting] = own[1]
        elif ecs.startswith("as in compose"):
            found = re.search(rf"\b{container}: `([^`]*)`", compose) or re.fullmatch(r"`([^`]*)`", compose)
            if found:
                there[setting] = found[1].replace("PLANT", NAMES.plant).replace("0" * 12, NAMES.account)
        elif ecs in ("the models bucket", "the truth bucket"):
            there[setting] = NAMES.models_bucket if "models" in ecs else NAMES.truth_bucket
        elif ecs.startswith("endpoint of IoT Core"):
            there[setting] = IOT
        else:
            assert ecs == "—" or re.match(r"init-", ecs), f"{setting}: nobody knows what {ecs!r} means"
    return there


@pytest.mark.parametrize(
    ("service", "container", "section"),
    [
        ("simulator", "simulator", "Simulator"),
        ("simulator", "init-simulator", "Init container"),
        ("alertmanager", "init-mail", "Init container"),
        ("prometheus", "init-prometheus", "Init container"),
        ("verdicts", "init-models", "Fetching of the models"),
        ("verdicts", "verdicts", "Verdict job"),
    ],
)
def test_settings_are_those_of_the_page(service: str, container: str, section: str) -> None:
    """Each setting that the page has on ECS, with its value, and no other; AWS's own are the region."""
    given = {one["name"]: one["value"] for one in containers(service)[container]["environment"]}
    own = {name: value for name, value in given.items() if not name.startswith("AWS_")}
    filled = {name for name in ("INIT_FILES", "INIT_VALUES") if container in told("Init container")[name][1]}

    if section == "Init container":
        assert own.keys() & {"INIT_FILES", "INIT_VALUES"} == filled
        own = {name: value for name, value in own.items() if name not in filled}
        wanted = expected(section, container)
        if container == "init-prometheus":  # it is in no compose file, and needs neither bucket nor secret
            wanted = {name: wanted[name] for name in ("INIT_SHARDS", "INIT_TARGET_DIR")}
        assert own == wanted
    else:
        assert own == expected(section, container)
    aws = {name: value for name, value in given.items() if name.startswith("AWS_")}
    regions = dict.fromkeys(("AWS_DEFAULT_REGION", "AWS_REGION"), NAMES.region)
    iot = {"AWS_ENDPOINT_URL_IOT_DATA_PLANE": f"https://{IOT}"} if container == "verdicts" else {}
    assert aws == regions | iot


def test_what_is_filled_in_is_known() -> None:
    """Each `${name}` of Prometheus's and Alertmanager's files has a value: given, of the secret, or the task's own."""
    secret = {f"secret.{field}" for field in ("host", "port", "username", "password", "sender", "recipient")}
    for service, init in (("prometheus", "init-prometheus"), ("alertmanager", "init-mail")):
        given = {one["name"]: one["value"] for one in containers(service)[init]["environment"]}
        values = json.loads(given.get("INIT_VALUES", "{}"))
        asked = set(re.findall(r"\$\{([a-z_.]+)\}", "".join(json.loads(given["INIT_FILES"]).values())))
        assert asked <= values.keys() | {"host"} | (secret if "INIT_SECRET_ID" in given else set())
        assert values.keys() <= asked


def test_programs_find_the_files_that_are_filled_in() -> None:
    """Under the path where the program's container has the volume."""
    for service, file in (("prometheus", "prometheus.yml"), ("alertmanager", "alertmanager.yml")):
        program = containers(service)[service]
        place = next(one["containerPath"] for one in program["mountPoints"] if one["sourceVolume"] == "configuration")
        assert f"--config.file={place}/files/{file}" in program["command"]
    mail = yaml.safe_load((ROOT / "dashboards/generated/aws/alertmanager/alertmanager.yml").read_text())
    assert mail["receivers"][0]["email_configs"][0]["auth_password_file"] == f"{place}/files/smtp_password"


# --- Rights ----------------------------------------------------------------------------------------------------------

Call = tuple[str, str, tuple[tuple[str, str], ...]]
"""Action, resource, and what conditions ask for."""


def concrete(pattern: str) -> str:
    """Something that a pattern of a policy means."""
    return pattern if pattern == "*" else pattern.replace("??????", "AbCdEf").replace("*", "some")


def words(value: str | list[str]) -> list[str]:
    """One or more as a list."""
    return [value] if isinstance(value, str) else value


def calls(document: dict[str, Any]) -> Iterator[Call]:
    """One call for each action, resource and condition that a policy speaks of."""
    for statement in document["Statement"]:
        conditions = statement.get("Condition", {})
        context = tuple(
            (key, concrete(words(value)[0])) for tests in conditions.values() for key, value in tests.items()
        )
        for action in words(statement["Action"]):
            for resource in words(statement["Resource"]):
                yield action, concrete(resource), context


def allows(document: dict[str, Any], call: Call) -> bool:
    """Whether a policy allows a call; ours have no Deny, and these two kinds of conditions."""
    action, resource, context = call
    for statement in document["Statement"]:
        assert statement["Effect"] == "Allow"
        assert statement.get("Condition", {}).keys() <= {"StringEquals", "StringLike"}
        tests = [test for each in statement.get("Condition", {}).values() for test in each.items()]
        if (
            action in words(statement["Action"])
            and any(fnmatchcase(resource, pattern) for pattern in words(statement["Resource"]))
            and all(any(fnmatchcase(dict(context).get(key, ""), one) for one in words(value)) for key, value in tests)
        ):
            return True
    return False


def task_policy(service: str) -> dict[str, Any]:
    """The policy of a service's task role."""
    (found,) = (
        values["policy"]
        for address, values in resources().items()
        if re.fullmatch(rf"module\.{service}(\[0\])?\.aws_iam_role_policy\.task\[0\]", address)
    )
    policy: dict[str, Any] = json.loads(found)
    return policy


def near_misses() -> Iterator[Call]:
    """Calls beside those that programs make: what a pattern with one star too many would let through."""
    lake, identities = f"arn:aws:s3:::{NAMES.lake_bucket}", f"arn:aws:s3:::{NAMES.identities_bucket}"
    truth = f"arn:aws:s3:::{NAMES.truth_bucket}"
    iot = f"arn:aws:iot:{NAMES.region}:{NAMES.account}:topic/factory"
    secret = f"arn:aws:secretsmanager:{NAMES.region}:{NAMES.account}:secret:{NAMES.plant_ca_secret}-AbCdEf"
    table = f"arn:aws:dynamodb:{NAMES.region}:{NAMES.account}:table"
    yield "iot:Publish", f"{iot}/plant1/line1/M001/telemetry", ()
    yield "iot:Publish", f"{iot}/plant2/line1/M001/verdict", ()
    yield "s3:PutObject", f"{lake}/raw/some", ()
    yield "s3:GetObject", f"{lake}/quarantine/some", ()
    yield "s3:PutObject", f"{identities}/shard-0000/bundle.enc", ()
    yield "s3:GetObject", f"{truth}/segments/ledger/some", ()
    yield "s3:DeleteObject", f"{truth}/segments/ledger/some", ()
    yield "s3:PutObject", f"{truth}/truth/ground_truth.jsonl", ()
    yield "s3:PutObject", f"{lake}/segments/ledger/some", ()
    yield "s3:ListBucket", lake, (("s3:prefix", "errors/some"),)
    yield "secretsmanager:GetSecretValue", secret, ()
    yield "dynamodb:DeleteItem", f"{table}/{NAMES.leases_table}", ()
    yield "dynamodb:UpdateItem", f"{table}/smart-factory-plant2-leases", ()
    yield "kms:Decrypt", KEY, ()
    yield "kms:Decrypt", KEY, (("kms:EncryptionContext:plant", "plant2"), ("kms:EncryptionContext:shard", "shard-0000"))


@pytest.mark.parametrize("service", PROGRAMS)
def test_a_task_may_do_what_its_programs_may_and_nothing_that_others_may(service: str) -> None:
    """Of all calls that any program's policy of `factory provision` speaks of, and of calls beside them."""
    reference = program_policies(NAMES, KEY)
    every = [*(call for document in reference.values() for call in calls(document)), *near_misses()]
    own = {"Statement": [one for program in PROGRAMS[service] for one in reference[program]["Statement"]]}

    assert len(every) > 25
    for call in every:
        assert allows(task_policy(service), call) == allows(own, call), call


def test_a_simulator_adds_to_the_truth_and_reads_none_of_it() -> None:
    """With its key: what any of them told can be neither read nor taken away by a task that was broken into."""
    truth = f"arn:aws:s3:::{NAMES.truth_bucket}/", KEY.replace("000001", "000006")
    touched = {
        (action, resource)
        for statement in task_policy("simulator")["Statement"]
        for resource in statement["Resource"]
        for action in statement["Action"]
        if resource.startswith(truth)
    }

    assert touched == {
        ("s3:PutObject", f"{truth[0]}segments/*"),
        ("s3:PutObject", f"{truth[0]}truth/wear/*"),
        ("kms:GenerateDataKey", truth[1]),
    }


def test_what_a_simulator_has_shipped_leaves_its_disk() -> None:
    """Which is small, and would be full in the end."""
    told = {one["name"]: one["value"] for one in containers("simulator")["simulator"]["environment"]}

    assert (told["SIMULATOR_TRUTH_BUCKET"], told["SIMULATOR_SHIP_AND_REMOVE"]) == (NAMES.truth_bucket, "true")


def test_a_right_is_to_what_it_names() -> None:
    """Only what AWS knows no resource for is of everything: metrics and things that are listed."""
    for service in PROGRAMS:
        for statement in task_policy(service)["Statement"]:
            assert ("*" in words(statement["Resource"])) == (statement["Sid"] in ("ReadMetrics", "KnowMachines"))


def test_logs_of_tasks_are_kept_as_long_as_is_asked_for() -> None:
    """Sixty days in this run of the module's test, and not the thirty that each service would take by itself."""
    kept = {
        address.split(".")[1]: values["retention_in_days"]
        for address, values in resources().items()
        if address.startswith("module.") and ".aws_cloudwatch_log_group." in address
    }

    assert kept == {(service if service != "training" else "training[0]"): 60 for service in PROGRAMS}


def test_prometheus_has_time_to_write_down_what_it_holds() -> None:
    """ECS kills after 30 s unless it is told otherwise (developer guide, stopTimeout)."""
    assert containers("prometheus")["prometheus"]["stopTimeout"] == 60


def test_grafana_signs_what_it_asks_of_the_history() -> None:
    """Amazon Managed Prometheus answers nobody who has not signed (user guide, Grafana's SigV4 setting)."""
    settings = {one["name"]: one["value"] for one in containers("grafana")["grafana"]["environment"]}

    assert settings["GF_AUTH_SIGV4_AUTH_ENABLED"] == "true"


def test_what_is_shared_is_reached_by_its_own_way_alone() -> None:
    """The identities' bucket and no other by their key, the files of Grafana by its access point."""
    bucket = f"arn:aws:s3:::{NAMES.identities_bucket}"
    conditions = {
        statement["Sid"]: statement.get("Condition")
        for service in ("simulator", "grafana")
        for statement in task_policy(service)["Statement"]
    }

    # With bucket keys the context is the bucket, without them the object (S3 user guide, "S3 Bucket Keys").
    assert conditions["ReadEncryptedIdentities"]["StringLike"] == {
        "kms:EncryptionContext:aws:s3:arn": [bucket, f"{bucket}/shard-*"]
    }
    truth = f"arn:aws:s3:::{NAMES.truth_bucket}"
    assert conditions["EncryptLedgerAndTruth"]["StringLike"] == {
        "kms:EncryptionContext:aws:s3:arn": [truth, f"{truth}/*"]
    }
    assert conditions["MountOwnFiles"]["StringEquals"].keys() == {"elasticfilesystem:AccessPointArn"}


def test_the_role_of_a_task_is_not_that_which_starts_it() -> None:
    """Secrets and images are the execution role's, the plant's data the task's."""
    for service in PROGRAMS:
        task = definition(service)
        roles = [name for name in resources() if re.match(rf"module\.{service}(\[0\])?\.aws_iam_role\.", name)]
        assert len(roles) == 2
        assert task["execution_role_arn"]
        assert task["task_role_arn"]
        execution = next(
            json.loads(values["policy"])
            for address, values in resources().items()
            if re.fullmatch(rf"module\.{service}(\[0\])?\.aws_iam_role_policy\.execution", address)
        )
        starts = {action for one in execution["Statement"] for action in one["Action"]}
        does = {action for one in task_policy(service)["Statement"] for action in one["Action"]}
        assert starts & does <= {"kms:Decrypt", "secretsmanager:GetSecretValue"}
        assert not any("*" in action for action in starts | does)


def test_keys_are_used_through_the_service_that_holds_the_data() -> None:
    """Whoever steals a role cannot decrypt by KMS what the role may not read by S3, DynamoDB or Secrets Manager."""
    for service in PROGRAMS:
        for statement in task_policy(service)["Statement"]:
            if any(action.startswith("kms:") for action in statement["Action"]):
                asked = {key for test in statement["Condition"].values() for key in test}
                assert "kms:ViaService" in asked or "kms:EncryptionContext:shard" in asked
