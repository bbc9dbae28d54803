"""What all actions have in common: first say what would be done, then do it.

`prepare` is pure: it renders the templates of one message and returns a request. `perform` carries a request out and
knows no message. So `factory rules test` shows exactly what the engine would do, and a retry repeats the same request:
an object under the same key, never a second one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from rules.errors import FinalError
from rules.retry import RetryPolicy
from rules.sql import EvaluationError, Message


class Request(Protocol):
    """What an action would do for one message."""

    def describe(self) -> dict[str, Any]:
        """The request for people: JSON values, bytes as text."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A message for which a rule's WHERE was true.

    Args:
        message: the message as published.
        result: what SELECT gave.
        data: that result as the bytes that an action receives.
        render: fills the `${…}` of a template from the message.
    """

    message: Message
    result: Any
    data: bytes
    render: Callable[[str], str]

    def text(self, template: str, name: str) -> str:
        """A parameter with its templates filled.

        Raises:
            FinalError: a template that fails for this message.
        """
        if "${" not in template:
            return template
        try:
            return self.render(template)
        except EvaluationError as error:
            raise FinalError(f"The template {name}={template!r} fails: {error}") from error


RequestT = TypeVar("RequestT", bound=Request)


class Action(ABC, Generic[RequestT]):
    """One action of a rule.

    Attributes:
        kind: name of the action, as AWS writes it in a rule.
        failed_action: name of the action, as AWS writes it in the envelope of an error action.
        resource: what the action works on, as in that envelope.
        policy: how often an attempt is repeated.
        threads: how many requests may be under way at once; each action has threads of its own, so that a service
            that hangs holds up no other action.
    """

    kind: ClassVar[str]
    failed_action: ClassVar[str]
    resource: str
    policy: RetryPolicy = RetryPolicy()
    threads: int = 4

    @abstractmethod
    def prepare(self, occasion: Occasion) -> RequestT:
        """What would be done for a message.

        Raises:
            FinalError: nothing can be done for it: a template that gives nothing.
        """

    @abstractmethod
    def perform(self, request: RequestT) -> None:
        """Do it.

        Raises:
            RetryableError: it may work later.
            FinalError: it never will.
        """


def as_text(data: bytes) -> str:
    r"""Bytes for people: text where they are text.

    Example:
        >>> as_text(b'{"a":1}'), as_text(b"\xff")
        ('{"a":1}', '0xff')
    """
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "0x" + data.hex()
