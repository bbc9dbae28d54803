"""What stands before the emulator's HTTP interface: an ASGI application around its own.

It refuses the emulator's administration (`/_ministack/reset` would wipe everything for any caller, also for a web
page that a browser on this machine shows) but for health and the CA, refuses MQTT over WebSocket (a way in
without a certificate), and tells the checkpointer which services were called to change something.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

OPEN_PATHS = frozenset({"/_ministack/health", "/_ministack/ready", "/_ministack/iot/ca.pem"})
_ADMINISTRATION = ("/_ministack/", "/_localstack/")
_SERVICE = re.compile(rb"Credential=[^/]+/\d{8}/[^/]+/([^/]+)/aws4_request")
_READING = re.compile(
    rb"(?:^|[.])(?:Get|List|Describe|Head|Query|Scan|BatchGet|Decrypt|Encrypt|GenerateData)[A-Za-z]*$"
)
_ITEM_WRITING = re.compile(rb"^DynamoDB_\d+[.](?:PutItem|UpdateItem|DeleteItem|BatchWriteItem)$")
"""Calls that change nothing but items, which the journal has when they are answered."""
_READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Journal(Protocol):
    """Who keeps what has changed."""

    async def changed(self, service: str) -> None:
        """A request that may have changed a service's state has been worked off; returns when the answer may go."""


class Gate:
    """The emulator's application with its doors closed and its changes noted."""

    def __init__(self, application: Application, journal: Journal) -> None:
        self._application = application
        self._journal = journal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, as ASGI has it."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "http" and _is_closed(scope["path"]):
            await _refuse(send)
        elif scope["type"] == "http" and (service := changed_service(scope)):
            await self._application(scope, receive, self._after_change(service, send))
        else:
            await self._application(scope, receive, send)

    def _after_change(self, service: str, send: Send) -> Send:
        async def send_after_change(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                await self._journal.changed(service)
            await send(message)

        return send_after_change


def changed_service(scope: Scope) -> str | None:
    """The service whose state a signed request may change, by its signature.

    None if it only reads, and if all that it changes is items of DynamoDB: those are in the journal.

    Example:
        >>> signed = b"AWS4-HMAC-SHA256 Credential=AKIA/20260102/us-east-1/dynamodb/aws4_request, SignedHeaders=host"
        >>> scope = {"method": "POST", "headers": [(b"authorization", signed), (b"x-amz-target", b"D.CreateTable")]}
        >>> changed_service(scope)
        'dynamodb'
        >>> changed_service(scope | {"headers": [(b"authorization", signed), (b"x-amz-target", b"D.GetItem")]})
    """
    if scope["method"] in _READ_METHODS:
        return None
    headers = {name.lower(): value for name, value in scope["headers"]}
    signature = _SERVICE.search(headers.get(b"authorization", b""))
    target = headers.get(b"x-amz-target", b"")
    if signature is None or _READING.search(target) or _ITEM_WRITING.match(target):
        return None
    return signature.group(1).decode("ascii", "replace")


def _is_closed(path: str) -> bool:
    return path.startswith(_ADMINISTRATION) and path not in OPEN_PATHS


async def _refuse(send: Send) -> None:
    body = b'{"message": "This door of the emulator is closed by the launcher."}'
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
