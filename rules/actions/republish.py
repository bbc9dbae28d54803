"""The `republish` action: the result goes out on another topic, over the engine's own connection."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from rules.actions.action import Action, Occasion, as_text
from rules.errors import FinalError
from rules.parameters import RepublishHeaders, RepublishParameters

MAX_TOPIC_BYTES = 256
FORMAT_INDICATORS = {"UNSPECIFIED_BYTES": 0, "UTF8_DATA": 1}


@dataclass(frozen=True, slots=True)
class Publication:
    """A message to be published."""

    topic: str
    payload: bytes
    qos: int
    headers: dict[str, Any] = field(default_factory=dict)
    user_properties: tuple[tuple[str, str], ...] = ()

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        headers: dict[str, Any] = {
            name: as_text(value) if isinstance(value, bytes) else value for name, value in self.headers.items()
        }
        if self.user_properties:
            headers["userProperties"] = [list(pair) for pair in self.user_properties]
        shown = {"headers": headers} if headers else {}
        return {"topic": self.topic, "qos": self.qos, **shown, "payload": as_text(self.payload)}


class Publisher(Protocol):
    """Whoever can publish: the engine's connection."""

    def publish(self, publication: Publication) -> None:
        """Publish, and return when the broker has taken it.

        Raises:
            RetryableError: not connected, or no answer.
            FinalError: the broker's policy refuses.
        """


class RepublishAction(Action[Publication]):
    """Publishes the result of SELECT; `$$aws/…` stands for a reserved topic `$aws/…`, as `$` begins a template."""

    kind: ClassVar[str] = "republish"
    failed_action: ClassVar[str] = "RepublishAction"

    def __init__(self, parameters: RepublishParameters, publisher: Publisher) -> None:
        self._parameters = parameters
        self._publisher = publisher
        self.resource = parameters.topic

    def prepare(self, occasion: Occasion) -> Publication:
        """The message that one message becomes."""
        template = self._parameters.topic
        prefix = "$" if template.startswith("$$") else ""
        topic = prefix + occasion.text(template[2:] if prefix else template, "topic")
        if not 0 < len(topic.encode()) <= MAX_TOPIC_BYTES or any(mark in topic for mark in "+#\0"):
            raise FinalError(f"Failed to republish. {topic[:80]!r} is not a topic of 1-256 bytes without + and #.")
        headers, pairs = _headers(self._parameters.headers, occasion)
        return Publication(topic, occasion.data, self._parameters.qos, headers, pairs)

    def perform(self, request: Publication) -> None:
        """Publish it."""
        self._publisher.publish(request)


def _headers(
    headers: RepublishHeaders | None, occasion: Occasion
) -> tuple[dict[str, Any], tuple[tuple[str, str], ...]]:
    """The MQTT 5 properties of a republished message, by AWS's names."""
    if headers is None:
        return {}, ()
    texts = {
        name: occasion.text(value, name)
        for name, value in headers.model_dump(by_alias=True, exclude={"user_properties"}, exclude_none=True).items()
    }
    filled: dict[str, Any] = {name: _typed(name, text) for name, text in texts.items()}
    pairs = tuple(
        (occasion.text(pair.key, "key"), occasion.text(pair.value, "value")) for pair in headers.user_properties
    )
    return filled, pairs


def _typed(name: str, text: str) -> Any:
    try:
        if name == "payloadFormatIndicator":
            return FORMAT_INDICATORS[text]
        if name == "messageExpiry":
            return _seconds(text)
        if name == "correlationData":
            return base64.b64decode(text, validate=True)
    except (KeyError, ValueError, binascii.Error):
        raise FinalError(f"Failed to republish. {name}={text!r} cannot be used.") from None
    return text


def _seconds(text: str) -> int:
    seconds = int(text)
    # AWS keeps a message for at most seven days.
    if not 0 < seconds <= 604_800:
        raise ValueError(text)
    return seconds
