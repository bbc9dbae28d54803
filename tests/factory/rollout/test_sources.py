from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from factory.rollout.sources import Clocks, Sources, newer, sources

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def aws() -> Iterator[tuple[Any, Any]]:
    """Secrets Manager and S3, empty."""
    with mock_aws():
        yield boto3.client("secretsmanager", "us-east-1"), boto3.client("s3", "us-east-1")


def test_what_a_task_reads_is_found_in_all_its_containers() -> None:
    """Injected secrets, the init container's secret, its bucket of identities and that of models; nothing else."""
    init = {
        "environment": [{"name": "INIT_BUCKET", "value": "ids"}, {"name": "INIT_SECRET_ID", "value": "factory/smtp"}]
    }
    fetch = {"environment": [{"name": "MODELS_BUCKET", "value": "models"}]}
    main = {
        "environment": [{"name": "VERDICTS_LAKE", "value": "s3://lake"}],
        "secrets": [
            {"name": "ONE", "valueFrom": "arn:aws:secretsmanager:us-east-1:111122223333:secret:grafana-AbCdEf:user::"},
            {"name": "TWO", "valueFrom": "arn:aws:ssm:us-east-1:111122223333:parameter/other"},
        ],
    }

    assert sources({"containerDefinitions": [init, fetch, main]}) == Sources(
        frozenset({"arn:aws:secretsmanager:us-east-1:111122223333:secret:grafana-AbCdEf", "factory/smtp"}),
        frozenset({"ids", "models"}),
    )


def versions(*stages: str) -> dict[str, datetime]:
    """When a secret was changed that has a version with each of these stages, a day apart.

    In the words of the real API, as moto tells now as the moment of every version.
    """
    client: Any = boto3.client("secretsmanager", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    listed = [
        {"VersionId": f"{number}" * 32, "VersionStages": [stage], "CreatedDate": EPOCH + timedelta(days=number)}
        for number, stage in enumerate(stages)
    ]
    with Stubber(client) as stub:
        stub.add_response("list_secret_version_ids", {"Versions": listed}, {"SecretId": "smtp"})
        clocks = Clocks(client, None)
        changed = clocks.changed(Sources(frozenset({"smtp"}), frozenset()))
        assert clocks.changed(Sources(frozenset({"smtp"}), frozenset())) == changed  # it is asked for once
        return changed


def test_the_value_that_tasks_get_counts() -> None:
    """Neither the one from before nor, as in a rotation, the next one, which nobody gets yet."""
    assert versions("AWSPREVIOUS", "AWSCURRENT", "AWSPENDING") == {"smtp": EPOCH + timedelta(days=1)}
    assert newer(versions("AWSPREVIOUS", "AWSCURRENT"), EPOCH) == ["smtp"]
    assert newer(versions("AWSCURRENT", "AWSPENDING"), EPOCH) == []


def test_the_newest_object_of_a_bucket_counts(aws: tuple[Any, Any]) -> None:
    """An identity or a model that was added is one; an empty bucket has nothing that could be newer."""
    secrets, s3 = aws
    for bucket in ("ids", "empty"):
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket="ids", Key="shard-0000/manifest.json", Body=b"{}")
    changed = Clocks(secrets, s3).changed(Sources(frozenset(), frozenset({"ids", "empty"})))

    assert list(changed) == ["ids"]
    assert newer(changed, EPOCH) == ["ids"]
    assert newer(changed, changed["ids"]) == []


def test_a_secret_without_a_value_is_not_newer(aws: tuple[Any, Any]) -> None:
    """Terraform makes secrets empty; they are filled by somebody later."""
    secrets, s3 = aws
    secrets.create_secret(Name="smtp")

    assert Clocks(secrets, s3).changed(Sources(frozenset({"smtp"}), frozenset())) == {}
