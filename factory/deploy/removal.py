"""Taking a plant away, and telling what stays.

Each step looks first, as those of a deployment do, so a removal that was cut off goes on as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from contracts.resources import PREFIX
from factory.deploy.bootstrap import STATE_KEY
from factory.deploy.errors import DeployError
from factory.deploy.folder import MANAGED_FILES
from factory.deploy.plant import Plant
from factory.deploy.terraform import Planned
from factory.deploy.walk import Look, State


class Identities:
    """Things and certificates go first: AWS deletes no policy that a certificate still has."""

    name = "identities"

    def __init__(self, plant: Plant) -> None:
        self._plant = plant

    def look(self) -> Look:
        """Whether there are things of the plant."""
        iot = self._plant.client("iot")
        things = iot.list_things(attributeName="plant", attributeValue=self._plant.name, maxResults=1)["things"]
        if things or self._certificates(iot):
            return Look(State.MISSING, f"take away the things and certificates of {self._plant.name}")
        return Look(State.THERE, f"{self._plant.name} has no things")

    def do(self) -> str:
        """Take them away."""
        names = self._plant.names
        words = ["unprovision", "--plant", names.plant, "--region", names.region, "--yes"]
        self._plant.demand(*self._plant.factory(*words))
        return "things, certificates and bundles are gone"

    def _certificates(self, iot: Any) -> list[str]:
        try:
            return list(iot.list_targets_for_policy(policyName=self._plant.names.machine_policy)["targets"])
        except iot.exceptions.ResourceNotFoundException:
            return []


class Unlocked:
    """What holds data lets itself be destroyed only after an apply with `trial`: the data goes with it."""

    name = "unlocked"

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._planned: Planned | None = None

    def look(self) -> Look:
        """Whether Terraform would change anything with `trial`."""
        if not self._plant.can_start or not self._plant.outputs():
            return Look(State.THERE, "Terraform has nothing here")
        if "trial" not in self._plant.folder.declared or self._plant.folder.own.get("trial") is True:
            return Look(State.THERE, "its data goes with it")
        self._planned = self._plant.plan({"trial": True})
        return Look(State.MISSING if self._planned.changes else State.THERE, self._planned.counts)

    def do(self) -> str:
        """Apply that."""
        if self._planned is None:
            raise DeployError("It was not looked at.")
        self._plant.apply(self._planned)
        return f"applied: {self._planned.counts}"


class Destroyed:
    """All that Terraform has made."""

    name = "destroyed"

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._planned: Planned | None = None

    def look(self) -> Look:
        """Whether Terraform's state has anything."""
        if not self._plant.can_start:
            return Look(State.THERE, f"{self._plant.backend} is not there: there is no state")
        self._planned = self._plant.plan({"trial": True}, "-destroy")
        if not self._planned.changes:
            return Look(State.THERE, "Terraform has nothing here")
        return Look(State.MISSING, self._planned.counts)

    def do(self) -> str:
        """Destroy it, and forget which images and models there were."""
        if self._planned is None:
            raise DeployError("It was not looked at.")
        self._plant.apply(self._planned)
        for name in MANAGED_FILES:
            (self._plant.folder.path / name).unlink(missing_ok=True)
        return f"applied: {self._planned.counts}"


class TaskDefinitions:
    """Revisions that Terraform leaves, as a rollback needs the one before."""

    name = "task definitions"

    def __init__(self, plant: Plant) -> None:
        self._plant = plant

    def look(self) -> Look:
        """Whether there are revisions of the plant's families."""
        count = len(list(self._active()))
        if count:
            return Look(State.MISSING, f"deregister {count} revisions")
        return Look(State.THERE, "none is active")

    def do(self) -> str:
        """Deregister them."""
        ecs, arns = self._plant.client("ecs"), list(self._active())
        for arn in arns:
            ecs.deregister_task_definition(taskDefinition=arn)
        return f"deregistered {len(arns)} revisions"

    def _active(self) -> Iterator[str]:
        ecs = self._plant.client("ecs")
        # A word alone follows the plant's name: plant1-b is no service of plant1, but another plant.
        ours = re.compile(rf"{re.escape(f'{PREFIX}-{self._plant.name}-')}[a-z]+:\d+")
        for page in ecs.get_paginator("list_task_definitions").paginate(status="ACTIVE"):
            yield from (arn for arn in page["taskDefinitionArns"] if ours.fullmatch(arn.rpartition("/")[2]))


class Insights:
    """The log group of Container Insights, which writes until the last task has gone, and makes it anew for that.

    It would be in the way of the next plant of this name, as Terraform makes it with a key and an end.
    """

    name = "insights"

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._group = f"/aws/ecs/containerinsights/{PREFIX}-{plant.name}/performance"

    def look(self) -> Look:
        """Whether it is there."""
        told = self._plant.client("logs").describe_log_groups(logGroupNamePrefix=self._group)["logGroups"]
        if any(group["logGroupName"] == self._group for group in told):
            return Look(State.MISSING, f"delete the log group {self._group}")
        return Look(State.THERE, "has left no log group")

    def do(self) -> str:
        """Delete it."""
        self._plant.client("logs").delete_log_group(logGroupName=self._group)
        return f"deleted the log group {self._group}"


def left(plant: Plant) -> list[str]:
    """What is still there of the plant and of the bootstrap, with what becomes of it, from asking AWS.

    Args:
        plant: that was taken away.
    """
    return [*_keys(plant), *_buckets(plant), *_secrets(plant), *_log_groups(plant), *_bootstrap(plant)]


def _keys(plant: Plant) -> Iterator[str]:
    kms = plant.client("kms")
    for page in kms.get_paginator("list_keys").paginate():
        for key in page["Keys"]:
            told = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]
            if told.get("KeyState") == "PendingDeletion" and plant.names.key_alias[6:] in told.get("Description", ""):
                when = told.get("DeletionDate")
                yield f"KMS key {key['KeyId']} ({told['Description']}), deleted on {when:%Y-%m-%d}, free till then"


def _buckets(plant: Plant) -> Iterator[str]:
    stem = f"{PREFIX}-{plant.name}-"
    for bucket in plant.client("s3").list_buckets()["Buckets"]:
        if bucket["Name"].startswith(stem) and bucket["Name"].endswith(plant.account):
            yield f"bucket {bucket['Name']} with its data"


def _secrets(plant: Plant) -> Iterator[str]:
    pages = plant.client("secretsmanager").get_paginator("list_secrets").paginate(IncludePlannedDeletion=True)
    stem = f"{PREFIX}/{plant.name}/"
    for page in pages:
        for one in page["SecretList"]:
            if one["Name"].startswith(stem):
                yield f"secret {one['Name']}" + (", whose deletion is planned" if one.get("DeletedDate") else "")


def _log_groups(plant: Plant) -> Iterator[str]:
    """AWS's own programs make such without being told."""
    for page in plant.client("logs").get_paginator("describe_log_groups").paginate():
        for one in page["logGroups"]:
            if f"{PREFIX}-{plant.name}" in one["logGroupName"]:
                yield f"log group {one['logGroupName']}"


def _bootstrap(plant: Plant) -> Iterator[str]:
    bucket = f"{PREFIX}-terraform-state-{plant.account}"
    try:
        plant.client("s3").head_bucket(Bucket=bucket)
    except ClientError:
        return
    yield (
        f"the bootstrap: bucket {bucket}, key {STATE_KEY} (1 USD a month) and GitHub's roles; other plants may need it "
        "(docs/aws.md tells how it goes)"
    )
