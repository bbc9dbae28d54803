"""Asks a running simulator over HTTP, and turns what it refuses into a sentence."""

from __future__ import annotations

from typing import Any

import click
import httpx

from factory.errors import LocalFactoryError, LocalFactoryUsageError

DEFAULT_URL = "http://127.0.0.1:9100"

url_option = click.option(
    "--url", default=DEFAULT_URL, show_default=True, metavar="URL", help="Where the simulator answers."
)


def ask(method: str, url: str, path: str, body: object = None) -> Any:
    """What the simulator answers.

    Args:
        method: HTTP method.
        url: the simulator's address.
        path: what is asked for.
        body: sent as JSON, if given.

    Raises:
        LocalFactoryUsageError: it refuses the request, or the address cannot be one.
        LocalFactoryError: nobody answers, or it failed.
    """
    try:
        answer = httpx.request(method, url.rstrip("/") + path, json=body, timeout=15.0)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise LocalFactoryUsageError(f"--url {url} is not an address: {error}.", remedy=f"Try {DEFAULT_URL}.") from None
    except httpx.HTTPError as error:
        raise LocalFactoryError(
            f"No simulator answers at {url}: {error}.", remedy="Start it with factory up, or name another --url."
        ) from None
    if answer.is_success:
        return _json(answer, url)
    sentence = _json(answer, url).get("error", f"{url}{path} answered {answer.status_code}.")
    raise (LocalFactoryUsageError if answer.is_client_error else LocalFactoryError)(sentence)


def _json(answer: httpx.Response, url: str) -> Any:
    try:
        return answer.json()
    except ValueError:
        raise LocalFactoryError(f"What answers at {url} is not a simulator.", remedy="Name another --url.") from None
