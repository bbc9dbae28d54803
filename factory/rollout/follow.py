"""Starts services anew where they need it, and follows every service of a cluster until it is there, or is not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from factory.rollout.errors import RolloutError, RolloutUsageError
from factory.rollout.sources import Clocks, newer, sources
from factory.rollout.states import Document, Followed, Outcome, State, followed, judge, primary

AT_ONCE = 10
"""Services that ECS describes in one call, at most."""
TASKS_TOLD = 3


@dataclass
class Rollout:
    """One look at a cluster after `terraform apply`.

    Args:
        cluster: its name.
        ecs: client of boto3.
        clocks: when secrets and buckets were changed last.
        say: tells people.
        wait: sleeps; another one in tests.
    """

    cluster: str
    ecs: Any
    clocks: Clocks
    say: Callable[[str], None]
    wait: Callable[[float], None] = time.sleep
    renewed: dict[str, list[str]] = field(default_factory=dict)

    def renew(self) -> dict[str, list[str]]:
        """Start those services anew whose secrets, identities or models are newer than their tasks.

        A service that is being deployed already is left alone: its new tasks read what is there now.

        Returns:
            By service, what was newer.
        """
        for name, changed in self.stale().items():
            self.ecs.update_service(cluster=self.cluster, service=name, forceNewDeployment=True)
            self.renewed[name] = changed
            self.say(f"{name} starts anew for {', '.join(changed)}")
        return self.renewed

    def stale(self) -> dict[str, list[str]]:
        """The services that are not being deployed and whose secrets, identities or models are newer than their tasks.

        Returns:
            By service, what is newer.
        """
        found = {}
        for service in self._services():
            if primary(service).get("rolloutState") != "COMPLETED" or service["desiredCount"] == 0:
                continue
            definition = self._definition(service["taskDefinition"])
            changed = newer(self.clocks.changed(sources(definition)), primary(service)["createdAt"])
            if changed:
                found[service["serviceName"]] = changed
        return found

    def follow(self, patience_s: float, pause_s: float = 15.0) -> list[Outcome]:
        """Wait until each service is stable, rolled back or failed.

        Args:
            patience_s: how long to wait for all of them together [s].
            pause_s: between two questions [s].

        Returns:
            An outcome a service, by name; one that is still under way then is among them.

        Raises:
            RolloutUsageError: the cluster has no service.
        """
        follows = [followed(service, self._newest(service)) for service in self._services()]
        if not follows:
            raise RolloutUsageError(
                f"The cluster {self.cluster} has no service.", remedy="Write the name that `terraform output` tells."
            )
        outcomes: dict[str, Outcome] = {}
        waited_s = 0.0
        while True:
            self._look(follows, outcomes)
            if all(one.is_over for one in outcomes.values()) or waited_s >= patience_s:
                return [outcomes[name] for name in sorted(outcomes)]
            self.wait(pause_s)
            waited_s += pause_s

    def why(self, outcome: Outcome) -> list[str]:
        """What stopped tasks of a deployment that failed say, a sentence each; ECS forgets them after an hour."""
        call = {"cluster": self.cluster, "serviceName": outcome.service, "desiredStatus": "STOPPED"}
        arns = self.ecs.list_tasks(**call)["taskArns"]
        if not arns:
            return []
        tasks = self.ecs.describe_tasks(cluster=self.cluster, tasks=arns)["tasks"]
        # ECS writes on each task which deployment has started it.
        mine = [one for one in tasks if one.get("startedBy") == outcome.deployment]
        return [_last_words(one) for one in mine[:TASKS_TOLD]]

    def _look(self, follows: Sequence[Followed], outcomes: dict[str, Outcome]) -> None:
        waiting = [one for one in follows if one.service not in outcomes or not outcomes[one.service].is_over]
        told = {one["serviceName"]: one for one in self._described([follow.service for follow in waiting])}
        for follow in waiting:
            before, now = outcomes.get(follow.service), judge(told[follow.service], follow)
            outcomes[follow.service] = now
            if now != before:
                self.say(f"{now.service}: {now.state}{f' ({now.reason})' if now.reason else ''}")

    def _services(self) -> list[Document]:
        try:
            pages = list(self.ecs.get_paginator("list_services").paginate(cluster=self.cluster))
        except self.ecs.exceptions.ClusterNotFoundException:
            raise RolloutUsageError(
                f"There is no cluster {self.cluster!r}.", remedy="Write the name that `terraform output` tells."
            ) from None
        return list(self._described([arn for page in pages for arn in page["serviceArns"]]))

    def _described(self, names: Sequence[str]) -> Iterator[Document]:
        for first_of in range(0, len(names), AT_ONCE):
            some = list(names[first_of : first_of + AT_ONCE])
            answer = self.ecs.describe_services(cluster=self.cluster, services=some)
            if answer["failures"]:
                failure = answer["failures"][0]
                raise RolloutError(f"ECS does not describe {failure.get('arn')}: {failure.get('reason')}.")
            yield from answer["services"]

    def _definition(self, name: str) -> Document:
        told: Document = self.ecs.describe_task_definition(taskDefinition=name)["taskDefinition"]
        return told

    def _newest(self, service: Document) -> str:
        """ARN of the newest task definition of its family: what Terraform wanted, whatever runs now."""
        family = service["taskDefinition"].rpartition("/")[2].partition(":")[0]
        return str(self._definition(family)["taskDefinitionArn"])


def is_good(outcomes: Sequence[Outcome]) -> bool:
    """Whether every service runs what was wanted."""
    return all(one.state is State.STABLE for one in outcomes)


def _last_words(task: Document) -> str:
    containers = [
        f"{one['name']} ended with {one['exitCode']}" + (f", {one['reason']}" if one.get("reason") else "")
        for one in task.get("containers", ())
        if one.get("exitCode")
    ]
    return "; ".join([task.get("stoppedReason", "no reason was told"), *containers])
