"""When to connect again: exponential back-off with full jitter, under one limit for the whole process.

Full jitter because it is the variant that spends the fewest calls when many clients come back at once: M. Brooker,
"Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
"""

from __future__ import annotations

import random
import threading

FIRST_SECONDS = 1.0
LONGEST_SECONDS = 30.0


def full_jitter(
    attempt: int, random_: random.Random, *, first: float = FIRST_SECONDS, cap: float = LONGEST_SECONDS
) -> float:
    """How long to wait before an attempt [s]: anything between nothing and the back-off.

    Args:
        attempt: failures since the last success, from 0; each doubles the longest wait.
        random_: source of chance.
        first: longest wait before the first attempt [s].
        cap: no wait is longer than this [s].

    Example:
        >>> [round(full_jitter(n, random.Random(1), cap=10), 2) for n in (0, 1, 2, 20)]
        [0.13, 0.27, 0.54, 1.34]
    """
    # 2^32 is beyond any cap; without the bound a machine that is away for a week would overflow the float.
    return random_.uniform(0.0, min(cap, first * 2.0 ** min(attempt, 32)))


class ConnectLimiter:
    """Hands out moments to connect, so many a second for all threads together.

    Args:
        per_second: connections a second.

    Example:
        >>> limiter = ConnectLimiter(per_second=4)
        >>> [limiter.reserve(now=100.0) for _ in range(3)]
        [100.0, 100.25, 100.5]
        >>> limiter.reserve(now=200.0)
        200.0
    """

    def __init__(self, per_second: float) -> None:
        self._spacing = 1.0 / per_second
        self._next = float("-inf")
        self._lock = threading.Lock()

    def reserve(self, now: float) -> float:
        """The moment at which the caller may connect, not before `now`; on the monotonic clock [s]."""
        with self._lock:
            at = max(now, self._next)
            self._next = at + self._spacing
        return at
