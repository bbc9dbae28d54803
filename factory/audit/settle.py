"""Waiting for messages that are still under way."""

from __future__ import annotations

import time
from collections.abc import Callable

from factory.audit.archive import ArchiveReader
from factory.audit.core import Audit

LONGEST_FACTOR = 10
"""A factory that keeps running grows for ever: after this many times the wait, what is missing is missing."""


def settle(
    reader: ArchiveReader,
    audit: Audit,
    settle_s: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Read the archive again until nothing is missing any more, or it has stopped growing.

    Args:
        reader: reads what is new.
        audit: what it feeds.
        settle_s: how long the archive must not have grown to be called still [s].
        clock: seconds that pass.
        sleep: waits some of them.
    """
    started = grown = clock()
    while clock() - grown < settle_s and clock() - started < LONGEST_FACTOR * settle_s:
        if not any(account.missing for account in audit.accounts.values()):
            return
        sleep(min(1.0, settle_s))
        if reader.read_new():
            grown = clock()
