"""Back-off and the limit of connections a second."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.backoff import ConnectLimiter, full_jitter


@given(st.integers(0, 10_000), st.integers(), st.floats(0.1, 100))
def test_no_wait_is_longer_than_the_cap(attempt: int, seed: int, cap: float) -> None:
    """However long a machine is away, it waits between nothing and the cap."""
    assert 0 <= full_jitter(attempt, random.Random(seed), cap=cap) <= cap  # noqa: S311 - no secret


@pytest.mark.parametrize(("attempt", "mean_s"), [(0, 0.5), (1, 1.0), (3, 4.0), (10, 15.0)])
def test_the_mean_wait_is_half_the_doubled_back_off(attempt: int, mean_s: float) -> None:
    """Uniform between 0 and min(30 s, 2^attempt s): its mean is the half (30 % over 200 draws is 6 sigma and more)."""
    chance = random.Random(7)  # noqa: S311 - no secret
    draws = [full_jitter(attempt, chance) for _ in range(200)]

    assert sum(draws) / len(draws) == pytest.approx(mean_s, rel=0.3)


@given(st.lists(st.floats(0, 3), max_size=50))
def test_never_more_connections_than_allowed(gaps: list[float]) -> None:
    """In no second are more moments handed out than the rate, and none lies before it was asked for."""
    limiter, now, handed_out = ConnectLimiter(per_second=10), 0.0, []
    for gap in gaps:
        now += gap
        handed_out.append(limiter.reserve(now))
        assert handed_out[-1] >= now
    for first, later in zip(handed_out, handed_out[10:], strict=False):
        assert later - first > 1 - 1e-6


def test_the_limit_holds_over_threads(in_threads: Callable[[Callable[[], float], int], list[float]]) -> None:
    """Threads that ask at the same moment get different ones."""
    limiter = ConnectLimiter(per_second=4)

    assert sorted(in_threads(lambda: limiter.reserve(0.0), 8)) == [n / 4 for n in range(8)]
