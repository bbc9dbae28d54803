"""What one client may take of the server: bytes, time, and a place among the requests under way.

uvicorn limits neither the size of a body nor the time in which it comes, and starlette leaves both to the application;
uvicorn's own limit of concurrency also turns /ping and /metrics away, and nobody would count what it refuses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from starlette.requests import ClientDisconnect, Request

from maintenance.server.formats import RequestError


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is borne.

    Attributes:
        body_bytes: longest body [bytes]; by default what SageMaker lets through to a real-time endpoint.
        receive_s: time for a request's head, and for its body, to come [s].
        requests: requests for verdicts that are under way at a time, with those whose body is still coming.
    """

    body_bytes: int = 6 * 1024 * 1024
    receive_s: float = 10.0
    requests: int = 64


class Places:
    """The places for requests under way.

    Args:
        count: how many there are.
    """

    def __init__(self, count: int) -> None:
        self._count, self._taken = count, 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a place.

        Raises:
            RequestError: all are taken.
        """
        if self._taken >= self._count:
            raise RequestError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"{self._count:,} requests are under way already.",
                remedy="Try again in a second, or send more rows in one request.",
            )
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1


async def body_of(request: Request, limits: Limits) -> bytes:
    """The body of a request, read only as far as it may be long and as long as it may take.

    What comes after a refusal is thrown away by uvicorn, for as long as `connections` lets it: a client that is still
    sending when its connection is closed would see that, and never the answer.

    Raises:
        RequestError: it is too long, too slow, or was broken off.
    """
    body = bytearray()
    _check_length(_declared(request), limits)
    try:
        async with asyncio.timeout(limits.receive_s):
            async for part in request.stream():
                body += part
                _check_length(len(body), limits)
    except TimeoutError:
        raise RequestError(
            HTTPStatus.REQUEST_TIMEOUT,
            f"The body had not come to its end after {limits.receive_s:g} s.",
            remedy="Send it without a pause, or fewer rows at a time.",
        ) from None
    except ClientDisconnect:
        raise RequestError(HTTPStatus.BAD_REQUEST, "The client went away before the whole body had come.") from None
    return bytes(body)


def _declared(request: Request) -> int:
    declared = request.headers.get("content-length", "")
    return int(declared) if declared.isdecimal() else 0


def _check_length(length: int, limits: Limits) -> None:
    if length > limits.body_bytes:
        raise RequestError(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            f"The body is longer than {limits.body_bytes:,} bytes.",
            remedy="Send fewer rows at a time.",
        )
