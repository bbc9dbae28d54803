"""Whether a program is ready: small questions over HTTP and TCP."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

Check = Callable[[], str | None]
"""None when all is well, else what is waited for."""

_TIMEOUT_S = 2.0


def fetch(url: str, timeout_s: float = _TIMEOUT_S) -> tuple[int, str]:
    """Status and text of a page.

    Raises:
        OSError: nobody answers, or not with HTTP.
    """
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port or 80, timeout=timeout_s)
    try:
        connection.request("GET", f"{address.path or '/'}{'?' + address.query if address.query else ''}")
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except http.client.HTTPException as error:
        raise OSError(f"{url} does not answer with HTTP: {error!r}") from error
    finally:
        connection.close()


def answers(
    url: str, timeout_s: float = _TIMEOUT_S, excused: Callable[[int, str], bool] = lambda _status, _text: False
) -> Check:
    """A page answers with 200.

    Args:
        url: the page.
        timeout_s: how long it may take [s].
        excused: whether another answer, by its status and text, is well all the same.
    """

    def check() -> str | None:
        try:
            status, text = fetch(url, timeout_s)
        except OSError:
            return f"{url} does not answer"
        first_line = text.strip().partition("\n")[0][:120]
        well = status == HTTPStatus.OK or excused(status, text)
        return None if well else f"{url} answers {status}: {first_line}"

    return check


def only_disconnected(status: int, text: str) -> bool:
    """Whether a rules engine is well but for its broker, which no restart of the engine brings back.

    Example:
        >>> only_disconnected(503, '{"status": "not connected to the broker for 31 s", "connected": false}')
        True
        >>> only_disconnected(503, '{"status": "the worker has not moved for 21 s", "connected": false}')
        False
    """
    if status != HTTPStatus.SERVICE_UNAVAILABLE:
        return False
    try:
        return str(json.loads(text)["status"]).startswith("not connected")
    except (ValueError, KeyError, TypeError):
        return False


def listens(host: str, port: int) -> Check:
    """Someone listens on a port."""

    def check() -> str | None:
        try:
            with socket.create_connection((host, port), timeout=_TIMEOUT_S):
                return None
        except OSError:
            return f"{host}:{port} does not listen"

    return check
