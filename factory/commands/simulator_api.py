"""Asks a running simulator over HTTP, and turns what it refuses into a sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import httpx

from factory.errors import LocalFactoryError, LocalFactoryUsageError
from factory.up.layout import Layout
from factory.up.runfile import read_run_file

Command = TypeVar("Command", bound=Callable[..., Any])
DEFAULT_URL = "http://127.0.0.1:9100"
DEFAULT_DATA_DIR = Path("var")


def address_options(command: Command) -> Command:
    """The options by which a simulator is found: `--data-dir` and `--url`."""
    command = click.option(
        "--url", metavar="URL", help=f"Where the simulator answers, if not there; without either {DEFAULT_URL}."
    )(command)
    return click.option(
        "--data-dir",
        type=click.Path(file_okay=False, path_type=Path),
        help=f"Data directory of the running factory, by default ./{DEFAULT_DATA_DIR}; it tells the address.",
    )(command)


def simulator_url(data_dir: Path | None, url: str | None) -> str:
    """Where the simulator is: as said, as the run file of a data directory says, or at its usual address.

    Args:
        data_dir: data directory of a local factory; `./var` if none was named.
        url: the address, if the caller named one.

    Raises:
        LocalFactoryUsageError: the named directory is not there, or what lies in it is no run file.
    """
    if url is not None:
        return url
    # A directory that was named and is not there is a slip of the pen; ./var need not be there.
    if data_dir is not None and not data_dir.is_dir():
        raise LocalFactoryUsageError(f"--data-dir {data_dir} does not exist.", remedy="`factory up` makes ./var.")
    run_file = read_run_file(Layout(data_dir or DEFAULT_DATA_DIR).run_file)
    return DEFAULT_URL if run_file is None else run_file.url("simulator")


class NotThereError(LocalFactoryUsageError):
    """What was asked for is not there, or not any more."""


def ask(method: str, url: str, path: str, body: object = None, *, form: type = list) -> Any:
    """What the simulator answers.

    Args:
        method: HTTP method.
        url: the simulator's address.
        path: what is asked for.
        body: sent as JSON, if given.
        form: of the answer of a simulator.

    Raises:
        NotThereError: it has no such thing.
        LocalFactoryUsageError: it refuses the request, or the address cannot be one.
        LocalFactoryError: nobody answers, or it failed.
    """
    try:
        answer = httpx.request(method, url.rstrip("/") + path, json=body, timeout=15.0)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise LocalFactoryUsageError(
            f"--url {url} is not an address: {str(error).rstrip('.')}.", remedy=f"Try {DEFAULT_URL}."
        ) from None
    except httpx.HTTPError as error:
        raise LocalFactoryError(
            f"No simulator answers at {url}: {error}.",
            remedy="Start it with factory up, or name another --data-dir or --url.",
        ) from None
    if answer.is_success:
        return _json(answer, url, form)
    sentence = _json(answer, url, dict).get("error", f"{url}{path} answered {answer.status_code}.")
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise NotThereError(sentence)
    raise (LocalFactoryUsageError if answer.is_client_error else LocalFactoryError)(sentence)


def _json(answer: httpx.Response, url: str, form: type) -> Any:
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, form):
        raise LocalFactoryError(f"What answers at {url} is not a simulator.", remedy="Name another --url.")
    return told
