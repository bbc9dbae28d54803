from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
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


def test_a_new_value_of_a_secret_is_newer_and_a_new_tag_is_not(aws: tuple[Any, Any]) -> None:
    """A tag moves the secret's own date, and no task reads tags."""
    secrets, s3 = aws
    secrets.create_secret(Name="smtp", SecretString="old")
    first = Clocks(secrets, s3).changed(Sources(frozenset({"smtp"}), frozenset()))["smtp"]
    secrets.tag_resource(SecretId="smtp", Tags=[{"Key": "owner", "Value": "platform"}])

    assert Clocks(secrets, s3).changed(Sources(frozenset({"smtp"}), frozenset())) == {"smtp": first}

    secrets.put_secret_value(SecretId="smtp", SecretString="new")
    second = Clocks(secrets, s3).changed(Sources(frozenset({"smtp"}), frozenset()))["smtp"]
    assert second >= first
    assert newer({"smtp": second}, first - timedelta(seconds=1)) == ["smtp"]


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
