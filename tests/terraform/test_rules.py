"""The rules that Terraform makes are those of the catalog, and each role may do what `rules.rights` says, no more."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from terraform_plans import ACCOUNT, REGION, TERRAFORM, planned

from contracts.resources import Resources
from rules.actions import RUN_HERE
from rules.loading import CATALOG_DIR, read_rule, rule_files
from rules.placeholders import placeholders
from rules.rights import Right, role_rights_of
from rules.rule import ActionParameters, TopicRule
from rules.sql import compile  # noqa: A004 - the language's own word

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

NAMES = Resources("plant1", ACCOUNT, REGION)
EVERY_ACTION = TERRAFORM / "modules/ingestion/tests/catalogs/every_action"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/"
BLOCKS = {kind: re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower() for kind in RUN_HERE} | {
    "dynamoDB": "dynamodb",
    "dynamoDBv2": "dynamodbv2",
}
"""What the provider calls the block of an action."""
Plan = dict[str, dict[str, dict[str, Any]]]


def ingestion(directory: Path, catalog: Path) -> Plan:
    """What the module plans of a catalog."""
    return planned(
        "ingestion",
        directory,
        name="smart-factory-plant1",
        plant="plant1",
        catalog_directory=str(catalog),
        archive_stream_name=NAMES.archive_stream,
        lake_bucket_name=NAMES.lake_bucket,
        lake_key_arn=f"{KEY}lake",
        alerts_key_arn=f"{KEY}alerts",
        critical_temperature_c=91.5,
    )


@pytest.fixture(scope="module")
def catalog_plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Of the factory's own rules."""
    return ingestion(tmp_path_factory.mktemp("catalog"), CATALOG_DIR)


@pytest.fixture(scope="module")
def every_action_plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Of a rule for each action that can be made."""
    return ingestion(tmp_path_factory.mktemp("every_action"), EVERY_ACTION)


def rules_of(catalog: Path) -> dict[str, TopicRule]:
    """The rules as this repository's own engine reads them."""
    known = placeholders(NAMES, critical_temperature_c=91.5)
    return {rule.rule_name: rule for rule in (read_rule(file, known) for file in rule_files(catalog))}


def statements(plan: Plan, rule: str) -> list[dict[str, Any]]:
    """What the role of a rule is allowed, by its document."""
    document = plan["aws_iam_role_policy"].get(rule)
    return json.loads(document["policy"])["Statement"] if document else []


def told(value: Any) -> Any:
    """A planned value without what is not told, its keys as AWS writes them, its sets in order."""
    if isinstance(value, dict):
        return {name: told(one) for name, one in value.items() if one not in (None, [], {}) and name != "role_arn"}
    if isinstance(value, list):
        return sorted((told(one) for one in value), key=json.dumps)
    return value


def wanted(action: ActionParameters) -> tuple[str, dict[str, Any]]:
    """The block that an action should be, and what should stand in it."""
    written = action.parameters.model_dump(mode="json", by_alias=False, exclude_none=True)
    written.pop("role_arn", None)
    renamed = {"dimensions": "dimension", "headers": "http_header"}
    lists = {"put_item", "timestamp"}
    block = {
        renamed.get(name, name): [value] if name in lists else value
        for name, value in written.items()
        # The provider knows neither, and the module refuses a rule that says them.
        if name not in ("enable_batching", "batch_config", "auth")
    }
    return BLOCKS[action.kind], told(block)


@pytest.mark.parametrize("catalog", [CATALOG_DIR, EVERY_ACTION], ids=["own", "every_action"])
def test_as_many_rules_are_planned_as_files_are_there(catalog: Path, request: pytest.FixtureRequest) -> None:
    """And they have the names, the descriptions and the switches of the files."""
    plan = request.getfixturevalue("catalog_plan" if catalog == CATALOG_DIR else "every_action_plan")
    rules = rules_of(catalog)

    made = plan["aws_iot_topic_rule"]
    assert set(made) == set(rules)
    assert len(made) == len(list(catalog.glob("*.json")))
    for name, rule in rules.items():
        payload = rule.topic_rule_payload
        assert made[name]["name"] == name
        assert made[name]["enabled"] is not payload.rule_disabled
        assert made[name]["sql_version"] == payload.aws_iot_sql_version
        assert (made[name]["description"] or "") == payload.description


@pytest.mark.parametrize("name", sorted(file.stem for file in CATALOG_DIR.glob("*.json")))
def test_each_rules_sql_compiles_and_is_that_of_the_catalog(catalog_plan: Plan, name: str) -> None:
    """Placeholders filled as the engine fills them, and not a character otherwise."""
    made = catalog_plan["aws_iot_topic_rule"][name]

    statement = compile(made["sql"], version=made["sql_version"])
    assert made["sql"] == rules_of(CATALOG_DIR)[name].topic_rule_payload.sql
    assert statement.topic_filter in ("factory/plant1/+/+/telemetry", "factory/plant1/fleet/+/telemetry")


@pytest.mark.parametrize("catalog", [CATALOG_DIR, EVERY_ACTION], ids=["own", "every_action"])
def test_actions_and_error_actions_are_those_of_the_file(catalog: Path, request: pytest.FixtureRequest) -> None:
    """Each with all its parameters, the templates untouched; none is left out and none invented."""
    plan = request.getfixturevalue("catalog_plan" if catalog == CATALOG_DIR else "every_action_plan")

    for name, rule in rules_of(catalog).items():
        made, payload = plan["aws_iot_topic_rule"][name], rule.topic_rule_payload
        expected: dict[str, list[Any]] = {}
        for kind, block in map(wanted, payload.actions):
            expected.setdefault(kind, []).append(block)
        in_plan = {kind: made[kind] for kind in BLOCKS.values() if made[kind]}
        assert told(in_plan) == told(expected), name
        errors = told(made["error_action"])
        error = payload.error_action
        assert errors == ([{wanted(error)[0]: [wanted(error)[1]]}] if error is not None else []), name


