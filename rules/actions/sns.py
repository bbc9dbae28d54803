"""The `sns` action: a notification a message."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from rules.actions.action import Action, Occasion, as_text
from rules.actions.aws import Clients, sorted_errors
from rules.errors import FinalError
from rules.parameters import SnsParameters


@dataclass(frozen=True, slots=True)
class Notification:
    """A notification to be sent."""

    topic_arn: str
    message: str
    message_structure: str | None

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        structure = {"messageStructure": self.message_structure} if self.message_structure else {}
        return {"targetArn": self.topic_arn, **structure, "message": self.message}


class SnsAction(Action[Notification]):
    """Publishes the result of SELECT to a topic.

    RAW sends it as it is. JSON means that the result is SNS's own structure, an object with a text for each protocol
    and at least `default` (SNS API reference, Publish, MessageStructure).
    """

    kind: ClassVar[str] = "sns"
    failed_action: ClassVar[str] = "SnsAction"

    def __init__(self, parameters: SnsParameters, clients: Clients) -> None:
        self._parameters = parameters
        self._clients = clients
        self.resource = parameters.target_arn

    def prepare(self, occasion: Occasion) -> Notification:
        """The notification of one message."""
        arn = occasion.text(self._parameters.target_arn, "targetArn")
        text = as_text(occasion.data)
        if not text:
            raise FinalError("Failed to publish to SNS topic. The message is empty.")
        if self._parameters.message_format == "RAW":
            return Notification(arn, text, None)
        _check_structure(text)
        return Notification(arn, text, "json")

    def perform(self, request: Notification) -> None:
        """Send it."""
        structure: Any = {"MessageStructure": request.message_structure} if request.message_structure else {}
        with sorted_errors("Failed to publish to SNS topic"):
            self._clients.sns.publish(TopicArn=request.topic_arn, Message=request.message, **structure)


def _check_structure(text: str) -> None:
    try:
        texts = json.loads(text)
    except ValueError:
        texts = None
    if not isinstance(texts, dict) or not isinstance(texts.get("default"), str):
        raise FinalError(
            f"Failed to publish to SNS topic. With messageFormat JSON a text `default` is needed, not {text[:80]!r}."
        )
