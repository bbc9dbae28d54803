"""The `http` action: a message is posted to a web service, alone or with others as one JSON array.

What is tried again is what AWS tries again (developer guide, "HTTP action retry logic"): three times at most and 3000
ms in all, and only after 429 or 5xx, an answer of at most 16,384 bytes, on a connection that stays open, or where no
connection came about.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

from urllib3.util import parse_url

from rules.actions.action import Action, BatchingAction, BatchLimits, ErrorForm, Occasion, as_text
from rules.actions.aws import Clients
from rules.actions.http_call import FAILED, TOTAL_S, HttpCaller
from rules.errors import FinalError
from rules.parameters import BatchConfig, HttpParameters
from rules.parameters.http import MAX_URL, HttpHeader, usable_url
from rules.retry import RetryPolicy

POLICY = RetryPolicy(attempts=3, base_s=0.1, cap_s=0.5)
CONTENT_TYPE = "Content-Type"
JSON, BINARY = "application/json", "application/octet-stream"
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is posted."""

    url: str
    headers: Headers
    body: bytes

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        return {"method": "POST", "url": self.url, "headers": dict(self.headers), "body": as_text(self.body)}


@dataclass(frozen=True, slots=True)
class HttpPart:
    """What one message adds to a batch; its headers count if it comes last."""

    url: str
    scope: str
    headers: Headers
    element: bytes

    @property
    def partition(self) -> str:
        """Requests to one URL, and of one topic unless the rule batches across topics."""
        return f"{self.url} {self.scope}"

    @property
    def size(self) -> int:
        """The element and the comma or bracket beside it [bytes]."""
        return len(self.element) + 1

    def describe(self) -> dict[str, Any]:
        """The request for people."""
        shown = {"method": "POST", "url": self.url, "headers": dict(self.headers)}
        return {**shown, "batched": True, "element": as_text(self.element)}


class HttpAction(Action[HttpRequest]):
    """Posts the result of SELECT."""

    kind: ClassVar[str] = "http"
    failed_action: ClassVar[str] = "HttpAction"
    policy = POLICY

    def __init__(self, parameters: HttpParameters, clients: Clients) -> None:
        self._parameters = parameters
        self._caller = HttpCaller(parameters.auth, clients)
        self.resource = parameters.url

    def prepare(self, occasion: Occasion) -> HttpRequest:
        """The request of one message."""
        is_json = bool(occasion.data) and not isinstance(occasion.result, bytes)
        headers = _headers(self._parameters.headers, occasion, JSON if is_json else BINARY)
        return HttpRequest(_url(self._parameters, occasion), headers, occasion.data)

    def perform(self, request: HttpRequest) -> None:
        """Post it, once."""
        self.attempts(request)()

    def attempts(self, request: HttpRequest) -> Callable[[], None]:
        """Attempts that share the time for all of them."""
        return _within(TOTAL_S, lambda ends_at: self._caller.post(request.url, request.headers, request.body, ends_at))


class BatchedHttpAction(BatchingAction[HttpPart, HttpRequest]):
    """Posts the results of messages together (developer guide, "Batching HTTP action messages")."""

    kind: ClassVar[str] = "http"
    failed_action: ClassVar[str] = "HttpAction"
    policy = POLICY

    def __init__(self, parameters: HttpParameters, clients: Clients) -> None:
        self._parameters = parameters
        self._caller = HttpCaller(parameters.auth, clients)
        config = parameters.batch_config or BatchConfig()
        self._across_topics = config.batch_across_topics
        self.error_form = ErrorForm.BATCH_ACROSS_TOPICS if self._across_topics else ErrorForm.BATCH
        self.limits = BatchLimits(
            # The bracket that no element counts.
            config.max_batch_open_ms / 1000,
            config.max_batch_size_bytes - 1,
            config.max_batch_size,
        )
        self.resource = parameters.url

    def prepare(self, occasion: Occasion) -> HttpPart:
        """The element of one message."""
        scope = "" if self._across_topics else occasion.message.topic
        headers = _headers(self._parameters.headers, occasion, JSON)
        return HttpPart(_url(self._parameters, occasion), scope, headers, _element(occasion))

    def batch(self, parts: Sequence[HttpPart]) -> HttpRequest:
        """An array of all elements, under the headers of the last."""
        body = b"[" + b",".join(part.element for part in parts) + b"]"
        return HttpRequest(parts[-1].url, parts[-1].headers, body)

    def deliver(self, batch: HttpRequest) -> None:
        """Post it, once."""
        self.deliveries(batch)()

    def deliveries(self, batch: HttpRequest) -> Callable[[], None]:
        """Attempts that share the time for all of them."""
        return _within(TOTAL_S, lambda ends_at: self._caller.post(batch.url, batch.headers, batch.body, ends_at))


def _within(total_s: float, post: Callable[[float], None]) -> Callable[[], None]:
    """Attempts that all end when the first has been under way for so long [s]."""
    ends_at: float | None = None

    def attempt() -> None:
        nonlocal ends_at
        if ends_at is None:
            ends_at = time.monotonic() + total_s
        post(ends_at)

    return attempt


def _url(parameters: HttpParameters, occasion: Occasion) -> str:
    """Where to post: what the rule's confirmationUrl covers, whatever a message says.

    Raises:
        FinalError: the templates give a URL that the action must not call.
    """
    url = occasion.text(parameters.url, "url")
    try:
        # As it goes over the wire, so that this is what is signed, too.
        sent = parse_url(usable_url(url)).url
    except ValueError as error:
        raise FinalError(f"{FAILED}. url: {error}.") from None
    if len(url) > MAX_URL:
        raise FinalError(f"{FAILED}. url has {len(url)} characters, {MAX_URL} are allowed.")
    if parameters.confirmation_url is not None:
        confirmed = occasion.text(parameters.confirmation_url, "confirmationUrl")
        # A prefix alone would let "https://example.com" stand for "https://example.com.elsewhere.org".
        if not url.startswith(confirmed) or urlsplit(url)[:2] != urlsplit(confirmed)[:2]:
            raise FinalError(f"{FAILED}. confirmationUrl {confirmed!r} is no prefix of url {url!r}.")
    return sent


def _headers(headers: Sequence[HttpHeader], occasion: Occasion, content_type: str) -> Headers:
    filled = [(header.key, _value(header, occasion)) for header in headers]
    if any(key.lower() == CONTENT_TYPE.lower() for key, _ in filled):
        return tuple(filled)
    return (CONTENT_TYPE, content_type), *filled


def _value(header: HttpHeader, occasion: Occasion) -> str:
    value = occasion.text(header.value, header.key)
    # A line break would begin a header of the message's choice (RFC 9110, section 5.5).
    refused = next((sign for sign in value if not sign.isascii() or not (sign.isprintable() or sign == "\t")), None)
    if refused is not None:
        # Not the value: it may be a secret, and this sentence is logged.
        raise FinalError(f"{FAILED}. The header {header.key} cannot hold {refused!r}: printable ASCII is needed.")
    return value


def _element(occasion: Occasion) -> bytes:
    """A message as an element of a JSON array: text that is not JSON becomes a JSON string.

    Raises:
        FinalError: it is nothing, or not text (developer guide, "Limitations" of batching).
    """
    if not occasion.data:
        raise FinalError(f"{FAILED}. The message is empty.")
    if not isinstance(occasion.result, bytes):
        return occasion.data
    try:
        return json.dumps(occasion.data.decode(), ensure_ascii=False).encode()
    except UnicodeDecodeError:
        raise FinalError(f"{FAILED}. A batch holds text only; encode(*, 'base64') would carry the payload.") from None
