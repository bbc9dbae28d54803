"""The grid of steps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.pacing import SHORTEST_STEP_S, Pacer, real_interval_s


def test_a_million_steps_do_not_drift() -> None:
    """0.1 is no binary fraction, and yet the step after 10^6 intervals is due at 100 000 s."""
    pacer = Pacer(interval_s=0.1, origin_s=0.0)
    for _ in range(1_000_000):
        pacer.begin(pacer.due_s)

    assert abs(pacer.due_s - 100_000.0) < 1e-9


def test_small_delays_leave_nothing_out() -> None:
    """A step that comes late by less than an interval moves no other."""
    pacer = Pacer(interval_s=1.0, origin_s=0.0)

    assert (pacer.begin(0.9), pacer.due_s) == (0, 1.0)


@given(st.lists(st.floats(0, 20), max_size=30), st.floats(0.01, 10))
def test_after_a_delay_there_is_no_burst(delays: list[float], interval_s: float) -> None:
    """However late a step begins, the next one is due later than now, and by an interval at most."""
    pacer, now = Pacer(interval_s=interval_s, origin_s=0.0), 0.0
    for delay in delays:
        now = max(now, pacer.due_s) + delay
        pacer.begin(now)
        assert now - 1e-6 < pacer.due_s <= now + interval_s + 1e-6


def test_a_step_that_takes_longer_than_its_interval_leaves_time_for_all_else() -> None:
    """Each takes 1.25 s of 1 s: half as much follows that is not the steps', and what is left out is counted."""
    pacer, now_s, left_out, free_s = Pacer(interval_s=1.0, origin_s=0.0), 0.0, 0, 0.0
    for _ in range(100):
        free_s += max(0.0, pacer.due_s - now_s)
        now_s = max(now_s, pacer.due_s)
        left_out += pacer.begin(now_s)
        now_s += 1.25
        pacer.end(now_s)

    # By hand: a step each 1.875 s, the last at 185.625 s, when 186 moments of the grid have been.
    assert free_s == 99 * 0.625
    assert left_out == 186 - 100


@given(st.floats(0.01, 3600), st.floats(1, 10_000))
def test_steps_come_faster_with_the_plants_time_up_to_a_limit(interval_s: float, speed: float) -> None:
    """Each step brings the plant forward by its interval, or by more where steps would come too close."""
    real_s = real_interval_s(interval_s, speed)

    assert real_s * speed >= interval_s * (1 - 1e-12)
    assert real_s >= min(SHORTEST_STEP_S, interval_s)
