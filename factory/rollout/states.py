"""What became of a service's deployment, read from what ECS says of the service.

"Stable" is not enough: after a failed deployment the circuit breaker rolls back to the one before, which becomes stable
in its turn. So a deployment is followed by its id, and the task definition that was wanted by its name.

Source of fields and states: Amazon ECS API Reference, `Service` and `Deployment`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Document = Mapping[str, Any]
"""A JSON object, as boto3 gives it."""


class State(StrEnum):
    """Where a deployment is."""

    UNDER_WAY = "under way"
    STABLE = "stable"
    ROLLED_BACK = "rolled back"
    FAILED = "failed"
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True)
class Followed:
    """A deployment that is followed.

    Args:
        service: name of the service.
        deployment: its id, `ecs-svc/…`.
        task_definition: ARN of what was wanted to run.
    """

    service: str
    deployment: str
    task_definition: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be told of a service.

    Args:
        service: its name.
        state: what became of the deployment.
        deployment: id of the one that was followed.
        reason: ECS's, where it did not end well; how far it is, where it is under way.
    """

    service: str
    state: State
    deployment: str
    reason: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be waited for."""
        return self.state is not State.UNDER_WAY


def primary(service: Document) -> Document:
    """The deployment that ECS is busy with, or was last."""
    found: Document = next(one for one in service["deployments"] if one["status"] == "PRIMARY")
    return found


def followed(service: Document, wanted: str) -> Followed:
    """The deployment to follow.

    Args:
        service: as `describe_services` tells it, after it was updated.
        wanted: ARN of the newest task definition of the service's family.
    """
    return Followed(service["serviceName"], primary(service)["id"], wanted)


def judge(service: Document, follow: Followed) -> Outcome:
    """What became of a deployment.

    Args:
        service: as `describe_services` tells it now.
        follow: the deployment that was to be followed.

    Returns:
        Its state, with ECS's reason where it did not end well.
    """
    state, reason = _state(service, follow)
    return Outcome(follow.service, state, follow.deployment, reason)


def _state(service: Document, follow: Followed) -> tuple[State, str]:
    now = primary(service)
    if now["id"] != follow.deployment:
        return _replaced(service, follow, now)
    if now["taskDefinition"] != follow.task_definition:
        return State.ROLLED_BACK, _instead(f"{_short(follow.task_definition)} does not run", now)
    if now.get("rolloutState") == "FAILED":
        return State.FAILED, now.get("rolloutStateReason", "no reason was told")
    alone = len(service["deployments"]) == 1
    if alone and now.get("rolloutState") == "COMPLETED" and service["runningCount"] >= service["desiredCount"]:
        return State.STABLE, ""
    return State.UNDER_WAY, _progress(service, now)


def _replaced(service: Document, follow: Followed, now: Document) -> tuple[State, str]:
    """Another deployment has taken its place: the breaker's, or somebody else's."""
    mine: Document = next((one for one in service["deployments"] if one["id"] == follow.deployment), {})
    goes_back = "circuit breaker" in now.get("rolloutStateReason", "")
    if mine.get("rolloutState") == "FAILED" or goes_back or now["taskDefinition"] != follow.task_definition:
        reason = mine.get("rolloutStateReason") or now.get("rolloutStateReason") or _event(service)
        return State.ROLLED_BACK, _instead(reason, now)
    return State.OVERTAKEN, f"deployment {now['id']} has taken its place"


def _instead(reason: str, now: Document) -> str:
    return f"{reason or 'no reason was told'}; {_short(now['taskDefinition'])} runs in its place"


def _progress(service: Document, now: Document) -> str:
    failed = f", {now['failedTasks']} tasks failed" if now.get("failedTasks") else ""
    return f"{now.get('runningCount', 0)} of {service['desiredCount']} tasks run{failed}"


def _event(service: Document) -> str:
    """The newest word of ECS on a deployment that failed."""
    told = (one["message"] for one in service.get("events", ()))
    return next((one for one in told if "deployment failed" in one or "rolling back" in one), "")


def _short(task_definition: str) -> str:
    return task_definition.rpartition("/")[2]
