"""The outbox keeps a machine's messages in order, whatever the connection does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.outbox import Message, Outbox, State


def _message(seq: int) -> Message:
    return Message(row=0, seq=seq, payload=b"{}")


def test_take_stops_at_the_window() -> None:
    """No more messages are in flight than the window allows."""
    box = Outbox(window=2)
    for seq in (1, 2, 3):
        box.put(_message(seq))

    assert [one.seq for one in iter(box.take, None)] == [1, 2]
    assert box.in_flight == 2


def test_settled_messages_make_room() -> None:
    """An answer lets the next message out."""
    box = Outbox(window=1)
    first, second = _message(1), _message(2)
    box.put(first)
    box.put(second)
    assert box.take() is first

    assert box.settle(first)

    assert box.take() is second
    assert len(box) == 1


def test_a_second_answer_is_no_news() -> None:
    """A message that was sent twice and answered twice is counted once."""
    box, one = Outbox(), _message(1)
    box.put(one)
    box.take()

    assert (box.settle(one), box.settle(one)) == (True, False)
    assert len(box) == 0


def test_a_late_answer_settles_a_message_that_waits_again() -> None:
    """An answer of the broken connection saves sending the message again."""
    box, one = Outbox(), _message(1)
    box.put(one)
    box.take()
    box.recall()

    assert box.settle(one)
    assert box.take() is None


def test_dropped_messages_take_no_room_while_nobody_is_connected() -> None:
    """A machine that is away for a week drops its oldest each second; no trace of them may stay."""
    box = Outbox()
    kept: list[Message] = []
    for seq in range(1, 1001):
        kept.append(_message(seq))
        box.put(kept[-1])
        if len(kept) > 10:
            box.settle(kept.pop(0))

    assert (len(box), len(box._waiting)) == (10, 10)


ACTIONS = st.lists(st.sampled_from(["put", "take", "answer first", "answer last", "recall", "drop"]), max_size=80)


@given(ACTIONS, st.integers(1, 5))
def test_order_and_count_survive_everything(actions: list[str], window: int) -> None:
    """Between two recalls numbers go out in ascending order, and nothing is lost or counted twice."""
    box, said, flying, sent = Outbox(window=window), [], [], []
    for action in actions:
        if action == "put":
            said.append(_message(len(said) + 1))
            box.put(said[-1])
        elif action == "take" and (taken := box.take()) is not None:
            assert sent == sorted(sent)
            assert not sent or taken.seq > sent[-1]
            sent.append(taken.seq)
            flying.append(taken)
        elif action.startswith("answer") and flying:
            box.settle(flying.pop(0 if action.endswith("first") else -1))
        elif action == "recall":
            box.recall()
            flying, sent = [], []
        elif action == "drop" and (waiting := [one for one in said if one.state is State.WAITING]):
            box.settle(waiting[0])
        assert len(box) == sum(one.state is not State.SETTLED for one in said)
        assert box.in_flight == len(flying) <= window


def test_a_held_message_comes_after_those_that_overtook_it() -> None:
    """It keeps that place when the connection breaks: it is late, and stays so."""
    box = Outbox()
    late, *others = (_message(seq) for seq in (1, 2, 3))
    box.hold(late)
    for one in others:
        box.put(one)
    assert box.release(late)
    taken = [one.seq for one in iter(box.take, None)]
    recalled = [one.seq for one in box.recall()]

    assert taken == recalled == [2, 3, 1]
    assert [one.seq for one in iter(box.take, None)] == [2, 3, 1]


def test_a_held_message_is_kept_until_it_is_let_go() -> None:
    """It counts among the unsettled, and nothing sends it before."""
    box, late = Outbox(), _message(1)
    box.hold(late)

    assert (len(box), box.take(), box.held) == (1, None, [late])
    box.release(late)
    assert (len(box), box.take(), box.held) == (1, late, [])


def test_a_held_message_that_was_dropped_is_not_let_go() -> None:
    """The store may take it as any that waits; its time comes to nothing then."""
    box, late = Outbox(), _message(1)
    box.hold(late)

    assert box.settle(late)
    assert not box.release(late)
    assert (len(box), box.take()) == (0, None)


def test_a_message_and_its_repeat_are_each_answered() -> None:
    """They share a number and nothing else."""
    box, one = Outbox(), _message(1)
    again = one.repeat()
    box.put(one)
    box.put(again)
    assert [box.take(), box.take()] == [one, again]

    assert box.settle(one)
    assert (len(box), box.in_flight) == (1, 1)
    assert box.settle(again)
    assert (again.again, again.payload, again.seq, len(box)) == (True, b"{}", 1, 0)
