from __future__ import annotations

from typing import Any

import pytest

from factory.rollout.states import Followed, State, followed, judge

FAMILY = "arn:aws:ecs:eu-central-1:111122223333:task-definition/smart-factory-plant1-simulator"
OLD, NEW = f"{FAMILY}:6", f"{FAMILY}:7"
# Words of ECS as it writes them: Amazon ECS developer guide, "Deployment circuit breaker", and its service events.
TRIPPED = "ECS deployment circuit breaker: tasks failed to start."
GOES_BACK = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1."


def deployment(name: str, task_definition: str, state: str, status: str = "PRIMARY", **more: Any) -> dict[str, Any]:
    """A deployment, as `describe_services` tells it."""
    told = {"id": f"ecs-svc/{name}", "status": status, "taskDefinition": task_definition, "rolloutState": state}
    return {**told, "runningCount": 1, "failedTasks": 0, **more}


def service(*deployments: dict[str, Any], running: int = 1, desired: int = 1, **more: Any) -> dict[str, Any]:
    """A service, as `describe_services` tells it."""
    counts = {"runningCount": running, "desiredCount": desired}
    name = "smart-factory-plant1-simulator"
    told = {"serviceName": name, "taskDefinition": deployments[0]["taskDefinition"], "deployments": list(deployments)}
    return {**told, **counts, **more}


WANTED = Followed("smart-factory-plant1-simulator", "ecs-svc/2", NEW)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (service(deployment("2", NEW, "COMPLETED")), State.STABLE),
        (service(deployment("2", NEW, "IN_PROGRESS")), State.UNDER_WAY),
        (service(deployment("2", NEW, "COMPLETED"), deployment("1", OLD, "COMPLETED", "ACTIVE")), State.UNDER_WAY),
        (service(deployment("2", NEW, "COMPLETED"), running=1, desired=2), State.UNDER_WAY),
        (service(deployment("2", NEW, "COMPLETED"), running=0, desired=0), State.STABLE),
    ],
    ids=["there", "on its way", "old tasks still end", "a task is missing", "switched off"],
)
def test_a_deployment_is_stable_when_it_is_alone_and_has_all_its_tasks(told: dict[str, Any], state: State) -> None:
    """What is on its way is waited for; a service that is switched off has nothing to wait for."""
    assert judge(told, WANTED).state is state


def test_a_rollback_that_runs_is_told_with_the_reason() -> None:
    """The breaker has started the deployment before anew, and the failed one is still listed."""
    failed = deployment("2", NEW, "FAILED", "ACTIVE", rolloutStateReason=TRIPPED)
    outcome = judge(service(deployment("3", OLD, "IN_PROGRESS", rolloutStateReason=GOES_BACK), failed), WANTED)

    assert outcome.state is State.ROLLED_BACK
    assert outcome.reason == f"{TRIPPED}; smart-factory-plant1-simulator:6 runs in its place"


def test_a_rollback_that_is_done_is_no_success() -> None:
    """The service is stable again, with what it had before: that is what a waiter for stability takes for success."""
    assert judge(service(deployment("3", OLD, "COMPLETED")), WANTED).state is State.ROLLED_BACK


def test_the_rollback_of_a_service_started_anew_is_found_by_its_id() -> None:
    """Only a secret was new, so that the task definition is the same before and after."""
    follow = Followed("smart-factory-plant1-simulator", "ecs-svc/2", OLD)
    told = service(deployment("3", OLD, "COMPLETED", rolloutStateReason=GOES_BACK))

    assert judge(told, follow).state is State.ROLLED_BACK


def test_a_failed_deployment_that_is_replaced_by_the_same_definition_is_a_rollback() -> None:
    """However ECS words the reason of the one that takes its place."""
    follow = Followed("smart-factory-plant1-simulator", "ecs-svc/2", OLD)
    failed = deployment("2", OLD, "FAILED", "ACTIVE", rolloutStateReason=TRIPPED)
    told = service(
        deployment("3", OLD, "IN_PROGRESS", rolloutStateReason="ECS deployment ecs-svc/3 in progress."), failed
    )

    assert judge(told, follow).state is State.ROLLED_BACK


def test_a_rollback_from_before_the_first_look_is_found() -> None:
    """The newest task definition of the family is not the one that runs."""
    told = service(deployment("3", OLD, "COMPLETED"))

    assert judge(told, followed(told, NEW)).reason.startswith("smart-factory-plant1-simulator:7 does not run")


def test_a_failure_that_has_nothing_to_go_back_to_is_told() -> None:
    """The first deployment of all: the breaker stops it, and there is none before it."""
    told = service(deployment("2", NEW, "FAILED", rolloutStateReason=TRIPPED), running=0)

    assert (judge(told, WANTED).state, judge(told, WANTED).reason) == (State.FAILED, TRIPPED)


def test_what_somebody_else_deploys_is_not_taken_for_ours() -> None:
    """Another deployment of the same definition has begun: nobody can say whether ours would have been well."""
    assert judge(service(deployment("9", NEW, "IN_PROGRESS")), WANTED).state is State.OVERTAKEN


def test_a_rollback_whose_deployments_say_nothing_has_the_word_of_the_events() -> None:
    """ECS tells of it in the service's events as well, the newest first."""
    event = {"message": "(service simulator) (deployment ecs-svc/2) deployment failed: tasks failed to start."}
    outcome = judge(service(deployment("3", OLD, "COMPLETED"), events=[{"message": "steady state"}, event]), WANTED)

    assert outcome.reason.startswith(event["message"])


def test_how_far_it_is_says_how_many_tasks_failed() -> None:
    """Who waits sees early that it goes wrong."""
    told = service(deployment("2", NEW, "IN_PROGRESS", runningCount=1, failedTasks=3), desired=4)

    assert judge(told, WANTED).reason == "1 of 4 tasks run, 3 tasks failed"
