"""Adopting with the real Terraform and a local AWS in which boto3 has made things before."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.resources import Resources
from factory.adoption.imports_file import IMPORTS_FILE

if TYPE_CHECKING:
    from conftest import Root

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).parents[3]
ACCOUNT = "000000000000"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "iot.amazonaws.com"}}],
}
PUT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::x/*"}],
}
SQL = "SELECT * FROM 'factory/NAME/#'"
LEASES = """
variable "key" { default = "shard" }

resource "aws_dynamodb_table" "leases" {
  name         = "smart-factory-NAME-leases"
  hash_key     = var.key
  billing_mode = "PAY_PER_REQUEST"
  attribute {
    name = var.key
    type = "S"
  }
  PROTECTED
}
"""
PLANT = """
resource "aws_s3_bucket" "this" {
  for_each = toset(["lake", "models"])
  bucket   = "smart-factory-NAME-${each.key}-${data.aws_caller_identity.this.account_id}"
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = aws_s3_bucket.this
  bucket   = each.value.id
  versioning_configuration { status = "Enabled" }
}

resource "aws_iam_role" "rule" {
  name               = "smart-factory-NAME-rule-archive"
  assume_role_policy = jsonencode(TRUST)
}

resource "aws_iam_role_policy" "rule" {
  name   = "archive"
  role   = aws_iam_role.rule.id
  policy = jsonencode(PUT)
}

resource "aws_iot_topic_rule" "this" {
  name        = "NAME_archive"
  enabled     = true
  sql         = "SELECT * FROM 'factory/NAME/#'"
  sql_version = "2016-03-23"
}

resource "aws_kms_key" "this" { description = "of NAME" }

resource "aws_kms_alias" "this" {
  name          = "alias/smart-factory-NAME"
  target_key_id = aws_kms_key.this.key_id
}

