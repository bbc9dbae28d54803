"""One POST of the `http` action: sent, perhaps signed, answered in time, and its outcome judged."""

from __future__ import annotations

import time
from collections.abc import Iterable

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
)
from urllib3.response import BaseHTTPResponse

from rules.actions.aws import Clients
from rules.errors import FinalError, RetryableError
from rules.parameters.http import HttpAuthorization

TOTAL_S = 3.0
"""Time for all attempts together (AWS General Reference, quotas of the HTTP action) [s]."""
MAX_ANSWER = 16_384
"""Longest answer after which another attempt is made [bytes]."""
FAILED = "HttpAction failed to make a request to the specified endpoint"
_LATE = f"{FAILED}. Reason: no answer within {TOTAL_S * 1000:g} ms in all."
_CHUNK = 4096


class HttpCaller:
    """Posts over connections that are kept; redirects are not followed, and certificates are verified.

    Args:
        auth: how requests are signed, if at all.
        clients: whose key signs.
    """

    def __init__(self, auth: HttpAuthorization | None, clients: Clients) -> None:
        self._sigv4 = auth.sigv4 if auth is not None else None
        self._clients = clients
        self._pool = urllib3.PoolManager(num_pools=16, maxsize=4, retries=False)

    def post(self, url: str, headers: Iterable[tuple[str, str]], body: bytes, ends_at: float) -> None:
        """Post once.

        Args:
            url: where to.
            headers: names and values; one that comes again is added to its first value.
            body: the payload.
            ends_at: when to give up, on the monotonic clock [s].

        Raises:
            RetryableError: another attempt may succeed.
            FinalError: none can, or none may be made.
        """
        left_s = ends_at - time.monotonic()
        if left_s <= 0:
            raise FinalError(_LATE)
        merged = dict(urllib3.HTTPHeaderDict(headers).itermerged())
        signed = self._signed(url, merged, body)
        response = self._send(url, signed, body, left_s)
        try:
            _judge(response, ends_at)
        finally:
            # What was not read to its end cannot carry the next request.
            response.close()

    def _signed(self, url: str, headers: dict[str, str], body: bytes) -> dict[str, str]:
        if self._sigv4 is None:
            return headers
        request = AWSRequest(method="POST", url=url, data=body, headers=headers)
        key = self._clients.credentials().get_frozen_credentials()
        SigV4Auth(key, self._sigv4.service_name, self._sigv4.signing_region).add_auth(request)
        return dict(request.headers.items())

    def _send(self, url: str, headers: dict[str, str], body: bytes, left_s: float) -> BaseHTTPResponse:
        try:
            return self._pool.request(
                "POST",
                url,
                body=body,
                headers=headers,
                timeout=urllib3.Timeout(total=left_s),
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
        except (ConnectTimeoutError, NewConnectionError) as error:
            raise RetryableError(f"{FAILED}. Reason: {error}") from error
        except ReadTimeoutError as error:
            raise FinalError(_LATE) from error
        except ProtocolError as error:
            raise FinalError(f"{FAILED}. Reason: the connection was closed without an answer.") from error
        except HTTPError as error:
            raise FinalError(f"{FAILED}. Reason: {error}") from error


def _judge(response: BaseHTTPResponse, ends_at: float) -> None:
    size = _read(response, ends_at)
    if 200 <= response.status < 300:
        return
    told = f"{FAILED}. StatusCode: {response.status}. Reason: {response.reason or 'none given'}."
    if response.status != 429 and response.status < 500:
        raise FinalError(told)
    if size > MAX_ANSWER:
        raise FinalError(f"{told} The answer is longer than {MAX_ANSWER} bytes, so it is not tried again.")
    if _closes(response):
        raise FinalError(f"{told} The connection was closed, so it is not tried again.")
    raise RetryableError(told)


def _read(response: BaseHTTPResponse, ends_at: float) -> int:
    """Read an answer to its end, or as far as it matters; its size so far [bytes]."""
    size = 0
    try:
        while size <= MAX_ANSWER and time.monotonic() < ends_at:
            chunk = response.read1(_CHUNK)
            if not chunk:
                response.release_conn()
                break
            size += len(chunk)
    except HTTPError:
        # The status says how it went; an answer that breaks off ends the connection, too.
        size = MAX_ANSWER + 1
    return size


def _closes(response: BaseHTTPResponse) -> bool:
    """Whether the service ends the connection after its answer (RFC 9112, section 9.3)."""
    wish = response.headers.get("Connection", "").lower()
    return wish == "close" or (response.version == 10 and wish != "keep-alive")
