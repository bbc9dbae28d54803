"""What all actions have in common: first say what would be done, then do it.

`prepare` is pure: it renders the templates of one message and returns a request. `perform` carries a request out and
knows no message. So `factory rules test` shows exactly what the engine would do, and a retry repeats the same request:
an object under the same key, never a second one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
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
            text = self.render(template)
        except EvaluationError as error:
            raise FinalError(f"The template {name}={template!r} fails: {error}") from error
        # Half a surrogate pair, which JSON may hold and UTF-8 cannot, becomes a question mark as in the result's bytes.
        return text if text.isascii() else text.encode("utf-8", "replace").decode()


class ErrorForm(Enum):
    """How an error action hears of a message that an action could not take (developer guide, "Error handling")."""

    SINGLE = "the message's topic and payload"
    BATCH = "payloadsWithMetadata, with the topic above"
    BATCH_ACROSS_TOPICS = "payloadsWithMetadata, with the topic in each entry"


RequestT = TypeVar("RequestT", bound=Request)
BatchT = TypeVar("BatchT", bound=Request)


class Action(ABC, Generic[RequestT]):
    """One action of a rule.

    Attributes:
        kind: name of the action, as AWS writes it in a rule.
        failed_action: name of the action, as AWS writes it in the envelope of an error action.
        resource: what the action works on, as in that envelope.
        policy: how often an attempt is repeated.
        threads: how many requests may be under way at once; each action has threads of its own, so that a service
            that hangs holds up no other action.
        error_form: how an error action hears of what could not be performed.
    """

    kind: ClassVar[str]
    failed_action: ClassVar[str]
    resource: str
    policy: RetryPolicy = RetryPolicy()
    threads: int = 4
    error_form: ErrorForm = ErrorForm.SINGLE

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

    def attempts(self, request: RequestT) -> Callable[[], None]:
        """What each attempt does; one that remembers between attempts what is left to do replaces this."""
        return partial(self.perform, request)


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """When a batch is full; what is None is left to the engine's settings.

    Args:
        max_age_s: its first request has waited that long [s].
        max_bytes: it has that many bytes.
        max_count: it has that many requests.
    """

    max_age_s: float | None = None
    max_bytes: int | None = None
    max_count: int | None = None


class Batchable(Request, Protocol):
    """A request that is carried out together with others."""

    @property
    def partition(self) -> str:
        """Only requests of one partition come into one batch."""

    @property
    def size(self) -> int:
        """What it adds to a batch [bytes]."""


PartT = TypeVar("PartT", bound=Batchable)


class BatchingAction(Action[PartT], Generic[PartT, BatchT]):
    """An action whose requests are put together and carried out as one.

    Attributes:
        limits: when a batch is full.
    """

    limits: BatchLimits = BatchLimits()

    @abstractmethod
    def batch(self, parts: Sequence[PartT]) -> BatchT:
        """Requests of one partition as one, in their order; fixed before the first attempt."""

    @abstractmethod
    def deliver(self, batch: BatchT) -> None:
        """Carry a batch out.

        Raises:
            RetryableError: it may work later.
            FinalError: it never will.
        """

    def deliveries(self, batch: BatchT) -> Callable[[], None]:
        """What each attempt at a batch does."""
        return partial(self.deliver, batch)

    def perform(self, request: PartT) -> None:
        """Carry out a single request as a batch of its own."""
        self.deliver(self.batch([request]))


def json_text(occasion: Occasion, deed: str) -> str:
    """What an action receives, where it can only be JSON.

    Raises:
        FinalError: the result is nothing, or the raw bytes of a payload that is not JSON.
    """
    if isinstance(occasion.result, bytes) or not occasion.data:
        raise FinalError(f"{deed}. The payload is not JSON: it is {as_text(occasion.data)[:80]!r}.")
    return occasion.data.decode()


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