def test_the_module_makes_each_action_that_the_engine_runs(every_action_plan: Plan) -> None:
    """The fixture has a rule for each, so none can be forgotten when the engine learns another."""
    kinds = {action.kind for rule in rules_of(EVERY_ACTION).values() for action in rule.topic_rule_payload.actions}
    made = {
        kind
        for kind, block in BLOCKS.items()
        for rule in every_action_plan["aws_iot_topic_rule"].values()
        if rule[block]
    }

    assert kinds == made == set(RUN_HERE)


@pytest.mark.parametrize("catalog", [CATALOG_DIR, EVERY_ACTION], ids=["own", "every_action"])
def test_each_role_may_do_what_the_rules_actions_need_and_no_more(
    catalog: Path, request: pytest.FixtureRequest
) -> None:
    """Beside it only the use of a key, through the service that writes under it."""
    plan = request.getfixturevalue("catalog_plan" if catalog == CATALOG_DIR else "every_action_plan")

    for name, rule in rules_of(catalog).items():
        found = statements(plan, name)
        rights = [Right(tuple(one["Action"]), one["Resource"]) for one in found if "Condition" not in one]
        assert sorted(rights) == sorted(role_rights_of(rule, NAMES)), name
        assert all(one["Effect"] == "Allow" for one in found)
        assert keys(found) == wanted_keys(rule), name


def keys(found: list[dict[str, Any]]) -> dict[str, tuple[Any, set[str]]]:
    """Of the statements with a condition: by the key, under which condition, and what."""
    return {one["Resource"]: (one["Condition"], set(one["Action"])) for one in found if "Condition" in one}


def wanted_keys(rule: TopicRule) -> dict[str, tuple[Any, set[str]]]:
    """S3 needs a data key to write, SNS one to publish and to read its own (developer guides of both)."""
    payload = rule.topic_rule_payload
    written = [
        action.model_dump(mode="json", by_alias=True, exclude_none=True)
        for action in (*payload.actions, *filter(None, [payload.error_action]))
    ]
    needed = {}
    if any(one.get("s3", {}).get("bucketName") == NAMES.lake_bucket for one in written):
        needed[f"{KEY}lake"] = (through("s3"), {"kms:GenerateDataKey"})
    if any(one.get("sns", {}).get("targetArn") == NAMES.alerts_topic_arn for one in written):
        needed[f"{KEY}alerts"] = (through("sns"), {"kms:GenerateDataKey", "kms:Decrypt"})
    return needed


def through(service: str) -> dict[str, Any]:
    """The condition that a key is used by a service alone."""
    return {"StringEquals": {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"}}


def test_roles_are_those_that_the_catalog_names(catalog_plan: Plan) -> None:
    """A role a rule: none is shared, so what one may write no other may."""
    named = {
        action["roleArn"]
        for file in rule_files(CATALOG_DIR)
        for action in _parameters(json.loads(file.read_text())["topicRulePayload"])
        if "roleArn" in action
    }

    assert named == {f"{{{{role_arn:{rule}}}}}" for rule in catalog_plan["aws_iam_role"]}
    assert {NAMES.role_arn(rule).rpartition("/")[2] for rule in catalog_plan["aws_iot_topic_rule"]} == {
        role["name"] for role in catalog_plan["aws_iam_role"].values()
    }


def _parameters(payload: dict[str, Any]) -> list[dict[str, Any]]:
    actions = [*payload["actions"], payload["errorAction"]]
    return [parameters for action in actions for parameters in action.values()]


KEYS = [
    "plain.json",
    "${topic(2)}/${seq}.json",
    "a/${concat('}', topic(2))}/b",
    'a/${parse_time("yyyy}MM", timestamp())}',
    "a/${concat('it''s {', topic(2))}-${concat(\"}\", 'x')}",
    "${encode(*, 'base64')}",
    "a*b/$c/${device.id}",
]
QUEUES = ["https://sqs.eu-west-1.amazonaws.com/1234/q", "http://127.0.0.1:4566/1234/q-${topic(2)}"]
TOPICS = ["out/${topic(4)}/x", "$$aws/things/${topic(4)}/shadow/update", "a/b"]


def test_what_a_message_fills_in_stands_open_as_in_rules_rights(tmp_path: Path) -> None:
    """Templates with braces and quotes in them: Terraform's regular expression and our parser end at the same sign."""
    catalog, root = tmp_path / "catalog", tmp_path / "root"
    catalog.mkdir()
    root.mkdir()
    actions = [{"s3": {"bucketName": "b-${topic(2)}", "key": key}} for key in KEYS]
    actions += [{"sqs": {"queueUrl": url}} for url in QUEUES] + [{"republish": {"topic": topic}} for topic in TOPICS]
    for number, action in enumerate(actions):
        name = f"rule_{number}"
        for parameters in action.values():
            parameters["roleArn"] = f"{{{{role_arn:{name}}}}}"
        payload = {"sql": "SELECT * FROM 'a'", "awsIotSqlVersion": "2016-03-23", "actions": [action]}
        (catalog / f"{name}.json").write_text(json.dumps({"ruleName": name, "topicRulePayload": payload}))

    plan = ingestion(root, catalog)

    for name, rule in rules_of(catalog).items():
        found = [Right(tuple(one["Action"]), one["Resource"]) for one in statements(plan, name)]
        assert found == list(role_rights_of(rule, NAMES)), rule.topic_rule_payload.actions[0].parameters
