"""Which services still run on something older than what is there now.

A task reads its secrets, its identities and its models when it starts. A new secret or a new model therefore reaches
the tasks only with a new deployment, and changes no task definition that Terraform could see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from factory.rollout.states import Document

SECRET_SETTING = "INIT_SECRET_ID"  # noqa: S105 - the name of a setting
BUCKET_SETTINGS = ("INIT_BUCKET", "MODELS_BUCKET")
"""Settings of init containers that name what they fetch when a task starts: the secret, the buckets."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What the tasks of a service read when they start: ids of secrets, names of buckets."""

    secrets: frozenset[str]
    buckets: frozenset[str]


def sources(task_definition: Document) -> Sources:
    """What the tasks of a definition read.

    Args:
        task_definition: as `describe_task_definition` tells it.

    Example:
        >>> field = "arn:aws:secretsmanager:r:1:secret:smtp-1b2c3d:password::"
        >>> one = {"environment": [{"name": "MODELS_BUCKET", "value": "models"}],
        ...        "secrets": [{"name": "PASSWORD", "valueFrom": field}]}
        >>> sources({"containerDefinitions": [one]})
        Sources(secrets=frozenset({'arn:aws:secretsmanager:r:1:secret:smtp-1b2c3d'}), buckets=frozenset({'models'}))
    """
    containers = task_definition["containerDefinitions"]
    injected = {one["valueFrom"] for container in containers for one in container.get("secrets", ())}
    settings = [(one["name"], one["value"]) for container in containers for one in container.get("environment", ())]
    return Sources(
        # ARN:FIELD:STAGE:VERSION names one field of a JSON secret.
        frozenset(":".join(arn.split(":")[:7]) for arn in injected if ":secretsmanager:" in arn)
        | frozenset(value for name, value in settings if name == SECRET_SETTING),
        frozenset(value for name, value in settings if name in BUCKET_SETTINGS),
    )


def newer(changed: Mapping[str, datetime], since: datetime) -> list[str]:
    """What has changed since a deployment began, by name.

    Example:
        >>> from datetime import UTC
        >>> newer({"smtp": datetime(2026, 1, 2, tzinfo=UTC), "ca": datetime(2025, 1, 1, tzinfo=UTC)},
        ...       datetime(2026, 1, 1, tzinfo=UTC))
        ['smtp']
    """
    return sorted(name for name, moment in changed.items() if moment > since)


class Clocks:
    """When secrets and buckets were changed last; each is asked for once.

    Args:
        secrets_manager: client of boto3.
        s3: client of boto3.
    """

    def __init__(self, secrets_manager: Any, s3: Any) -> None:
        self._secrets_manager = secrets_manager
        self._s3 = s3
        self._known: dict[str, datetime | None] = {}

    def changed(self, of: Sources) -> dict[str, datetime]:
        """When each was changed last; what is empty still is left out."""
        for secret in of.secrets - self._known.keys():
            self._known[secret] = max(self._versions(secret), default=None)
        for bucket in of.buckets - self._known.keys():
            self._known[bucket] = max(self._objects(bucket), default=None)
        told = {name: self._known[name] for name in of.secrets | of.buckets}
        return {name: moment for name, moment in told.items() if moment is not None}

    def _versions(self, secret: str) -> Iterator[datetime]:
        """Not the secret's own date: a tag that changes moves that, and no task reads tags."""
        versions = self._secrets_manager.list_secret_version_ids(SecretId=secret)["Versions"]
        yield from (one["CreatedDate"] for one in versions if "AWSCURRENT" in one.get("VersionStages", ()))

    def _objects(self, bucket: str) -> Iterator[datetime]:
        for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            yield from (one["LastModified"] for one in page.get("Contents", ()))
