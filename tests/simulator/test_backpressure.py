"""When a broker is called slow, and when no longer."""

from __future__ import annotations

from simulator.backpressure import SLOW_AFTER_S, Backpressure, Strain, measure_strain
from simulator.outbox import Message, Outbox


def outbox_with(messages: int, sent_at_s: float, window: int = 100) -> Outbox:
    """An outbox whose messages are under way since a moment, as far as its window allows."""
    box = Outbox(window=window)
    for seq in range(1, messages + 1):
        box.put(Message(row=0, seq=seq, payload=b""))
    while (message := box.take()) is not None:
        message.sent_at = sent_at_s
    return box


def test_the_oldest_message_under_way_counts() -> None:
    """Of three machines the one that waits longest; full is who may send no more."""
    boxes = [outbox_with(1, 97.0), outbox_with(3, 91.0, window=2), outbox_with(0, 0.0)]

    assert measure_strain(boxes, now_s=100.0) == Strain(oldest_unanswered_s=9.0, full_windows=1)


def test_who_has_nothing_under_way_waits_for_nothing() -> None:
    """A plant that is quiet, or offline, is no sign of a slow broker."""
    assert measure_strain([Outbox()], now_s=100.0) == Strain(0.0, 0)


def test_a_full_window_is_a_strain_however_young_its_messages() -> None:
    """At a hundred messages a second it is full long before one is old."""
    pressure = Backpressure()

    assert pressure.feel(Strain(0.9, full_windows=1)) == "began"
    assert pressure.feel(Strain(0.9, full_windows=0)) == "ended"


def test_a_broker_at_the_edge_is_told_once() -> None:
    """It must be well below before it is over, and a strain that goes on is no news."""
    pressure = Backpressure()
    ages_s = [SLOW_AFTER_S + change for change in (0.1, -0.1, 0.1, -0.1)]

    assert [pressure.feel(Strain(age_s, 0)) for age_s in ages_s] == ["began", None, None, None]
