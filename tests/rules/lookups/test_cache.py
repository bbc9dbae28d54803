"""Answers are kept for their lifetime, and not too many of them."""

from __future__ import annotations

import threading

import pytest

from rules.lookups import TimedCache


class Clock:
    """A time that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        """Tell it."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A time that is set by hand."""
    return Clock()


def test_an_answer_counts_until_its_lifetime_is_over(clock):
    """And not a moment longer."""
    cache = TimedCache(lifetime_s=900, size=10, clock=clock)
    assert cache.get("a", lambda: 1) == 1

    clock.now = 899.9
    assert cache.get("a", lambda: 2) == 1
    clock.now = 900
    assert cache.get("a", lambda: 2) == 2


def test_the_age_counts_from_the_question(clock):
    """A service that takes its time may say what was so when it was asked."""
    cache = TimedCache(lifetime_s=10, size=10, clock=clock)

    def slow() -> int:
        clock.now += 4
        return 1

    cache.get("a", slow)
    clock.now = 10

    assert cache.get("a", lambda: 2) == 2


def test_a_failure_is_not_kept(clock):
    """The next message asks again."""
    cache = TimedCache(lifetime_s=900, size=10, clock=clock)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: 1 // 0)

    assert cache.get("a", lambda: 1) == 1


def test_the_least_used_answer_goes_first(clock):
    """Room for two: the one that was asked for lately stays."""
    cache = TimedCache(lifetime_s=900, size=2, clock=clock)
    for key in ("a", "b", "a", "c"):
        cache.get(key, lambda: "old")

    assert [cache.get(key, lambda: "new") for key in ("a", "c", "b")] == ["old", "old", "new"]
    assert len(cache) == 2


def test_a_slow_question_holds_up_no_other(clock):
    """While one thread waits for an answer, another gets its own."""
    cache = TimedCache(lifetime_s=900, size=10, clock=clock)
    release = threading.Event()
    waiting = threading.Thread(target=cache.get, args=("slow", release.wait), daemon=True)
    waiting.start()

    assert cache.get("quick", lambda: 1) == 1
    release.set()
    waiting.join(10)
    assert not waiting.is_alive()
