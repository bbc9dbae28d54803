"""What was seen before is known, in bounded memory."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.repeats import Identity, Repeats, identify


@given(st.lists(st.integers(1, 300), max_size=200), st.integers(1, 300))
def test_knows_exactly_what_it_was_told(done, asked):
    """In whatever order the numbers come."""
    repeats = Repeats()
    for seq in done:
        repeats.remember(Identity("t", 1, seq), b"%d" % seq)

    assert repeats.knows(Identity("t", 1, asked), b"%d" % asked) == (asked in done)


def test_another_run_is_another_message():
    """A restart begins again at 1: that is no repeat."""
    repeats = Repeats()
    repeats.remember(Identity("t", 1, 1), b"a")

    assert not repeats.knows(Identity("t", 2, 1), b"a")
    assert not repeats.knows(Identity("u", 1, 1), b"a")


def test_the_same_number_with_other_content_is_no_repeat():
    """A machine that counts badly must not lose its message."""
    repeats = Repeats()
    repeats.remember(Identity("t", 1, 5), b"one")

    assert not repeats.knows(Identity("t", 1, 5), b"other")


def test_old_numbers_are_known_by_their_number_alone():
    """Their content is forgotten after 64 newer ones."""
    repeats = Repeats()
    for seq in range(1, 101):
        repeats.remember(Identity("t", 1, seq), b"x%d" % seq)

    assert repeats.knows(Identity("t", 1, 1), b"anything")


def test_streams_and_gaps_are_bounded():
    """The oldest stream goes; a stream full of gaps forgets its oldest numbers."""
    repeats = Repeats(streams=2, gaps=10)
    for run in (1, 2, 3):
        repeats.remember(Identity("t", run, 1), b"a")
    for seq in range(2, 4000, 2):
        repeats.remember(Identity("t", 3, seq), b"a")

    assert not repeats.knows(Identity("t", 1, 1), b"a")
    assert not repeats.knows(Identity("t", 3, 2), b"a")
    assert repeats.knows(Identity("t", 3, 3998), b"a")


def test_gaps_are_bounded_whatever_the_numbers_are():
    """A machine that says odd numbers only leaves a gap a message, too."""
    repeats = Repeats(gaps=10)
    for seq in range(1, 4000, 2):
        repeats.remember(Identity("t", 1, seq), b"a")

    assert not repeats.knows(Identity("t", 1, 1), b"a")
    assert repeats.knows(Identity("t", 1, 3999), b"a")


def test_runs_of_before_keep_numbers_only():
    """A machine that is started again leaves a few hundred bytes of its run behind, not the hashes of 64 messages."""
    repeats = Repeats()
    tracemalloc.start()
    try:
        for run in range(1, 201):
            for seq in range(1, 101):
                repeats.remember(Identity("t", run, seq), b"a")
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert used / 200 < 1500  # 11,600 bytes with their hashes
    assert repeats.knows(Identity("t", 1, 100), b"a")


@pytest.mark.parametrize("value", [None, [], {}, {"run": 1}, {"run": "1", "seq": 1}, {"run": 0, "seq": 1}, "text"])
def test_what_has_no_number_has_no_identity(value):
    """Such a message is never taken for a repeat of one that is done."""
    assert identify("t", value) is None
