"""The moments of a run: an even grid on a virtual clock, cut into spans that no memory is too small for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from simulator.arrays import Integers
from simulator.population import AnyBlock

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Timeline:
    """When the machines are read.

    Whole milliseconds, as messages tell them: so the grid has no rounding that could add up over a year.

    Attributes:
        start_ms: the first moment, Unix time [ms].
        interval_ms: from one moment to the next [ms].
        count: how many moments.

    Example:
        >>> day = Timeline(start_ms=0, interval_ms=60_000, count=1440)
        >>> day.end_ms == DAY_MS, day.moments_ms(range(1, 3)).tolist()
        (True, [60000, 120000])
    """

    start_ms: int
    interval_ms: int
    count: int

    @property
    def end_ms(self) -> int:
        """When the run is over: one interval after the last moment [ms]."""
        return self.start_ms + self.count * self.interval_ms

    @property
    def start(self) -> datetime:
        """The first moment."""
        return moment(self.start_ms)

    @property
    def end(self) -> datetime:
        """When the run is over."""
        return moment(self.end_ms)

    def moments_ms(self, steps: range) -> Integers:
        """Moments of some steps [ms]."""
        return self.start_ms + np.arange(steps.start, steps.stop, dtype=np.int64) * self.interval_ms

    def spans(self, longest: int, pause_every: int) -> Iterator[range]:
        """The steps in order, in spans of at most so many.

        Args:
            longest: steps of a span at most.
            pause_every: steps 0, n, 2 n, … each end a span, so that one can look at the plant there.

        Example:
            >>> list(Timeline(start_ms=0, interval_ms=1000, count=9).spans(longest=3, pause_every=5))
            [range(0, 1), range(1, 4), range(4, 6), range(6, 9)]
        """
        first = 0
        while first < self.count:
            pause = -(-first // pause_every) * pause_every + 1
            last = min(self.count, first + longest, pause)
            yield range(first, last)
            first = last


def moment(unix_ms: int) -> datetime:
    """The moment of a Unix time in milliseconds.

    Example:
        >>> moment(1_767_225_600_500).isoformat()
        '2026-01-01T00:00:00.500000+00:00'
    """
    return datetime.fromtimestamp(unix_ms // 1000, UTC).replace(microsecond=unix_ms % 1000 * 1000)


def moments_ms(block: AnyBlock) -> Integers:
    """When a block was read, shape (T,), Unix times [ms]."""
    return np.rint(block.moments_s * 1000.0).astype(np.int64)


def unix_ms(at: datetime) -> int:
    """Unix time of a moment, cut to the millisecond [ms].

    Example:
        >>> unix_ms(datetime(2026, 1, 1, tzinfo=UTC))
        1767225600000
    """
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return since.days * DAY_MS + since.seconds * 1000 + since.microseconds // 1000