resource "aws_sqs_queue" "letters" { name = "smart-factory-NAME-letters" }
resource "aws_vpc" "this" { cidr_block = "10.42.0.0/16" }
"""
THERE = {
    'aws_s3_bucket.this["lake"]', 'aws_s3_bucket.this["models"]', 'aws_s3_bucket_versioning.this["lake"]',
    "aws_iam_role.rule", "aws_iam_role_policy.rule", "aws_iot_topic_rule.this", "aws_dynamodb_table.leases",
    "aws_kms_key.this", "aws_kms_alias.this",
}  # fmt: skip


def plant(name: str) -> str:
    """The configuration of a plant of that name."""
    text = PLANT.replace("TRUST", json.dumps(TRUST)).replace("PUT", json.dumps(PUT))
    return (text + LEASES.replace("PROTECTED", "")).replace("NAME", name)


def make_leases(root: Root, name: str) -> None:
    """The table, with an item."""
    table = f"smart-factory-{name}-leases"
    root.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "shard", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "shard", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    root.client("dynamodb").put_item(TableName=table, Item={"shard": {"S": "s1"}, "run": {"N": "7"}})


def make_by_hand(root: Root, name: str) -> str:
    """All of the plant but the queue, the network and the versions of models; the id of its key."""
    stem = f"smart-factory-{name}"
    for bucket in ("lake", "models"):
        root.client("s3").create_bucket(Bucket=f"{stem}-{bucket}-{ACCOUNT}")
    root.client("s3").put_bucket_versioning(
        Bucket=f"{stem}-lake-{ACCOUNT}", VersioningConfiguration={"Status": "Enabled"}
    )
    root.client("s3").put_object(Bucket=f"{stem}-lake-{ACCOUNT}", Key="raw/x", Body=b"kept")
    iam = root.client("iam")
    iam.create_role(RoleName=f"{stem}-rule-archive", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName=f"{stem}-rule-archive", PolicyName="archive", PolicyDocument=json.dumps(PUT))
    sql = SQL.replace("NAME", name)
    payload = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": []}
    root.client("iot").create_topic_rule(ruleName=f"{name}_archive", topicRulePayload=payload)
    make_leases(root, name)
    key: str = root.client("kms").create_key()["KeyMetadata"]["KeyId"]
    root.client("kms").create_alias(AliasName=f"alias/{stem}", TargetKeyId=key)
    return key


def addresses(told: dict[str, Any], deed: str) -> set[str]:
    """Of the rows of a deed."""
    return {row["address"] for row in told[deed]}


@pytest.mark.slow
def test_what_boto3_made_is_adopted_without_a_replacement_and_a_second_run_finds_nothing(root: Root) -> None:
    """Buckets with what is set on them, role, rule, table, and the key behind its alias; what lies in them stays."""
    root.write(plant("handmade"))
    key = make_by_hand(root, "handmade")

    status, told, _ = root.smart_import()
    assert (status, addresses(told, "adopt")) == (3, THERE)
    assert addresses(told, "create") == {
        'aws_s3_bucket_versioning.this["models"]', "aws_sqs_queue.letters", "aws_vpc.this",
    }  # fmt: skip
    assert told["replace"] == told["destroy"] == []
    assert {row["import_id"] for row in told["adopt"] if row["type"] == "aws_kms_key"} == {key}
    assert (root.directory / IMPORTS_FILE).exists()
    assert not (root.directory / "terraform.tfstate").exists()
    with pytest.raises(root.client("sqs").exceptions.QueueDoesNotExist):
        root.client("sqs").get_queue_url(QueueName="smart-factory-handmade-letters")

    status, told, said = root.smart_import("--apply")
    assert (status, told["applied"]) == (0, True)
    assert "9 imported" in said
    assert "0 destroyed" in said
    assert root.client("kms").list_aliases(KeyId=key)["Aliases"][0]["AliasName"] == "alias/smart-factory-handmade"
    kept = root.client("s3").get_object(Bucket=f"smart-factory-handmade-lake-{ACCOUNT}", Key="raw/x")["Body"].read()
    item = root.client("dynamodb").get_item(TableName="smart-factory-handmade-leases", Key={"shard": {"S": "s1"}})[
        "Item"
    ]
    assert (kept, item["run"]) == (b"kept", {"N": "7"})

    status, told, _ = root.smart_import()
    assert (status, told["plans"]) == (0, 1)
    assert all(told[deed] == [] for deed in ("adopt", "create", "change", "replace", "destroy"))
    assert not (root.directory / IMPORTS_FILE).exists()


@pytest.mark.slow
@pytest.mark.parametrize("protected", ["", "lifecycle { prevent_destroy = true }"])
def test_a_table_that_would_be_replaced_is_refused_with_the_argument(root: Root, protected: str) -> None:
    """Also where Terraform itself gives up, which names no argument."""
    name = "refused" if not protected else "protected"
    root.write(LEASES.replace("PROTECTED", protected).replace("NAME", name))
    make_leases(root, name)
    status, told, said = root.smart_import("--apply", "--var", "key=device_id")
    assert (status, told["applied"]) == (1, False)
    (row,) = told["replace"]
    assert row["import_id"] == f"smart-factory-{name}-leases"
    assert {"argument": "hash_key", "before": '"shard"', "after": '"device_id"'} in row["forced_by"]
    assert ("prevent_destroy" in said) == bool(protected)
    assert not (root.directory / IMPORTS_FILE).exists()
    table = root.client("dynamodb").describe_table(TableName=f"smart-factory-{name}-leases")["Table"]
    assert table["KeySchema"] == [{"AttributeName": "shard", "KeyType": "HASH"}]


@pytest.mark.slow
def test_who_may_not_look_is_told_so_and_nothing_is_written(root: Root) -> None:
    """Of the queue only; the table is found by the same user."""
    queue = 'resource "aws_sqs_queue" "letters" { name = "denied-letters" }\n'
    root.write(LEASES.replace("PROTECTED", "").replace("NAME", "denied") + queue)
    make_leases(root, "denied")
    root.key = user_who_may(root, ["dynamodb:DescribeTable"])
    status, told, _ = root.smart_import()
    assert (status, told["imports_file"]) == (1, None)
    assert [(row["address"], row["answer"]) for row in told["unclear"]] == [("aws_sqs_queue.letters", "may not look")]
    assert "AccessDenied" in told["unclear"][0]["detail"]

    status, told, _ = root.smart_import("--exclude", "*.letters")
    assert (status, addresses(told, "adopt")) == (3, {"aws_dynamodb_table.leases"})


MODULES = """
module "keys" {
  source         = "MODULES/keys"
  name           = "smart-factory-plant1"
  plant          = "plant1"
  administrators = ["arn:aws:iam::000000000000:role/admin"]
}

module "identity" {
  source             = "MODULES/identity"
  name               = "smart-factory-plant1"
  plant              = "plant1"
  logs_key_arn       = module.keys.key_arns["logs"]
  identities_key_arn = module.keys.key_arns["identities"]
}

