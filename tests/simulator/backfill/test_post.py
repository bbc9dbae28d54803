"""The way of messages: what comes when, and that none is lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.telemetry import Signal
from simulator.backfill.messages import Messages
from simulator.backfill.post import Post
from simulator.backfill.timeline import moments_ms
from simulator.delivery import AS_IT_IS, Certificate, Delivery, Network
from simulator.readings import Block

MINUTE_MS = 60_000
START_MS = 1_767_393_000_000
MakeBlock = Callable[..., Block]


def changed(made: Any, **columns: Any) -> Any:
    """Delivery or network with some columns replaced."""
    for name, values in columns.items():
        getattr(made, name)[:] = values
    return made


def told(messages: Messages) -> list[tuple[int, int, int]]:
    """Machine, number and minute of arrival of each message, in the order in which files hold them."""
    rows = [some for _, _, some in messages.by_file()]
    joined = Messages.join(rows or [Messages.none(len(Signal))])
    arrivals = ((joined.received_ms - START_MS) / MINUTE_MS).tolist()
    return list(zip(joined.machine.tolist(), joined.seq.tolist(), arrivals, strict=True))


def test_messages_come_at_their_own_moment(make_block: MakeBlock) -> None:
    """Without a fault: numbered from the one that was asked for, machine by machine, at once."""
    post = Post(tuple(Signal))
    came = post.send(make_block(2, 2), first_seq=7)

    assert came is None
    assert told(post.deliver(START_MS + 2 * MINUTE_MS)) == [(0, 7, 0), (1, 7, 0), (0, 8, 1), (1, 8, 1)]


def test_a_delayed_message_is_overtaken(make_block: MakeBlock) -> None:
    """The first one is kept back for 90 s: it comes behind the second, with its own number and timestamp."""
    late = changed(Delivery.neutral(1), delay_s=90.0)
    post = Post(tuple(Signal))
    came = post.send(make_block(3, 1, {0: late}), 1)
    messages = post.deliver(START_MS + 3 * MINUTE_MS)

    assert came is not None
    assert came.ravel().tolist() == [False, True, True]
    assert told(messages) == [(0, 2, 1), (0, 1, 1.5), (0, 3, 2)]
    assert messages.told_ms[messages.seq == 1].tolist() == [START_MS]


def test_what_comes_later_is_delivered_later(make_block: MakeBlock) -> None:
    """Asked for what came before a moment, the rest stays under way."""
    late = changed(Delivery.neutral(1), delay_s=600.0)
    post = Post(tuple(Signal))
    post.send(make_block(2, 1, {0: late}), 1)

    assert told(post.deliver(START_MS + 2 * MINUTE_MS)) == [(0, 2, 1)]
    assert told(post.deliver(START_MS + 20 * MINUTE_MS)) == [(0, 1, 10)]


def test_copies_have_the_same_number(make_block: MakeBlock) -> None:
    """Three of machine 1's first message, one of everything else."""
    often = changed(Delivery.neutral(2), copies=[1, 3])
    post = Post(tuple(Signal))
    post.send(make_block(2, 2, {0: often}), 1)

    assert told(post.deliver(START_MS + 2 * MINUTE_MS)) == [
        (0, 1, 0),
        (1, 1, 0),
        (1, 1, 0),
        (1, 1, 0),
        (0, 2, 1),
        (1, 2, 1),
    ]


def test_a_wrong_clock_changes_the_partition_and_not_the_arrival(make_block: MakeBlock) -> None:
    """A clock that is two hours ahead files the message two hours later; it comes when it comes."""
    ahead = changed(Delivery.neutral(1), clock_offset_s=7200.0)
    post = Post(tuple(Signal))
    post.send(make_block(1, 1, {0: ahead}), 1)
    ((hour, arrival, messages),) = post.deliver(START_MS + MINUTE_MS).by_file()

    assert hour - arrival == 2
    assert (messages.told_ms - messages.received_ms).tolist() == [7_200_000]


def test_the_told_state_may_be_wrong(make_block: MakeBlock) -> None:
    """State 1 is told for machine 0; machine 1 tells its own, which is 2."""
    wrong = changed(Delivery.neutral(2), state=[1, -1])
    post = Post(tuple(Signal))
    post.send(make_block(1, 2, {0: wrong}), 1)

    assert post.deliver(START_MS + MINUTE_MS).state.tolist() == [1, 2]


