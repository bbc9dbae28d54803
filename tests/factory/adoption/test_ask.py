"""Tests of asking AWS: what moto has of the table of types, before and after the thing was made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from adoption_cases import CASES, Case
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from things_on_aws import ACCOUNT, network

from factory.adoption.answers import Answer, Finding
from factory.adoption.ask import ask
from factory.adoption.aws import Aws
from factory.adoption.kinds import ClientOf
from factory.adoption.types import KINDS
from factory.adoption.words import NotKnownError

HERE = {"account": ACCOUNT, "region": "us-east-1", "partition": "aws"}


@pytest.fixture
def clients(moto_account: Aws) -> Iterator[ClientOf]:
    """Of moto's account."""
    return moto_account.clients_in("us-east-1")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.type}-{case.import_id}")
def test_a_thing_is_found_when_it_is_made_and_named_as_the_provider_wants_it(case: Case, clients: ClientOf) -> None:
    """And not found if its name differs in a letter."""
    made = case.make(clients) or {}
    words = HERE | case.words | {name: value for name, value in made.items() if name not in case.words}
    expected = made["drawn"] if case.import_id == "*" else case.import_id.format_map(made)
    assert ask(KINDS[case.type], words, clients) == Finding(Answer.THERE, expected)


# What moto lacks of the table, or answers otherwise than AWS; those are held to botocore's model in test_types.py.
NOT_IN_MOTO = {
    "aws_efs_file_system_policy", "aws_efs_backup_policy", "aws_iot_provisioning_template", "aws_cloudformation_stack",
    "aws_cloudwatch_query_definition",
}  # fmt: skip
NO_SUCH = {
    "acl": "private",
    "arn": f"arn:aws:sns:us-east-1:{ACCOUNT}:none",
    "topic_arn": f"arn:aws:sns:us-east-1:{ACCOUNT}:none",
    "scalable_dimension": "ecs:service:DesiredCount",
    "service_namespace": "ecs",
    "owner": {"name": "alias/none"},
    "root_directory": [{"path": "/none"}],
    "dns_config": [{"namespace_id": "ns-none"}],
    "vpc": "vpc-none",
    "port": 443,
    "account_id": ACCOUNT,
    "catalog_id": ACCOUNT,
}


class NoSuch(dict[str, Any]):
    """Words that name nothing which is there."""

    def get(self, name: str, default: Any = None) -> Any:
        """JMESPath asks so."""
        return super().get(name, "none-of-that")


@pytest.mark.parametrize("name", sorted(KINDS.keys() - NOT_IN_MOTO))
def test_in_an_empty_account_nothing_is_there(name: str, clients: ClientOf) -> None:
    """For each type of the table: its error for a missing thing is not taken for a failure."""
    zone = {"vpc": [{"vpc_id": "vpc-none"}]} if name == "aws_route53_zone" else {}
    words = NoSuch({**HERE, **NO_SUCH, **zone})
    if KINDS[name].probe is not None:
        words = NoSuch({**words, **dict.fromkeys(_PROBED, "none-of-that"), **zone})
    assert ask(KINDS[name], words, clients) == Finding(Answer.NOT_THERE)


_PROBED = ("bucket", "key", "name", "function_name", "statement_id", "workgroup", "database", "zone_id", "type")


def test_a_thing_whose_parent_is_not_there_yet_has_no_name(clients: ClientOf) -> None:
    """It is not asked for, rather than asked for by half a name."""
    with pytest.raises(NotKnownError):
        ask(KINDS["aws_s3_bucket_versioning"], HERE, clients)


def test_a_private_zone_of_another_network_is_not_ours(clients: ClientOf) -> None:
    """The zone of another plant's network has the same name: to adopt it would take it away from that plant."""
    there = network(clients)["vpc_id"]
    private = {"Comment": "", "PrivateZone": True}
    vpc = {"VPCRegion": "us-east-1", "VPCId": there}
    clients("route53").create_hosted_zone(Name="data.example", CallerReference="1", VPC=vpc, HostedZoneConfig=private)
    here = network(clients)["vpc_id"]
    words = HERE | {"name": "data.example", "vpc": [{"vpc_id": here}]}
    assert ask(KINDS["aws_route53_zone"], words, clients).answer is Answer.NOT_THERE
    with pytest.raises(NotKnownError):
        ask(KINDS["aws_route53_zone"], words | {"vpc": [{}]}, clients)


def test_of_several_with_one_name_none_is_chosen(clients: ClientOf) -> None:
    """Public zones may share a name."""
    for number in "12":
        clients("route53").create_hosted_zone(Name="factory.example", CallerReference=number)
    found = ask(KINDS["aws_route53_zone"], HERE | {"name": "factory.example"}, clients)
    assert found.answer is Answer.UNUSABLE
    for _ in "12":
        clients("acm").request_certificate(DomainName="factory.example")
    assert (
        ask(KINDS["aws_acm_certificate"], HERE | {"domain_name": "factory.example"}, clients).answer is Answer.UNUSABLE
    )


