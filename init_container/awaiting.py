"""Waiting for another program, so that nothing is said before it listens.

A broker keeps messages for a session that has been there once. The plant's identities are therefore laid down when the
engine answers, whatever starts the containers and in whichever order.
"""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable

import structlog

from init_container.errors import AwaitedError

_PAUSE_S = 0.5
_ANSWER_S = 5.0


def wait_for(
    url: str,
    patience_s: float,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Return when an address answers with 200.

    Args:
        url: the address.
        patience_s: how long to wait [s].
        sleep: pauses for so many seconds.
        clock: time [s].

    Raises:
        AwaitedError: it has not answered in that time.
    """
    log = structlog.get_logger("init-container")
    until, said = clock() + patience_s, False
    while not _answers(url):
        if clock() >= until:
            raise AwaitedError(f"INIT_AWAIT_URL={url!r} has not answered for {patience_s:g} s.")
        if not said:
            log.info("waiting", url=url)
            said = True
        sleep(_PAUSE_S)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=_ANSWER_S) as answer:  # noqa: S310 - the settings allow http alone
            return bool(answer.status == 200)
    except OSError:
        return False
