"""Counts of what happens to every message: plain numbers of one thread, read by whoever renders them.

A counter of prometheus-client takes a lock for each increment, and there are four of them on the way of a message.
Here each shard has numbers of its own, which its thread alone changes; a scrape adds up those of all shards. A reader
may see one number of a message already changed and the next not yet, as between any two samples of a scrape.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from contracts import metrics
from contracts.metrics import Metric

_BOUNDS = metrics.SIMULATOR_PUBACK_SECONDS.buckets
_BUCKETS = [*(repr(float(bound)) for bound in _BOUNDS), "+Inf"]


@dataclass(slots=True)
class Tally:
    """Numbers of one shard.

    Attributes:
        generated: messages given a number.
        published: messages handed to a connection.
        acknowledged: messages that the broker took.
        puback_seconds: sum of the times from handing over to the PUBACK [s].
        pubacks: how many of these times lie in each bucket, the last without a bound.

    Example:
        >>> tally = Tally()
        >>> tally.answered(0.004)
        >>> tally.acknowledged, tally.pubacks[:4]
        (1, [0, 0, 1, 0])
    """

    generated: int = 0
    published: int = 0
    acknowledged: int = 0
    puback_seconds: float = 0.0
    pubacks: list[int] = field(default_factory=lambda: [0] * (len(_BOUNDS) + 1))

    def answered(self, seconds: float) -> None:
        """The broker took a message, so long after it was handed over [s]."""
        self.acknowledged += 1
        self.puback_seconds += seconds
        self.pubacks[bisect_left(_BOUNDS, seconds)] += 1

    def add(self, other: Tally) -> None:
        """Take in another's numbers."""
        self.generated += other.generated
        self.published += other.published
        self.acknowledged += other.acknowledged
        self.puback_seconds += other.puback_seconds
        self.pubacks = [one + more for one, more in zip(self.pubacks, other.pubacks, strict=True)]


class Tallies(Collector):
    """All tallies of a process, as metrics.

    Example:
        >>> tallies = Tallies()
        >>> one, two = tallies.open(), tallies.open()
        >>> one.generated, two.generated = 3, 4
        >>> tallies.close(one)
        >>> tallies.total().generated
        7
    """

    def __init__(self) -> None:
        self._closed = Tally()
        self._open: list[Tally] = []
        self._lock = threading.Lock()

    def open(self) -> Tally:
        """Numbers for a shard that begins."""
        tally = Tally()
        with self._lock:
            self._open.append(tally)
        return tally

    def close(self, tally: Tally) -> None:
        """The shard has ended: its numbers stay in the sum."""
        with self._lock:
            self._open = [one for one in self._open if one is not tally]
            self._closed.add(tally)

    def total(self) -> Tally:
        """The sum over all shards there have been."""
        total = Tally()
        with self._lock:
            for tally in (self._closed, *self._open):
                total.add(tally)
        return total

    def collect(self) -> Iterator[CounterMetricFamily | HistogramMetricFamily]:
        """What a registry asks for at each scrape."""
        total = self.total()
        yield _counter(metrics.SIMULATOR_GENERATED, total.generated)
        yield _counter(metrics.SIMULATOR_PUBLISHED, total.published)
        yield _counter(metrics.SIMULATOR_ACKNOWLEDGED, total.acknowledged)
        puback = metrics.SIMULATOR_PUBACK_SECONDS
        buckets = list(zip(_BUCKETS, accumulate(total.pubacks), strict=True))
        yield HistogramMetricFamily(puback.name, puback.help, buckets=buckets, sum_value=total.puback_seconds)


def _counter(metric: Metric, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(metric.declared_name, metric.help, value=value)