def test_a_secret_or_key_that_is_to_be_deleted_can_neither_be_adopted_nor_made(clients: ClientOf) -> None:
    """Its name is taken until the day that is set."""
    secret = clients("secretsmanager").create_secret(Name="f/smtp", SecretString="x")["ARN"]
    clients("secretsmanager").delete_secret(SecretId=secret)
    key = clients("kms").create_key()["KeyMetadata"]["KeyId"]
    clients("kms").create_alias(AliasName="alias/a", TargetKeyId=key)
    clients("kms").schedule_key_deletion(KeyId=key)
    for name, words in (
        ("aws_secretsmanager_secret", {"name": "f/smtp"}),
        ("aws_kms_key", {"owner": {"name": "alias/a"}}),
    ):
        assert ask(KINDS[name], HERE | words, clients).answer is Answer.UNUSABLE


def test_a_cluster_that_was_deleted_is_not_there(clients: ClientOf) -> None:
    """ECS goes on naming it, as inactive."""
    clients("ecs").create_cluster(clusterName="cl")
    clients("ecs").delete_cluster(cluster="cl")
    assert ask(KINDS["aws_ecs_cluster"], HERE | {"name": "cl"}, clients).answer is Answer.NOT_THERE


def test_a_bucket_in_another_region_cannot_be_adopted(clients: ClientOf) -> None:
    """Its name is taken all over the world; Terraform would have to delete it to make it here."""
    clients("s3").create_bucket(Bucket="plant1-lake", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    found = ask(KINDS["aws_s3_bucket"], HERE | {"bucket": "plant1-lake"}, clients)
    assert found.answer is Answer.UNUSABLE
    assert "eu-central-1" in found.detail


class S3:
    """S3 as it answers about a bucket that one may not look at.

    Args:
        listed: names of ListBuckets, or the code of its refusal.
    """

    def __init__(self, listed: list[str] | str) -> None:
        self.listed = listed

    def head_bucket(self, Bucket: str) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        """403, with no body: all that S3 says of a bucket of another account, or of one's own without the right."""
        raise ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadBucket")

    def list_buckets(self) -> dict[str, Any]:
        """The account's own buckets."""
        if isinstance(self.listed, str):
            raise ClientError({"Error": {"Code": self.listed, "Message": ""}}, "ListBuckets")
        return {"Buckets": [{"Name": name} for name in self.listed]}


@pytest.mark.parametrize(
    ("listed", "answer"),
    [
        (["other"], Answer.ANOTHER_ACCOUNTS),
        (["plant1-lake"], Answer.MAY_NOT_LOOK),
        ("AccessDenied", Answer.MAY_NOT_LOOK),
    ],
)
def test_a_bucket_that_may_not_be_looked_at_is_anothers_only_if_it_is_not_among_ours(
    listed: list[str] | str, answer: Answer
) -> None:
    """And nobody knows whose it is if our own may not be listed."""
    words = HERE | {"bucket": "plant1-lake"}
    assert ask(KINDS["aws_s3_bucket"], words, lambda _service: S3(listed)).answer is answer


class Athena:
    """Athena with more named queries than one call tells of; moto has no BatchGetNamedQuery."""

    def can_paginate(self, method: str) -> bool:
        """As boto3 says of ListNamedQueries."""
        return method == "list_named_queries"

    def list_work_groups(self, NextToken: str = "") -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        """Two pages."""
        return (
            {"WorkGroups": [{"Name": "plant1"}]}
            if NextToken
            else {"WorkGroups": [{"Name": "primary"}], "NextToken": "2"}
        )

    def get_paginator(self, _method: str) -> Any:
        """Two pages of ids."""
        pages = [{"NamedQueryIds": [str(n) for n in range(50)]}, {"NamedQueryIds": ["50", "51"]}]
        return type("Pages", (), {"paginate": staticmethod(lambda **_parameters: iter(pages))})

    def batch_get_named_query(self, NamedQueryIds: list[str]) -> dict[str, Any]:  # noqa: N803
        """At most 50 (Athena API reference, BatchGetNamedQuery)."""
        assert len(NamedQueryIds) <= 50
        queries = [{"NamedQueryId": one, "Name": f"q{one}", "Database": "lake"} for one in NamedQueryIds]
        return {"NamedQueries": queries}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"name": "q51", "database": "lake", "workgroup": "plant1"}, Finding(Answer.THERE, "51")),
        ({"name": "q51", "database": "other", "workgroup": "plant1"}, Finding(Answer.NOT_THERE)),
        ({"name": "q51", "database": "lake", "workgroup": "plant2"}, Finding(Answer.NOT_THERE)),
    ],
)
def test_a_named_query_is_found_by_name_database_and_workgroup(words: dict[str, str], found: Finding) -> None:
    """On whichever page it is."""
    assert ask(KINDS["aws_athena_named_query"], HERE | words, lambda _service: Athena()) == found


def test_an_answer_that_is_not_from_aws_is_a_failure() -> None:
    """As a proxy gives it, or a local AWS without that service."""

    class Proxy:
        def can_paginate(self, _method: str) -> bool:
            return False

        def get_role(self, **_parameters: str) -> None:
            raise ResponseParserError("invalid XML received: <html>")

    found = ask(KINDS["aws_iam_role"], HERE | {"name": "r"}, lambda _service: Proxy())
    assert found.answer is Answer.FAILED
