"""The work of one thread."""

from __future__ import annotations

import threading

import pytest

from simulator.loop import GATHER_S, Loop


def test_calls_come_in_the_order_in_which_they_were_handed_in() -> None:
    """The mailbox is a queue."""
    loop, done = Loop(), []
    for number in range(5):
        loop.post(done.append, (number,))
    loop.interrupt()

    assert not loop.run_until(loop.clock() + 60)
    assert done == [0, 1, 2, 3, 4]


def test_timers_come_in_the_order_of_their_moments() -> None:
    """A timer set later for an earlier moment comes first."""
    loop, done = Loop(), []
    now_s = loop.clock()
    loop.at(now_s + 0.01, lambda: done.append("later"))
    loop.at(now_s + 0.005, lambda: done.append("sooner"))
    loop.at(now_s + 0.015, loop.interrupt)
    loop.run_until(now_s + 60)

    assert done == ["sooner", "later"]


def test_the_step_goes_before_a_full_mailbox() -> None:
    """When the moment has come, run_until returns, whatever waits."""
    loop, done = Loop(clock=lambda: 10.0), []
    loop.post(done.append, (1,))

    assert loop.run_until(5.0)
    assert done == []


def test_an_interrupt_from_another_thread_ends_the_wait() -> None:
    """run_until says that it did not come to its moment, once."""
    loop = Loop()
    threading.Timer(0.01, loop.interrupt).start()

    assert not loop.run_until(loop.clock() + 60)
    assert loop.run_until(loop.clock())


def test_a_question_is_answered_on_the_loops_thread() -> None:
    """A question returns what the call returned, and raises what it raised."""
    loop = Loop()
    thread = threading.Thread(target=loop.run_until, args=(loop.clock() + 60,), name="owner")
    thread.start()
    try:
        assert loop.ask(lambda: threading.current_thread().name, 5) == "owner"
        with pytest.raises(ZeroDivisionError):
            loop.ask(lambda: 1 / 0, 5)
    finally:
        loop.interrupt()
        thread.join()


def test_a_loop_that_does_not_run_gives_no_answer() -> None:
    """A frozen shard makes the asker wait no longer than it wants to."""
    with pytest.raises(TimeoutError):
        Loop().ask(lambda: 1, 0.01)


def test_a_question_that_nobody_waits_for_any_more_is_not_worked_off() -> None:
    """Who was told that it failed must not find its fault on the machine a minute later."""
    loop, done = Loop(), []
    with pytest.raises(TimeoutError):
        loop.ask(lambda: done.append("injected"), 0.01)

    loop.run_until(loop.clock() + 0.05)

    assert done == []


def test_patient_calls_wait_for_others_and_keep_their_order() -> None:
    """Those that come within the time are worked off together; one that cannot wait takes them along, before it."""
    loop, done = Loop(), []
    loop.post(done.append, (1,), patient=True)
    loop.post(done.append, (2,), patient=True)
    loop.run_until(loop.clock() + GATHER_S / 10)
    assert done == []
    loop.post(done.append, (3,))
    loop.run_until(loop.clock() + GATHER_S / 10)

    assert done == [1, 2, 3]


def test_a_patient_call_is_made_though_nothing_follows() -> None:
    """Its patience has an end."""
    loop, done = Loop(), []
    loop.post(done.append, (1,), patient=True)
    loop.run_until(loop.clock() + 3 * GATHER_S)

    assert done == [1]


def test_no_call_is_lost_between_threads() -> None:
    """Patient and impatient calls of four threads are made once each, in the order of each thread."""
    loop, done = Loop(), []
    threads = [
        threading.Thread(
            target=lambda name=name: [loop.post(done.append, ((name, n),), patient=n % 3 > 0) for n in range(5000)]
        )
        for name in range(4)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        loop.run_until(loop.clock() + 0.01)
    loop.run_until(loop.clock() + 10 * GATHER_S)

    assert len(done) == 20_000
    for name in range(4):
        assert [n for one, n in done if one == name] == list(range(5000))
