"""Whether the broker keeps up: how long messages wait for their PUBACK, and whose window is full.

A broker that slows down slows the machines: each has 100 messages under way at most, and the others wait in the store.
Nothing is dropped before the store is full. What people must hear of is when that begins and when it is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from simulator.outbox import Outbox

SLOW_AFTER_S = 5.0
"""A PUBACK that takes longer is worth a line in the log [s]; on a healthy way it takes milliseconds."""

WELL_BELOW_S = 2.5
"""Only below this is it over [s], so that a broker at the edge is not reported each second."""


@dataclass(frozen=True, slots=True)
class Strain:
    """How much the machines wait for the broker.

    Attributes:
        oldest_unanswered_s: age of the oldest message that was handed to a connection and has no PUBACK yet [s].
        full_windows: machines with as many messages under way as are allowed.
    """

    oldest_unanswered_s: float
    full_windows: int


def measure_strain(outboxes: Iterable[Outbox], now_s: float) -> Strain:
    """How much machines wait for the broker at a moment of the monotonic clock [s]."""
    oldest_s, full = now_s, 0
    for outbox in outboxes:
        first = outbox.oldest_in_flight()
        if first is not None:
            oldest_s = min(oldest_s, first.sent_at)
            full += outbox.in_flight >= outbox.window
    return Strain(now_s - oldest_s, full)


class Backpressure:
    """Knows when a strain began and when it is over.

    Example:
        >>> pressure = Backpressure()
        >>> [pressure.feel(Strain(age_s, 0)) for age_s in (0.1, 6.0, 7.0, 3.0, 0.1, 0.2)]
        [None, 'began', None, None, 'ended', None]
    """

    def __init__(self) -> None:
        self._strained = False

    def feel(self, strain: Strain) -> Literal["began", "ended"] | None:
        """What is news: that it began, or that it ended."""
        limit_s = WELL_BELOW_S if self._strained else SLOW_AFTER_S
        strained = strain.oldest_unanswered_s > limit_s or strain.full_windows > 0
        if strained == self._strained:
            return None
        self._strained = strained
        return "began" if strained else "ended"
