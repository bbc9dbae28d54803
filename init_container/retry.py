"""Asking AWS again, with pauses that no two containers share."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from botocore.exceptions import BotoCoreError, ClientError

from init_container.errors import AwsUnavailableError

Answer = TypeVar("Answer")
BASE_S = 0.2
CAP_S = 5.0


def pause_s(attempt: int, draw: Callable[[float, float], float] = random.uniform) -> float:
    """How long to wait after a failed attempt: exponential with full jitter [s].

    Source: M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015: sleep = random(0, min(cap, base *
    2 ** attempt)). A thousand containers that start together so spread their calls.

    Args:
        attempt: number of the attempt that failed, from 1.
        draw: a number between two.

    Example:
        >>> [pause_s(attempt, draw=max) for attempt in (1, 2, 3, 9)]
        [0.2, 0.4, 0.8, 5.0]
    """
    return draw(0.0, min(CAP_S, BASE_S * 2.0 ** (attempt - 1)))


class Retry:
    """Calls AWS up to so many times.

    Args:
        attempts: how often.
        sleep: waits.
    """

    def __init__(self, attempts: int, sleep: Callable[[float], None] = time.sleep) -> None:
        self._attempts = attempts
        self._sleep = sleep
        self._log = structlog.get_logger("init-container")

    def __call__(self, deed: str, call: Callable[[], Answer]) -> Answer:
        """What the call answers.

        Args:
            deed: what is tried, for the log and the error: "read s3://…".
            call: asks AWS.

        Raises:
            AwsUnavailableError: every attempt failed.
        """
        for attempt in range(1, self._attempts + 1):
            try:
                return call()
            except (BotoCoreError, ClientError, OSError) as error:
                told = " ".join(str(error).split()).rstrip(".")
                if attempt == self._attempts:
                    raise AwsUnavailableError(
                        f"Could not {deed} in {attempt} attempts: {told}.", remedy="Check rights, names and endpoint."
                    ) from error
            pause = pause_s(attempt)
            self._log.warning("retry", deed=deed, attempt=attempt, pause_s=round(pause, 3), error=told)
            self._sleep(pause)
        raise AssertionError("unreachable: the last attempt returns or raises")
