"""Leases in DynamoDB (moto), on a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stand_ins import HandClock

from simulator.lease import Lease, LeaseError, LeaseTable


@pytest.fixture
def clock() -> HandClock:
    """A clock that the test moves."""
    return HandClock()


@pytest.fixture
def table(leases_client: Any, clock: HandClock) -> Callable[..., LeaseTable]:
    """Makes the table as one process sees it."""

    def make(owner: str, **more: Any) -> LeaseTable:
        return LeaseTable(leases_client, "leases", owner, 15.0, clock=clock, **more)

    return make


def _take(table: LeaseTable, shard: str = "shard-0000") -> Lease:
    lease = table.try_acquire(shard)
    assert lease is not None
    return lease


def test_the_first_run_is_one(table: Callable[..., LeaseTable]) -> None:
    """A shard that nobody ever played begins with run 1."""
    lease = _take(table("a"))

    assert (lease.run, lease.held()) == (1, True)


def test_a_held_shard_is_not_taken(table: Callable[..., LeaseTable], clock: HandClock) -> None:
    """As long as heartbeats come, nobody else gets the shard."""
    lease, other = _take(table("a")), table("b")
    for _ in range(10):
        clock.now += 5
        lease.renew()
        assert other.try_acquire("shard-0000") is None
    assert lease.held()


def test_a_silent_shard_is_taken_after_the_lease(table: Callable[..., LeaseTable], clock: HandClock) -> None:
    """A waiter counts on its own clock from when it first saw the row, and then takes it with the next run."""
    lease, other = _take(table("a")), table("b")
    clock.now += 100  # nobody knows how long the row has been like this: only what was watched counts
    assert other.try_acquire("shard-0000") is None
    clock.now += 14.9
    assert other.try_acquire("shard-0000") is None
    clock.now += 0.1

    assert _take(other).run == 2
    assert not lease.held()
    lease.renew()
    assert lease.lost


def test_a_released_shard_is_free_at_once_and_keeps_its_run(table: Callable[..., LeaseTable]) -> None:
    """An orderly end makes nobody wait, and the run goes on from where it was."""
    first = _take(table("a"))
    first.release()

    assert not first.held()
    assert _take(table("b")).run == 2


def test_releasing_a_lost_lease_does_not_free_the_heirs(table: Callable[..., LeaseTable], clock: HandClock) -> None:
    """Only the owner of this very run may free the row."""
    first, heirs = _take(table("a")), table("b")
    heirs.try_acquire("shard-0000")
    clock.now += 15
    heir = _take(heirs)
    first.release()

    heir.renew()
    assert heir.held()


def test_a_dead_owner_is_not_waited_for(table: Callable[..., LeaseTable]) -> None:
    """Proof of death on this machine takes the place of the wait."""
    _take(table("dead"))

    assert _take(table("b", is_dead=lambda owner: owner == "dead")).run == 2


def test_only_one_of_many_waiters_gets_the_shard(table: Callable[..., LeaseTable], clock: HandClock) -> None:
    """All see the same silent row, one takes it."""
    _take(table("a"))
    waiters = [table(f"w{n}") for n in range(8)]
    for waiter in waiters:
        waiter.try_acquire("shard-0000")
    clock.now += 15
    with ThreadPoolExecutor(8) as pool:
        leases = list(pool.map(lambda waiter: waiter.try_acquire("shard-0000"), waiters))

    assert [lease.run for lease in leases if lease is not None] == [2]


class _DeadClient:
    """DynamoDB that cannot be reached."""

    def update_item(self, **_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="http://nowhere")

    get_item = update_item


def test_an_outage_ends_the_lease_at_its_own_deadline(table: Callable[..., LeaseTable], clock: HandClock) -> None:
    """Without answers the owner plays until its own time is over; with an answer it goes on with the same run."""
    mine = table("a")
    lease, alive = _take(mine), mine._client
    mine._client = _DeadClient()
    clock.now += 14.9
    with pytest.raises(LeaseError, match="leases does not answer"):
        lease.renew()
    assert lease.held()
    clock.now += 0.1
    assert not lease.held()
    assert not lease.lost
    mine._client = alive

    lease.renew()
    assert (lease.held(), lease.run) == (True, 1)


STEPS = st.lists(
    st.tuples(st.sampled_from(["try", "renew", "release"]), st.integers(0, 2), st.floats(0, 10)), max_size=40
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(steps=STEPS)
def test_never_two_players_and_runs_only_grow(leases_client: Any, steps: list[tuple[str, int, float]]) -> None:
    """Whatever three processes do, at no moment do two hold the shard, and each taking has a greater run."""
    clock, runs = HandClock(), []
    tables = [LeaseTable(leases_client, "leases", f"p{n}", 15.0, clock=clock) for n in range(3)]
    leases: list[Lease | None] = [None, None, None]
    leases_client.delete_item(TableName="leases", Key={"shard": {"S": "s"}})
    for action, who, passed_s in steps:
        clock.now += passed_s
        lease = leases[who]
        if action == "try" and (lease is None or lease.lost):
            leases[who] = tables[who].try_acquire("s")
            runs += [leases[who].run] if leases[who] else []
        elif action == "renew" and lease is not None:
            lease.renew()
        elif action == "release" and lease is not None:
            lease.release()
        assert sum(one is not None and one.held() for one in leases) <= 1
    assert runs == sorted(set(runs))