module "lake" {
  source   = "MODULES/lake"
  name     = "smart-factory-plant1"
  plant    = "plant1"
  key_arns = module.keys.key_arns
}

module "fleet" {
  source            = "MODULES/fleet"
  name              = "smart-factory-plant1"
  fleet_bucket_name = module.lake.bucket_names["fleet"]
  key_arn           = module.keys.key_arns["fleet"]
  logs_key_arn      = module.keys.key_arns["logs"]
  function_zip      = "${path.root}/function.zip"
  administrators    = ["chief@fleet.example"]
}
"""
# The local AWS has none of the first four services; the others a stand-in for the provider may not be able to import,
# or, of the thing type, to read.
NOT_HERE = (
    "aws_cloudformation_*", "aws_athena_*", "aws_glue_*", "aws_cloudwatch_metric_*",
    "aws_lambda_permission", "aws_lambda_event_source_mapping", "aws_iot_thing_type",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_lifecycle_configuration", "aws_s3_bucket_notification", "aws_s3_bucket_logging", "aws_sns_topic_*",
    "aws_sqs_queue_policy",
)  # fmt: skip


@pytest.mark.slow
def test_what_provision_made_our_own_modules_adopt_without_a_replacement(root: Root, account_of_test: Any) -> None:
    """Each thing that `contracts/resources.py` names and both make; and the keys behind their aliases."""
    modules = ROOT / "terraform" / "modules"
    if not all((modules / name).is_dir() for name in ("keys", "identity", "lake", "fleet")):
        pytest.skip("this tree has no terraform/modules")
    (root.directory / "function.zip").write_bytes(b"PK\x05\x06" + bytes(18))  # an empty archive
    root.write(MODULES.replace("MODULES", os.path.relpath(modules, root.directory)))
    account = ("--endpoint-url", root.local.endpoint, "--data-dir", str(account_of_test.data_dir.parent))
    done = root.run(sys.executable, "-P", "-m", "factory", "provision", "--machines", "1", "--fleet", *account)
    assert done.returncode == 0, done.stderr

    _, told, said = root.smart_import(*(option for pattern in NOT_HERE for option in ("--exclude", pattern)))
    assert told, said
    assert (told["replace"], told["destroy"], told["unclear"]) == ([], [], [])
    names = Resources("plant1", ACCOUNT)
    expected = {
        names.lake_bucket, names.identities_bucket, names.models_bucket, names.fleet_bucket, names.thing_group,
        names.machine_policy, names.key_alias, names.fleet_key_alias, names.fleet_readings_table,
        names.fleet_vehicles_table, names.fleet_alerts_table, names.fleet_topic_arn, names.fleet_function,
        names.fleet_function_role,
    }  # fmt: skip
    assert expected - {row["import_id"] for row in told["adopt"]} == set()
    keys = {alias["AliasName"]: alias["TargetKeyId"] for alias in root.client("kms").list_aliases()["Aliases"]}
    adopted_keys = {row["import_id"] for row in told["adopt"] if row["type"] == "aws_kms_key"}
    assert adopted_keys == {keys[names.key_alias], keys[names.fleet_key_alias]}


def user_who_may(root: Root, actions: list[str]) -> tuple[str, str]:
    """Access key of a user of the local account with only those rights."""
    iam = root.client("iam")
    name = f"user-{root.directory.name}"
    iam.create_user(UserName=name)
    allow = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def test_a_configuration_that_terraform_refuses_is_told_in_its_own_words(root: Root) -> None:
    """With status 1, and nothing on standard output."""
    root.write("")
    (root.directory / "wrong.tf").write_text('resource "aws_sqs_queue" "x" { nam = "q" }\n')
    status, told, said = root.smart_import()
    assert (status, told) == (1, {})
    assert 'An argument named "nam" is not expected here' in said


def test_a_table_is_printed_for_people(root: Root) -> None:
    """By the script, from anywhere."""
    root.write('resource "aws_sqs_queue" "q" { name = "for-people" }\n')
    root.client("sqs").create_queue(QueueName="for-people")
    done = root.run(str(ROOT / "scripts" / "tf-smart-import.sh"), "--dir", str(root.directory))
    assert done.returncode == 3, done.stderr
    assert "adopt  aws_sqs_queue.q" in done.stdout
    assert "1 to adopt, 0 to create" in done.stdout
    assert f"Written: {root.directory / IMPORTS_FILE}" in done.stdout
