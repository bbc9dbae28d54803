"""Waiting for another program, so that nothing is said before it listens.

A broker keeps messages for a session that has been there once. The plant's identities are therefore laid down when the
engine answers, whatever starts the containers and in whichever order.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import structlog

from contracts.healthcheck import wait_until_well
from init_container.errors import AwaitedError


def wait_for(url: str, patience_s: float, **waiting: Any) -> None:
    """Return when an address answers with 200.

    Args:
        url: the address.
        patience_s: how long to wait [s].
        waiting: `sleep` and `clock` of `wait_until_well`.

    Raises:
        AwaitedError: it has not answered in that time.
    """
    log = structlog.get_logger("init-container")
    if not wait_until_well(url, patience_s, on_wait=partial(log.info, "waiting", url=url), **waiting):
        raise AwaitedError(f"INIT_AWAIT_URL={url!r} has not answered for {patience_s:g} s.")
