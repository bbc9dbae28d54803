"""Steps on a grid of the real clock: no drift, and no burst after a delay.

simpy's real-time environment raises when it falls behind; a plant cannot, so a late step is taken once, counted, and
the steps that fell into the delay are left out (the plant advances over the whole gap in one step). Nor is one begun
before there was time for what else the shard has to do, or steps that take too long would be all that it ever does.
"""

from __future__ import annotations

from dataclasses import dataclass

SHORTEST_STEP_S = 0.05
"""No two steps of a shard are begun closer than this [s]: what is spent on a step would be spent on nothing else."""

REST = 0.5
"""Time after a step that belongs to answers and timers, by the time that the step took [1]; an answer costs a third of
what it costs to make and send its message."""


def real_interval_s(interval_s: float, speed: float) -> float:
    """Time between two steps on the real clock [s].

    Args:
        interval_s: the same on the plant's clock, as asked for [s].
        speed: plant time by real time [1].

    Example:
        >>> real_interval_s(1.0, speed=10), real_interval_s(1.0, speed=600)  # the second: each step is 30 s long
        (0.1, 0.05)
    """
    return max(SHORTEST_STEP_S, interval_s / speed) if speed != 1.0 else interval_s


@dataclass(slots=True)
class Pacer:
    """Says when the next step is due.

    Args:
        interval_s: time between steps [s].
        origin_s: moment of the first step, on the monotonic clock [s].

    Example:
        >>> pacer = Pacer(interval_s=1.0, origin_s=100.0)
        >>> pacer.begin(100.01), pacer.due_s
        (0, 101.0)
        >>> pacer.begin(104.5), pacer.due_s  # 102, 103 and 104 went by: one late step, none made up for
        (3, 105.0)
        >>> pacer.end(104.6), pacer.due_s  # it took no time worth speaking of
        (None, 105.0)
    """

    interval_s: float
    origin_s: float
    _steps: int = 0
    _began_s: float = float("-inf")
    _rested_s: float = float("-inf")

    @property
    def due_s(self) -> float:
        """When the next step is due, on the monotonic clock [s]."""
        return max(self._planned_s, self._rested_s)

    @property
    def _planned_s(self) -> float:
        # Multiplied, not added up: a sum of floats would drift by the rounding of each interval.
        return self.origin_s + self._steps * self.interval_s

    def begin(self, now_s: float) -> int:
        """Begin the step that is due; returns how many steps were left out because this one comes late."""
        left_out = max(0, int((now_s - self._planned_s) // self.interval_s))
        self._steps += left_out + 1
        self._began_s = now_s
        return left_out

    def end(self, now_s: float) -> None:
        """The step is done: the next is due when all else had its time."""
        self._rested_s = now_s + REST * (now_s - self._began_s)
