"""A slow way: nothing overtakes, nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.pipe import Pipe

SENT = st.lists(st.tuples(st.floats(0, 5), st.floats(0, 60)), min_size=1, max_size=40)
"""Pauses before each thing is sent, and its latency [s]."""


@given(SENT)
def test_all_comes_out_in_order_and_none_too_early(sent: list[tuple[float, float]]) -> None:
    """Each thing is under way for its latency at least, also when the ones before were slower."""
    pipe, now_s, there_s = Pipe[int](), 100.0, []
    for number, (pause_s, latency_s) in enumerate(sent):
        now_s += pause_s
        there_s.append(pipe.put(number, now_s, latency_s))
        assert there_s[-1] >= now_s + latency_s

    assert there_s == sorted(there_s)
    assert [one for moment_s in there_s for one in pipe.due(moment_s)] == list(range(len(sent)))
    assert not pipe


def test_what_is_not_there_yet_stays_under_way() -> None:
    """Also behind one that is there."""
    pipe = Pipe[str]()
    pipe.put("first", 0.0, 1.0)
    pipe.put("second", 0.0, 2.0)

    assert (pipe.due(1.5), len(pipe)) == (["first"], 1)


def test_a_line_that_is_cut_delivers_nothing() -> None:
    """Whoever sent it has to send it again."""
    pipe = Pipe[str]()
    pipe.put("lost", 0.0, 1.0)
    pipe.clear()

    assert pipe.due(10.0) == []
