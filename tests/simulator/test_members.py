"""Signs of life in the lease table (moto), on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from stand_ins import HandClock

from simulator.allotment import Member
from simulator.lease import LeaseTable
from simulator.members import Members


@pytest.fixture
def clock() -> HandClock:
    """A clock that the test moves."""
    return HandClock()


@pytest.fixture
def members(leases_client: Any, clock: HandClock) -> Callable[..., Members]:
    """Makes the members as one process sees them."""

    def make(owner: str, **more: Any) -> Members:
        return Members(LeaseTable(leases_client, "leases", owner, 15.0, clock=clock, **more), most=16)

    return make


def test_members_see_one_another(members: Callable[..., Members]) -> None:
    """Who has given a sign of life is there, with what it holds; who leaves is gone at once."""
    one, two = members("host-1-a.b"), members("host-2-c.d")
    one.beat(3)

    assert two.beat(0) == {"host-1-a.b": Member(3, 16), "host-2-c.d": Member(0, 16)}
    one.leave()
    assert two.look() == {"host-2-c.d": Member(0, 16)}


def test_a_silent_member_is_gone_after_its_lease(members: Callable[..., Members], clock: HandClock) -> None:
    """The watcher counts from when it first saw the same sign; the row is cleared for all."""
    silent, watcher = members("silent"), members("watcher")
    silent.beat(1)
    clock.now += 100
    watcher.beat(0)
    clock.now += 14.9
    assert "silent" in watcher.beat(0)
    clock.now += 0.1

    assert watcher.beat(0) == {"watcher": Member(0, 16)}
    assert members("third").look() == {"watcher": Member(0, 16)}


def test_a_member_that_was_thought_gone_comes_back(members: Callable[..., Members], clock: HandClock) -> None:
    """Its next sign of life is as good as its first."""
    sleeper, watcher = members("sleeper"), members("watcher")
    sleeper.beat(1)
    watcher.beat(0)
    clock.now += 15
    assert "sleeper" not in watcher.beat(0)

    sleeper.beat(1)

    assert watcher.look()["sleeper"] == Member(1, 16)


def test_nobody_is_gone_for_the_silence_of_the_table(members: Callable[..., Members], clock: HandClock) -> None:
    """After a time in which nobody could ask the table, all are watched anew."""
    one, watcher = members("one"), members("watcher")
    one.beat(1)
    watcher.beat(0)
    clock.now += 60
    watcher.look_afresh()

    assert "one" in watcher.look()


def test_a_member_known_to_be_dead_is_not_waited_for(members: Callable[..., Members]) -> None:
    """Proof of death on this machine takes the place of the wait."""
    members("dead").beat(1)

    assert members("heir", is_dead=lambda owner: owner == "dead").beat(0) == {"heir": Member(0, 16)}
