"""What the garbage collector looks at."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from simulator.garbage import collect_rarely, set_aside


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The collector of this process as it was."""
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()


class _Cycle:
    alive = 0

    def __init__(self) -> None:
        type(self).alive += 1
        self.itself = self

    def __del__(self) -> None:
        type(self).alive -= 1


def test_machines_that_have_gone_are_freed_the_next_time() -> None:
    """What was set aside while it lived is not kept for ever: it goes when machines have come or gone again."""
    machine = _Cycle()
    set_aside()
    del machine
    gc.collect()
    assert _Cycle.alive == 1

    set_aside()

    assert _Cycle.alive == 0


def test_a_message_a_machine_wakes_no_collection() -> None:
    """Twenty thousand objects in flight are below the threshold."""
    collect_rarely()
    gc.collect()
    before = gc.get_stats()[0]["collections"]
    in_flight = [[] for _ in range(20_000)]

    assert gc.get_stats()[0]["collections"] == before
    assert len(in_flight) == 20_000
