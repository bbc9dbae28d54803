"""Identities of the machines: `factory provision`, as Terraform's state would tell their keys."""

from __future__ import annotations

import json
from dataclasses import dataclass

from factory.deploy.errors import DeployError
from factory.deploy.plant import Plant
from factory.deploy.walk import Look, State

DEFAULT_MACHINES = 20


@dataclass(frozen=True)
class Wish:
    """What the plant shall have; what is None stays as it is.

    Args:
        machines: how many.
        vehicles: how many.
        scenario: what happens in it.
    """

    machines: int | None
    vehicles: int | None
    scenario: str | None


class Machines:
    """Things with certificates, and their bundles in the identities bucket.

    Args:
        plant: whose they are.
        wish: how many.
    """

    name = "machines"

    def __init__(self, plant: Plant, wish: Wish) -> None:
        self._plant, self._wish = plant, wish

    def look(self) -> Look:
        """Whether provisioning would do anything."""
        bucket = self._plant.names.identities_bucket
        s3 = self._plant.client("s3")
        try:
            found = s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        except s3.exceptions.NoSuchBucket:
            return Look(State.HIDDEN, f"the bucket {bucket} is not there before the step foundation")
        shards = [one["Key"] for one in found if one["Key"].endswith("/manifest.json")]
        if shards and self._wish.machines is None:
            return Look(State.THERE, f"identities of {len(shards)} shards; --machines N says how many there shall be")
        lines = self._planned()
        if not lines:
            return Look(State.THERE, f"{self._count} machines")
        return Look(State.MISSING, f"{self._count} machines: {'; '.join(lines)}")

    def do(self) -> str:
        """Provision."""
        self._plant.demand(*self._words("--yes"))
        return f"{self._count} machines have their identities"

    @property
    def _count(self) -> int:
        return DEFAULT_MACHINES if self._wish.machines is None else self._wish.machines

    def _planned(self) -> list[str]:
        ended = self._plant.ask(*self._words("--plan-only", "--json"))
        if ended.status:
            raise DeployError(ended.complaint.strip().partition("\n")[0].removeprefix("factory: "))
        return [f"{one['act']} {one['what']} {one['name']}" for one in json.loads(ended.output)["plan"]]

    def _words(self, *more: str) -> tuple[str, ...]:
        wish, names = self._wish, self._plant.names
        words = ["--machines", str(self._count), "--plant", names.plant, "--region", names.region]
        words += [] if wish.vehicles is None else ["--vehicles", str(wish.vehicles)]
        # With another start each look would find another epoch, and never be content.
        words += [] if wish.scenario is None else ["--scenario", wish.scenario]
        return self._plant.factory("provision", *words, "--start", "keep", *more)


def enrolled(plant: Plant) -> int:
    """How many machines and vehicles of a plant AWS knows.

    Args:
        plant: whose they are.
    """
    pages = plant.client("iot").get_paginator("list_things")
    found = pages.paginate(attributeName="plant", attributeValue=plant.name)
    return sum(len(page["things"]) for page in found)
