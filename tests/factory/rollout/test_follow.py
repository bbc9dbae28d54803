"""Every call and answer here is checked by botocore against ECS's own model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from factory.rollout.errors import RolloutUsageError
from factory.rollout.follow import Rollout, is_good
from factory.rollout.sources import Sources
from factory.rollout.states import Outcome, State

CLUSTER, SERVICE = "smart-factory-plant1", "smart-factory-plant1-grafana"
ARN = f"arn:aws:ecs:eu-central-1:111122223333:service/{CLUSTER}/{SERVICE}"
FAMILY = f"arn:aws:ecs:eu-central-1:111122223333:task-definition/{SERVICE}"
DEPLOYED = datetime(2026, 5, 1, tzinfo=UTC)
SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:grafana-AbCdEf"
CONTAINER = {"name": "grafana", "secrets": [{"name": "PASSWORD", "valueFrom": f"{SECRET}:password::"}]}


class Changed:
    """Says that each source was changed at one moment."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def changed(self, of: Sources) -> dict[str, datetime]:
        """The same for all."""
        return dict.fromkeys(of.secrets | of.buckets, self._moment)


def service(deployment: str, revision: int, state: str, desired: int = 1) -> dict[str, Any]:
    """A service with one deployment."""
    definition = f"{FAMILY}:{revision}"
    only = {
        "id": f"ecs-svc/{deployment}", "status": "PRIMARY", "taskDefinition": definition,
        "rolloutState": state, "createdAt": DEPLOYED, "runningCount": desired, "failedTasks": 0,
    }  # fmt: skip
    counts = {"desiredCount": desired, "runningCount": desired}
    return {"serviceName": SERVICE, "taskDefinition": definition, "deployments": [only], **counts}


@pytest.fixture
def ecs() -> Iterator[tuple[Any, Stubber]]:
    """A client of ECS, and what it will be answered."""
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    client: Any = boto3.session.Session(**keys).client("ecs", "eu-central-1")
    with Stubber(client) as stub:
        yield client, stub
        stub.assert_no_pending_responses()


def rollout(client: Any, changed: datetime = DEPLOYED) -> tuple[Rollout, list[str], list[float]]:
    """A roll-out, what it says, and how long it waits each time."""
    said: list[str] = []
    waits: list[float] = []
    clocks: Any = Changed(changed)
    return Rollout(CLUSTER, client, clocks, said.append, waits.append), said, waits


def listed(stub: Stubber, told: dict[str, Any]) -> None:
    """ECS lists the one service, and describes it."""
    stub.add_response("list_services", {"serviceArns": [ARN]}, {"cluster": CLUSTER})
    stub.add_response(
        "describe_services", {"services": [told], "failures": []}, {"cluster": CLUSTER, "services": [ARN]}
    )


def defined(stub: Stubber, name: str, revision: int) -> None:
    """ECS describes a task definition."""
    told = {"taskDefinitionArn": f"{FAMILY}:{revision}", "containerDefinitions": [CONTAINER]}
    stub.add_response("describe_task_definition", {"taskDefinition": told}, {"taskDefinition": name})


def looked(stub: Stubber, told: dict[str, Any]) -> None:
    """ECS is asked once more how the service is."""
    stub.add_response(
        "describe_services", {"services": [told], "failures": []}, {"cluster": CLUSTER, "services": [SERVICE]}
    )


def test_a_service_whose_secret_is_newer_is_started_anew(ecs: tuple[Any, Stubber]) -> None:
    """Its task definition has not changed, so that Terraform has left it alone."""
    client, stub = ecs
    one, said, _ = rollout(client, DEPLOYED + timedelta(minutes=1))
    listed(stub, service("1", 6, "COMPLETED"))
    defined(stub, f"{FAMILY}:6", 6)
    forced = {"cluster": CLUSTER, "service": SERVICE, "forceNewDeployment": True}
    stub.add_response("update_service", {"service": service("2", 6, "IN_PROGRESS")}, forced)

    assert one.renew() == {SERVICE: [SECRET]}
    assert said == [f"{SERVICE} starts anew for {SECRET}"]


def test_a_service_with_nothing_new_is_left_alone(ecs: tuple[Any, Stubber]) -> None:
    """Nothing is restarted for the sake of it."""
    client, stub = ecs
    listed(stub, service("1", 6, "COMPLETED"))
    defined(stub, f"{FAMILY}:6", 6)

    assert rollout(client)[0].renew() == {}


