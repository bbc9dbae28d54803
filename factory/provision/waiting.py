"""Waiting for a local AWS that is starting."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable

from factory.provision.errors import ProvisionError

_PAGE = "/_ministack/health"
_PAUSE_S = 0.5


def wait_for_local_aws(
    endpoint_url: str,
    patience_s: float,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Return when it answers.

    Args:
        endpoint_url: its address.
        patience_s: how long to wait [s].
        sleep: pauses for so many seconds.
        clock: time [s].

    Raises:
        ProvisionError: it has not answered in that time.
    """
    until = clock() + patience_s
    while not _answers(endpoint_url.rstrip("/") + _PAGE):
        if clock() >= until:
            raise ProvisionError(
                f"The local AWS at {endpoint_url} has not answered for {patience_s:g} s.", remedy="Is it running?"
            )
        sleep(_PAUSE_S)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - the caller's own endpoint
            return bool(answer.status == 200)
    except OSError:
        return False
