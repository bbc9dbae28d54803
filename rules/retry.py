"""When to try again: exponential back-off with full jitter, and a bound."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from rules.errors import ActionError, FinalError, RetryableError

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often, and how long between.

    The wait before attempt n is drawn evenly from 0 … min(cap, base · 2^(n-1)): "full jitter", which keeps many
    clients of a service that comes back from arriving together (M. Brooker, "Exponential Backoff And Jitter", AWS
    Architecture Blog, 2015).

    Args:
        attempts: attempts in all; None tries for ever.
        base_s: upper bound of the first wait [s].
        cap_s: upper bound of every wait [s].
    """

    attempts: int | None = 5
    base_s: float = 0.2
    cap_s: float = 5.0

    def delay(self, failures: int, draw: Callable[[], float] = random.random) -> float:
        """How long to wait after that many failures [s].

        Example:
            >>> RetryPolicy(base_s=0.2, cap_s=5).delay(3, draw=lambda: 0.5)
            0.4
        """
        return draw() * min(self.cap_s, self.base_s * 2.0 ** min(failures - 1, 30))


class StoppedError(Exception):
    """The engine stops; what was under way stays undone, and its message unacknowledged."""


def attempt(
    call: Callable[[], Result],
    policy: RetryPolicy,
    *,
    wait: Callable[[float], bool],
    on_retry: Callable[[ActionError], None] = lambda _: None,
) -> Result:
    """Call until it succeeds, fails for good, or the attempts are used up.

    Args:
        call: one attempt.
        policy: how often, and how long between.
        wait: waits that long [s]; returns True if the engine stops meanwhile.
        on_retry: told of each failure that is tried again.

    Raises:
        FinalError: it cannot succeed, or did not in all attempts.
        StoppedError: the engine stops.
    """
    failures = 0
    while True:
        try:
            return call()
        except RetryableError as error:
            failures += 1
            if policy.attempts is not None and failures >= policy.attempts:
                raise FinalError(f"{error} ({failures} attempts)") from error
            on_retry(error)
            if wait(policy.delay(failures)):
                raise StoppedError from error
