"""The `stepFunctions` action: a message starts an execution of a state machine."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from rules.actions.action import Action, Occasion, json_text
from rules.actions.aws import Clients, sorted_errors
from rules.errors import FinalError
from rules.parameters import StepFunctionsParameters

MAX_NAME = 80
# Blanks, brackets, wildcards, special and control characters (Step Functions API reference, StartExecution).
_REFUSED = re.compile(r"[\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]")
DEED = "Failed to start state machine execution"


@dataclass(frozen=True, slots=True)
class Execution:
    """An execution to be started; its name tells a second attempt from a second execution."""

    state_machine: str
    name: str
    event: str

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        return {"stateMachineName": self.state_machine, "name": self.name, "input": self.event}


class StepFunctionsAction(Action[Execution]):
    """Starts executions of a state machine of the engine's own account and region.

    Args:
        parameters: of the rule.
        clients: services of AWS.
        account: AWS account of the state machine.
    """

    kind: ClassVar[str] = "stepFunctions"
    failed_action: ClassVar[str] = "StepFunctionsAction"

    def __init__(self, parameters: StepFunctionsParameters, clients: Clients, *, account: str) -> None:
        self._parameters = parameters
        self._clients = clients
        self._account = account
        self.resource = parameters.state_machine_name

    def prepare(self, occasion: Occasion) -> Execution:
        """The execution of one message: its name is the prefix and a UUID, given once and for all."""
        template = self._parameters.execution_name_prefix
        prefix = "" if template is None else occasion.text(template, "executionNamePrefix")
        name = f"{prefix}{uuid.uuid4()}"
        if len(name) > MAX_NAME or _REFUSED.search(name):
            raise FinalError(
                f"{DEED}. executionNamePrefix={prefix[:80]!r} is longer than 44 characters, or holds one that "
                "cannot be in a name."
            )
        machine = occasion.text(self._parameters.state_machine_name, "stateMachineName")
        return Execution(machine, name, json_text(occasion, DEED))

    def perform(self, request: Execution) -> None:
        """Start it."""
        client = self._clients.state_machines
        partition, region = client.meta.partition, client.meta.region_name
        arn = f"arn:{partition}:states:{region}:{self._account}:stateMachine:{request.state_machine}"
        with sorted_errors(DEED):
            try:
                client.start_execution(stateMachineArn=arn, name=request.name, input=request.event)
            except ClientError as error:
                # Nobody else has this name: an earlier attempt started it, and its answer was lost.
                if error.response.get("Error", {}).get("Code") != "ExecutionAlreadyExists":
                    raise
