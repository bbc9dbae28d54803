"""What is looked up is done by other threads, and settled on the one that settles."""

from __future__ import annotations

import threading

import pytest

from rules.lookups import LookUpPool


@pytest.fixture
def woken() -> threading.Event:
    """Set when a result is there."""
    return threading.Event()


@pytest.fixture
def pool(woken) -> LookUpPool:
    """Two threads."""
    return LookUpPool(2, woken.set)


def test_work_is_done_elsewhere_and_settled_here(pool, woken):
    """Nothing is settled before `settle`, and that by the caller's thread."""
    taken = []
    pool.submit(threading.get_ident, lambda done_by: taken.append((done_by, threading.get_ident())))
    assert woken.wait(10)
    assert (taken, pool.open) == ([], 1)

    pool.settle()

    ((done_by, settled_by),) = taken
    assert (settled_by == threading.get_ident(), done_by == settled_by, pool.open) == (True, False, 0)


def test_no_more_than_its_threads_work_at_once(pool, woken):
    """Two hang; the third waits its turn, and is done when one of them is free."""
    release, begun = threading.Event(), threading.Semaphore(0)

    def hang() -> None:
        begun.release()
        release.wait(10)

    order = []
    for name in ("first", "second"):
        pool.submit(hang, lambda _, name=name: order.append(name))
    pool.submit(lambda: release.is_set(), lambda after: order.append(after))
    for _ in range(2):
        assert begun.acquire(timeout=10)
    assert pool.open == 3
    release.set()

    while pool.open:
        woken.wait(10)
        woken.clear()
        pool.settle()
    assert sorted(order, key=str) == [True, "first", "second"]


def test_a_fault_ends_no_thread(pool, woken):
    """Its own result never comes, but the others do."""
    taken = []
    for _ in range(4):
        pool.submit(lambda: 1 // 0, taken.append)
    pool.submit(lambda: "sound", taken.append)

    assert woken.wait(10)
    pool.settle()
    assert (taken, pool.open) == (["sound"], 4)


def test_no_thread_is_started_for_rules_that_ask_nobody():
    """An engine whose rules look nothing up pays nothing."""
    before = threading.active_count()
    LookUpPool(2, lambda: None).settle()

    assert threading.active_count() == before


def test_after_a_stop_nothing_is_begun(woken):
    """What waits behind the present look-up stays undone: its message is unacknowledged, and so with the broker."""
    pool, done = LookUpPool(1, woken.set), []
    release, begun = threading.Event(), threading.Event()
    before = set(threading.enumerate())
    pool.submit(lambda: (begun.set(), release.wait(10)), lambda _: None)
    pool.submit(lambda: done.append("late"), lambda _: None)
    (thread,) = set(threading.enumerate()) - before
    assert begun.wait(10)

    pool.stop()
    release.set()
    thread.join(10)

    assert (thread.is_alive(), done) == (False, [])
