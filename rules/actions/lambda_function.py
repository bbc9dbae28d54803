"""The `lambda` action: a function is invoked with a message, and nobody waits for its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from rules.actions.action import Action, Occasion, json_text
from rules.actions.aws import Clients, sorted_errors
from rules.parameters import LambdaParameters

DEED = "Failed to invoke lambda function"


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call of a function."""

    function_arn: str
    event: str

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        return {"functionArn": self.function_arn, "invocationType": "Event", "payload": self.event}


class LambdaAction(Action[Invocation]):
    """Invokes asynchronously, as AWS IoT does: Lambda queues the event, and retries a function that fails by itself."""

    kind: ClassVar[str] = "lambda"
    failed_action: ClassVar[str] = "LambdaAction"

    def __init__(self, parameters: LambdaParameters, clients: Clients) -> None:
        self._parameters = parameters
        self._clients = clients
        self.resource = parameters.function_arn

    def prepare(self, occasion: Occasion) -> Invocation:
        """The call for one message; Lambda takes JSON only."""
        arn = occasion.text(self._parameters.function_arn, "functionArn")
        return Invocation(arn, json_text(occasion, DEED))

    def perform(self, request: Invocation) -> None:
        """Hand the event over."""
        with sorted_errors(DEED):
            self._clients.functions.invoke(
                FunctionName=request.function_arn, InvocationType="Event", Payload=request.event.encode()
            )
