"""Which machines are seen, in which order, and how fast counters grow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from factory.watch.scene import Order, Selection, Totals, rates_between, rows_of
from factory.watch.snapshot import Snapshot

Tell = Callable[..., dict[str, Any]]
Take = Callable[..., Snapshot]
EVERYBODY = Selection()


def _names(snapshot: Snapshot, selection: Selection, order: Order) -> list[str]:
    return [row.machine.device_id for row in rows_of(snapshot, selection, order)]


def test_the_worst_stands_on_top(told: Tell, snapshot: Take) -> None:
    """Bad before worth a look before well; among equals the name decides."""
    fault = {"fault_id": "f", "device_id": "M003", "kind": "bias", "signal": "temp", "stage": "active"}
    seen = snapshot([told("M004"), told("M001"), told("M002", connected=False), told("M003")], faults=[fault])

    assert _names(seen, EVERYBODY, Order.WORST) == ["M002", "M003", "M001", "M004"]
    assert _names(seen, EVERYBODY, Order.NAME) == ["M001", "M002", "M003", "M004"]


def test_only_those_wanted_are_seen(told: Tell, snapshot: Take) -> None:
    """Each option narrows the choice."""
    seen = snapshot([told("M001", model="conveyor"), told("M002"), told("M003", line="line2")])

    assert _names(seen, Selection(lines=frozenset({"line1"})), Order.NAME) == ["M001", "M002"]
    assert _names(seen, Selection(models=frozenset({"conveyor"})), Order.NAME) == ["M001"]
    assert _names(seen, Selection(machines=frozenset({"M003", "M002"})), Order.NAME) == ["M002", "M003"]
    assert not _names(seen, Selection(lines=frozenset({"line2"}), models=frozenset({"conveyor"})), Order.NAME)


def test_age_is_told_by_our_clock(told: Tell, snapshot: Take) -> None:
    """A reading of noon, seen 40 s later, is 40 s old: the machine is silent."""
    (row,) = rows_of(snapshot([told()], after_s=40.0), EVERYBODY, Order.WORST)

    assert row.age_s == 40.0
    assert [reason for _, reason in row.judgement.reasons] == ["silent for 40 s"]


def test_a_plant_with_a_clock_of_its_own_is_judged_by_that(told: Tell, snapshot: Take, noon: datetime) -> None:
    """Where the plant lives in another time, age counts from its youngest reading."""
    late = (noon - timedelta(seconds=50)).isoformat()
    seen = snapshot([told("M001"), told("M002", timestamp=late), told("M003", timestamp=None)], after_s=86_400.0)

    assert [row.age_s for row in rows_of(seen, EVERYBODY, Order.NAME)] == [0.0, 50.0, None]


def test_a_counter_that_began_anew_has_no_rate(noon: datetime) -> None:
    """After a restart the simulator counts from zero; gauges never have a rate."""
    before = Totals(noon, {"a_total": 100.0, "b_total": 10.0, "simulator_stored_messages": 1.0})
    after = Totals(noon + timedelta(seconds=2), {"a_total": 3.0, "b_total": 30.0, "simulator_stored_messages": 9.0})

    assert rates_between(before, after) == {"b_total": 10.0}
    assert rates_between(before, before) == {}
