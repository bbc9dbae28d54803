"""Measuring two functions in turns."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, process_time


@dataclass(frozen=True, slots=True)
class Case:
    """Something worth measuring, beside its baseline.

    Attributes:
        name: what is measured, as people would say it.
        unit: what is counted.
        ours: does the work on `count` units.
        baseline: does the same work on as many, the plain way.
        baseline_name: what the baseline is.
        count: units of one call.
    """

    name: str
    unit: str
    ours: Callable[[], object]
    baseline: Callable[[], object]
    baseline_name: str
    count: int


@dataclass(frozen=True, slots=True)
class Result:
    """What came out: units a second of CPU time, ours and the baseline's, and the median of their ratios."""

    case: Case
    ours_per_s: float
    baseline_per_s: float
    ratio: float
    rounds: int


def measure(case: Case, seconds: float, on_round: Callable[[], None] = lambda: None) -> Result:
    """Measure a case for about that long.

    Args:
        case: what to measure.
        seconds: how long in all [s]; at least three rounds are made.
        on_round: called after each round of both, for a progress bar.

    Returns:
        Medians over the rounds. CPU time is counted, so that other programs on the machine matter less.
    """
    case.ours(), case.baseline()  # warm caches and compile regular expressions
    ours: list[float] = []
    baseline: list[float] = []
    until = perf_counter() + seconds
    while len(ours) < 3 or perf_counter() < until:
        ours.append(_rate(case.ours, case.count))
        baseline.append(_rate(case.baseline, case.count))
        on_round()
    ratios = [one / other for one, other in zip(ours, baseline, strict=True)]
    return Result(case, statistics.median(ours), statistics.median(baseline), statistics.median(ratios), len(ours))


def _rate(work: Callable[[], object], count: int) -> float:
    start = process_time()
    work()
    return count / max(process_time() - start, 1e-9)