@pytest.mark.parametrize("trouble", [{"offline": True}, {"certificate": Certificate.REVOKED}])
def test_messages_wait_for_the_network(make_block: MakeBlock, trouble: dict[str, Any]) -> None:
    """Cut off for two moments over the border of blocks: all come at the third, oldest first."""
    down = changed(Network.neutral(1), **trouble)
    post = Post(tuple(Signal))
    came = post.send(make_block(1, 1, network={0: down}), 1)
    post.send(make_block(2, 1, network={0: down}, first=1), 2)

    assert came is not None
    assert not came.any()
    assert told(post.deliver(START_MS + 3 * MINUTE_MS)) == [(0, 1, 2), (0, 2, 2), (0, 3, 2)]


def test_a_slow_link_keeps_the_order(make_block: MakeBlock) -> None:
    """Each message comes 5 s later."""
    slow = changed(Network.neutral(1), latency_s=5.0)
    post = Post(tuple(Signal))
    post.send(make_block(2, 1, network={0: slow, 1: slow}), 1)

    assert [(seq, round(minute * 60)) for _, seq, minute in told(post.deliver(START_MS + 10 * MINUTE_MS))] == [
        (1, 5),
        (2, 65),
    ]


def test_a_full_store_drops_the_oldest_and_counts_them(make_block: MakeBlock) -> None:
    """Five messages wait and two may: three are gone, the youngest are left for the end."""
    down = changed(Network.neutral(1), offline=True)
    post = Post(tuple(Signal), store_limit=2)
    post.send(make_block(5, 1, network=dict.fromkeys(range(5), down)), 1)
    messages, undelivered = post.close(START_MS + 5 * MINUTE_MS)

    assert (post.overflowed, undelivered, len(messages)) == (3, 2, 0)


def test_at_the_end_what_is_kept_back_is_sent(make_block: MakeBlock) -> None:
    """As a simulator does that is stopped."""
    late = changed(Delivery.neutral(1), delay_s=86_400.0)
    post = Post(tuple(Signal))
    post.send(make_block(1, 1, {0: late}), 1)
    messages, undelivered = post.close(START_MS + 2 * MINUTE_MS)

    assert told(messages) == [(0, 1, 2)]
    assert undelivered == 0


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 300), st.integers(1, 3)), min_size=1, max_size=12), st.data())
def test_nothing_is_lost_however_a_run_is_cut_into_blocks(
    faults: list[tuple[bool, int, int]], data: st.DataObject
) -> None:
    """Archived and undelivered numbers together are all numbers, and the cut changes nothing."""
    as_is = np.array([AS_IT_IS], dtype=np.int8)
    deliveries = [
        Delivery(np.zeros(1), np.array([float(delay)]), np.array([copies]), as_is) for _, delay, copies in faults
    ]
    networks = [changed(Network.neutral(1), offline=offline) for offline, _, _ in faults]
    cut = data.draw(st.integers(1, len(faults)))

    def run(borders: list[int]) -> tuple[list[tuple[int, int, int]], int]:
        post, rows = Post(tuple(Signal)), []
        for first, last in pairwise(borders):
            block = _block(first, deliveries[first:last], networks[first:last])
            post.send(block, first + 1)
            rows.append(post.deliver(int(moments_ms(block)[-1])))
        left, undelivered = post.close(START_MS + len(faults) * MINUTE_MS)
        return sorted(told(Messages.join([*rows, left]))), undelivered

    whole, waiting = run([0, len(faults)])
    assert run(sorted({0, cut, len(faults)})) == (whole, waiting)
    sent = sum(copies for _, _, copies in faults)
    assert len(whole) + waiting == sent


def _block(first: int, deliveries: list[Delivery], networks: list[Network]) -> Block:
    moments = (START_MS + MINUTE_MS * np.arange(first, first + len(deliveries))) / 1000
    values = np.zeros((len(deliveries), 1))
    return Block(moments, values, values, values, values, values.astype(np.int8), tuple(deliveries), tuple(networks))
