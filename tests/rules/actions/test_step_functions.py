"""The `stepFunctions` action against Step Functions."""

from __future__ import annotations

import json
import uuid
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from rules.actions.step_functions import StepFunctionsAction
from rules.errors import FinalError
from rules.parameters import StepFunctionsParameters

ROLE = "arn:aws:iam::123456789012:role/any"


def action(tools, **changes: Any) -> StepFunctionsAction:
    """An action that starts `inspect`."""
    parameters = {"roleArn": ROLE, "stateMachineName": "inspect", "executionNamePrefix": "${n}-", **changes}
    return StepFunctionsAction(
        StepFunctionsParameters.model_validate(parameters), tools.clients, account="123456789012"
    )


@pytest.fixture
def machine(fake_account: None) -> str:
    """The ARN of a state machine."""
    definition = {"StartAt": "Keep", "States": {"Keep": {"Type": "Pass", "End": True}}}
    made = boto3.client("stepfunctions").create_state_machine(
        name="inspect", definition=json.dumps(definition), roleArn=ROLE
    )
    return str(made["stateMachineArn"])


def test_an_execution_is_started_with_the_message(machine, tools, occasion):
    """Name and input are read back; the name is the prefix and a UUID (developer guide, "Step Functions")."""
    tried = action(tools)
    tried.perform(tried.prepare(occasion(b'{"n": "M001"}')))

    states = boto3.client("stepfunctions")
    (execution,) = states.list_executions(stateMachineArn=machine)["executions"]
    assert execution["name"].startswith("M001-")
    assert str(uuid.UUID(execution["name"].removeprefix("M001-"))) in execution["name"]
    assert states.describe_execution(executionArn=execution["executionArn"])["input"] == '{"n":"M001"}'


def test_a_second_attempt_starts_no_second_execution(machine, tools, occasion):
    """The answer to the first was lost: the name is known, and that is success."""
    tried = action(tools)
    request = tried.prepare(occasion(b'{"n":1}'))
    tried.perform(request)
    tried.perform(request)

    assert len(boto3.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]) == 1


def test_an_execution_that_has_ended_meanwhile_is_a_success(fake_account, tools, occasion):
    """Then Step Functions refuses the name (API reference, ExecutionAlreadyExists)."""
    tried = action(tools)
    with Stubber(tools.clients.state_machines) as service:
        service.add_client_error("start_execution", "ExecutionAlreadyExists", "exists", 400)
        tried.perform(tried.prepare(occasion(b'{"n":1}')))
        service.assert_no_pending_responses()


def test_without_a_prefix_the_name_is_a_uuid(tools, occasion):
    """So that a retry is known in this case as well."""
    request = action(tools, executionNamePrefix=None).prepare(occasion(b"{}"))

    assert str(uuid.UUID(request.name)) == request.name
    assert request.describe() == {"stateMachineName": "inspect", "name": request.name, "input": "{}"}


@pytest.mark.parametrize(
    ("prefix", "payload", "said"),
    [
        ("p" * 45, b"{}", "44 characters"),
        ("a b", b"{}", "cannot be in a name"),
        ("${n}", b'{"n":"a/b"}', "cannot be in a name"),
        ("p", b"text", "not JSON"),
    ],
)
def test_an_execution_that_cannot_be_is_final(tools, occasion, prefix, payload, said):
    """Names of 80 characters and without some (API reference, StartExecution); the input is JSON."""
    with pytest.raises(FinalError, match=said):
        action(tools, executionNamePrefix=prefix).prepare(occasion(payload))


def test_a_machine_that_is_not_there_is_final(fake_account, tools, occasion):
    """The error action's turn."""
    tried = action(tools)
    with pytest.raises(FinalError, match="StateMachineDoesNotExist"):
        tried.perform(tried.prepare(occasion(b'{"n":1}')))
