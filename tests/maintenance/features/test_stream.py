"""Windows of a running plant."""

from __future__ import annotations

import numpy as np
import pytest

from maintenance.features import ClosedHour, HourStream, NormalBehaviour
from maintenance.features.readings import HOUR_S, Row
from maintenance.features.stream import LATENESS_S, MOST_OPEN, MOST_READINGS, MOST_WAITING

FIRST = 480_000
"""An hour [h since 1970]."""


def row(hour: float, seq: int) -> Row:
    """A reading at so many hours after the first."""
    return (FIRST + hour) * HOUR_S, 1, seq, 50.0, 1.0, 1400.0, 3.0, 2


@pytest.fixture
def stream(normal: NormalBehaviour) -> HourStream:
    """Two conveyors."""
    return HourStream({"M001": "conveyor", "M002": "conveyor"}, normal)


def feed(stream: HourStream, *messages: tuple[str, float, int]) -> list[ClosedHour]:
    """Hours that some readings close."""
    return [closed for name, hour, seq in messages for closed in stream.add(name, row(hour, seq))]


def test_an_hour_closes_when_it_has_been_over_for_a_while(stream: HourStream) -> None:
    """Not with the first reading of the next hour, but when the plant is five minutes into it."""
    late = 1 + LATENESS_S / HOUR_S
    before = feed(stream, ("M001", 0.5, 1), ("M002", 0.5, 1), ("M001", 1.01, 2), ("M002", 1.01, 2))
    after = feed(stream, ("M001", late, 3), ("M002", late, 3))

    assert before == []
    assert [one.hour for one in after] == [FIRST]


def test_one_wrong_clock_closes_nothing(stream: HourStream) -> None:
    """A machine whose clock is a day ahead waits, and the other's hours stay open; at last there are too many."""
    closed = feed(stream, ("M001", 0.1, 1), ("M002", 0.1, 1))
    closed += feed(stream, *[("M001", 24.0, 2 + number) for number in range(MOST_WAITING + 3)], ("M002", 0.9, 2))

    assert closed == []
    assert stream.dropped.ahead == 3


def test_clocks_that_were_wrong_once_do_not_stay_wrong(stream: HourStream) -> None:
    """Each of the machines is days ahead once, one after the other; then all is as before, and nothing is late."""
    feed(stream, ("M001", 0.1, 1), ("M002", 0.1, 1), ("M001", 90.0, 2), ("M001", 0.2, 3))
    feed(stream, ("M002", 80.0, 2), ("M002", 0.3, 3), ("M001", 0.4, 4))
    closed = feed(stream, ("M001", 1.2, 5), ("M002", 1.2, 4))

    assert [one.hour for one in closed] == [FIRST]
    assert np.isfinite(closed[0].rows[:, 0]).all()
    assert stream.dropped.late == 0


def test_who_waits_behind_a_wrong_moment_is_let_in(stream: HourStream) -> None:
    """A reading of a wrong clock waits for ever; those that came after it are let in when it is their hour."""
    feed(stream, ("M001", 0.1, 1), ("M002", 0.1, 1), ("M001", 500.0, 2), ("M001", 9.1, 3), ("M002", 9.1, 2))
    hours = {one.hour - FIRST: one for one in feed(stream, ("M001", 11.0, 4), ("M002", 11.0, 3))}

    assert np.isfinite(hours[9].rows[:, 0]).all()


def test_at_the_end_nobody_waits(stream: HourStream) -> None:
    """What has waited for the plant's clock until the end of a history is used, not lost."""
    feed(stream, ("M001", 0.1, 1), ("M002", 0.1, 1), ("M001", 9.1, 2))

    assert [one.hour - FIRST for one in stream.close_all()] == [0, 9]


def test_after_a_silence_nothing_is_lost(stream: HourStream) -> None:
    """The first to speak again seems to be ahead, until the second says that it is so late: then both count."""
    feed(stream, ("M001", 0.1, 1), ("M002", 0.1, 1), ("M001", 9.1, 2), ("M002", 9.1, 2))
    hours = {one.hour - FIRST: one for one in feed(stream, ("M001", 11.0, 3), ("M002", 11.0, 3))}

    assert np.isfinite(hours[9].rows[:, 0]).all()
    assert stream.dropped.ahead == 0


def test_repeats_and_late_ones_are_counted(stream: HourStream) -> None:
    """The same message twice is used once; one for an hour that is closed is not used."""
    feed(stream, ("M001", 0.1, 1), ("M001", 0.1, 1), ("M002", 0.1, 1))
    feed(stream, ("M001", 1.2, 2), ("M002", 1.2, 2), ("M001", 0.2, 3))

    assert (stream.dropped.repeated, stream.dropped.late) == (1, 1)


def test_strangers_are_counted(stream: HourStream) -> None:
    """A machine that is not of the plant changes nothing."""
    assert feed(stream, ("M999", 0.1, 1)) == []
    assert stream.dropped.unknown == 1


def test_hours_without_a_word_are_told(stream: HourStream) -> None:
    """After a silence the next hour says how many were skipped."""
    feed(stream, ("M001", 0.1, 1), ("M002", 0.1, 1))
    feed(stream, ("M001", 1.2, 2), ("M002", 1.2, 2))
    feed(stream, ("M001", 2.0, 3), ("M002", 2.0, 3), ("M001", 3.0, 4), ("M002", 3.0, 4))
    closed = feed(stream, *[(name, hour, 9) for hour in (4.0, 5.0) for name in ("M001", "M002")])
    rest = list(stream.close_all())

    assert [one.skipped for one in closed + rest] == [0] * len(closed + rest)


def test_a_jump_of_all_clocks_skips_hours(normal: NormalBehaviour) -> None:
    """A plant of one machine that was off for ten hours: nothing lies between, and that is said."""
    stream = HourStream({"M001": "conveyor"}, normal)
    feed(stream, ("M001", 0.1, 1))
    closed = feed(stream, ("M001", 10.5, 2)) + list(stream.close_all())

    assert [(one.hour - FIRST, one.skipped) for one in closed] == [(0, 0), (10, 9)]


def test_memory_is_bounded(normal: NormalBehaviour) -> None:
    """More readings than are kept are counted; and while only one of two machines speaks, hours close all the same."""
    stream = HourStream({"M001": "conveyor", "M002": "conveyor"}, normal)
    for number in range(MOST_READINGS + 5):
        list(stream.add("M001", row(number * 1e-5, number)))
    closed = feed(stream, *[("M001", float(hour), 10_000 + hour) for hour in range(1, 10)])

    assert stream.dropped.overflowed == 5
    assert len(closed) == 10 - MOST_OPEN


def test_a_silent_machine_has_no_numbers(stream: HourStream) -> None:
    """Who said nothing in an hour stands there as unknown."""
    feed(stream, ("M001", 0.1, 1))
    [closed] = list(stream.close_all())

    assert np.isfinite(closed.rows[0, 0])
    assert np.isnan(closed.rows[1]).all()