@pytest.mark.parametrize("told", [service("2", 7, "IN_PROGRESS"), service("1", 6, "COMPLETED", desired=0)])
def test_a_service_that_is_being_deployed_or_off_is_left_alone(ecs: tuple[Any, Stubber], told: dict[str, Any]) -> None:
    """Its next tasks read what is new anyway."""
    client, stub = ecs
    listed(stub, told)

    assert rollout(client, DEPLOYED + timedelta(days=1))[0].renew() == {}


def test_it_waits_until_the_service_is_stable(ecs: tuple[Any, Stubber]) -> None:
    """Each change is said once."""
    client, stub = ecs
    one, said, waits = rollout(client)
    listed(stub, service("2", 7, "IN_PROGRESS"))
    defined(stub, SERVICE, 7)
    for state in ("IN_PROGRESS", "IN_PROGRESS", "COMPLETED"):
        looked(stub, service("2", 7, state))

    assert is_good(one.follow(patience_s=60.0))
    assert said == [f"{SERVICE}: under way (1 of 1 tasks run)", f"{SERVICE}: stable"]
    assert waits == [15.0, 15.0]


def test_a_rollback_ends_the_waiting_and_is_not_good(ecs: tuple[Any, Stubber]) -> None:
    """The service is stable with the definition from before: that is not what was deployed."""
    client, stub = ecs
    one, _, _ = rollout(client)
    listed(stub, service("2", 7, "IN_PROGRESS"))
    defined(stub, SERVICE, 7)
    looked(stub, service("3", 6, "COMPLETED"))
    outcomes = one.follow(patience_s=60.0)

    assert [outcome.state for outcome in outcomes] == [State.ROLLED_BACK]
    assert not is_good(outcomes)


def test_patience_ends(ecs: tuple[Any, Stubber]) -> None:
    """A service that neither comes nor fails is told as under way, which is not good."""
    client, stub = ecs
    one, _, waits = rollout(client)
    listed(stub, service("2", 7, "IN_PROGRESS"))
    defined(stub, SERVICE, 7)
    for _ in range(3):
        looked(stub, service("2", 7, "IN_PROGRESS"))
    outcomes = one.follow(patience_s=30.0)

    assert [outcome.state for outcome in outcomes] == [State.UNDER_WAY]
    assert not is_good(outcomes)
    assert waits == [15.0, 15.0]


def test_the_last_words_of_its_own_tasks_are_told(ecs: tuple[Any, Stubber]) -> None:
    """Tasks that another deployment started do not belong to the story."""
    client, stub = ecs
    tasks = ["arn:aws:ecs:eu-central-1:111122223333:task/a", "arn:aws:ecs:eu-central-1:111122223333:task/b"]
    ended = [{"name": "init", "exitCode": 1, "reason": "OutOfMemoryError"}, {"name": "grafana", "exitCode": 0}]
    mine = {"startedBy": "ecs-svc/2", "stoppedReason": "Essential container in task exited", "containers": ended}
    others = {"startedBy": "ecs-svc/1", "stoppedReason": "Scaling activity initiated by deployment ecs-svc/1"}
    wanted = {"cluster": CLUSTER, "serviceName": SERVICE, "desiredStatus": "STOPPED"}
    stub.add_response("list_tasks", {"taskArns": tasks}, wanted)
    stub.add_response("describe_tasks", {"tasks": [others, mine], "failures": []}, {"cluster": CLUSTER, "tasks": tasks})

    words = rollout(client)[0].why(Outcome(SERVICE, State.ROLLED_BACK, "ecs-svc/2"))

    assert words == ["Essential container in task exited; init ended with 1, OutOfMemoryError"]


def test_a_cluster_that_is_not_there_is_a_wrong_call(ecs: tuple[Any, Stubber]) -> None:
    """The sentence names it, and where the right name is told."""
    client, stub = ecs
    stub.add_client_error("list_services", "ClusterNotFoundException")

    with pytest.raises(RolloutUsageError, match="There is no cluster 'smart-factory-plant1'"):
        rollout(client)[0].follow(patience_s=1.0)


def test_a_cluster_without_services_is_not_taken_for_a_success(ecs: tuple[Any, Stubber]) -> None:
    """Nothing that is wrong in nothing is no sign that it runs."""
    client, stub = ecs
    stub.add_response("list_services", {"serviceArns": []}, {"cluster": CLUSTER})

    with pytest.raises(RolloutUsageError, match="has no service"):
        rollout(client)[0].follow(patience_s=1.0)
