"""When a program that lives is called hung."""

from __future__ import annotations

import itertools
import threading

from hypothesis import given
from hypothesis import strategies as st

from factory.up.pulse import ANSWER_S, Judge, Patience, Pulse

PATIENCE = Patience()
ANSWERS = st.lists(st.tuples(st.sampled_from([10.0, 15.0, 45.0]), st.booleans()), max_size=40)


@given(ANSWERS, st.sampled_from([0.0, 60.0]))
def test_only_a_minute_of_bad_answers_without_a_break_is_a_hang(
    answers: list[tuple[float, bool]], start_s: float
) -> None:
    """What is called hung has had five bad answers in a row over a minute, none of them while it was starting."""
    judge, times, now, started = Judge(PATIENCE, start_s, 0.0), [], 0.0, False
    for pause, well in answers:
        now += pause
        hung = judge.hears(None if well else "silent", now)
        started = started or well
        if well:
            times = []
        elif started or now >= start_s:
            times.append(now)
        assert hung == (len(times) >= 5 and times[-1] - times[0] >= 60)


def test_a_program_that_never_answers_is_called_hung_after_its_start() -> None:
    """Asked each fifteen seconds, as where each answer takes its five, it is found a minute after its time to start."""
    judge = Judge(PATIENCE, start_s=60.0, now=0.0)
    times = itertools.count(PATIENCE.period_s + ANSWER_S, PATIENCE.period_s + ANSWER_S)
    assert next(now for now in times if judge.hears("silent", now)) == 120.0


def test_a_supervisor_that_slept_does_not_blame_the_program() -> None:
    """An hour between two bad answers, as when a laptop is closed, is one bad answer more and no hang."""
    judge = Judge(PATIENCE, start_s=0.0, now=0.0)
    assert not judge.hears("silent", 10.0)
    assert not judge.hears("silent", 3610.0)
    assert not judge.hears(None, 3620.0)


def test_what_is_forgiven_does_not_count() -> None:
    """After another's fault the minute begins anew."""
    judge = Judge(PATIENCE, start_s=0.0, now=0.0)
    assert [judge.hears("silent", 15.0 * turn) for turn in range(5)] == [False] * 4 + [True]
    judge.forgive()
    assert [judge.hears("silent", 100.0 + 15.0 * turn) for turn in range(5)] == [False] * 4 + [True]


def test_a_question_without_an_answer_holds_up_nobody() -> None:
    """While a program is asked, the supervisor goes on; the answer is taken when it is there."""
    answering = threading.Event()

    def check() -> str:
        answering.wait(30)
        return "silent"

    pulse = Pulse(check, Patience(period_s=0.0, hung_after_s=0.0, misses=1), start_s=0.0)
    assert pulse.feel() is None
    assert pulse.feel() is None
    answering.set()
    told = None
    while told is None:
        told = pulse.feel()
    assert told == "silent"
