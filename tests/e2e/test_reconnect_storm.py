"""Two hundred machines lose the broker at one moment and want it back at one moment; nothing may be lost."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from live_factory import LiveFactory, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

MACHINES = 200


@pytest.fixture(scope="module")
def factory(start_factory: Callable[..., LiveFactory]) -> LiveFactory:
    """A factory with the scenario that comes with it."""
    return start_factory("--machines", str(MACHINES), "--scenario", "reconnect-storm", "--seed", "5")


def test_all_leave_at_once_and_all_come_back_and_nothing_is_missing(factory: LiveFactory) -> None:
    """The broker itself counts fewer than a fifth of its connections in the storm, and all of them afterwards."""
    wait_until("all machines are connected", lambda: factory.connections() == MACHINES, 25, every=0.5)
    wait_until("four fifths have left", lambda: factory.connections() <= MACHINES // 5, 90)
    wait_until("messages wait", lambda: factory.metric("simulator", "simulator_stored_messages") > 10 * MACHINES, 120)
    wait_until("all are back", lambda: factory.connections() == MACHINES, 180)
    wait_until("what waited is gone", lambda: factory.metric("simulator", "simulator_stored_messages") < MACHINES, 120)

    assert factory.metric("simulator", "simulator_reconnects_total") >= 0.8 * MACHINES
    audit = factory.audit()
    assert (audit["machines"], audit["runs"], audit["missing"]) == (MACHINES, MACHINES, 0)

    # An orderly stop lets all that is under way arrive: then the account is without any remainder.
    assert factory.stop() == 0
    audit = factory.audit(settle=0)
    remainder = ("missing", "unacknowledged", "unaccounted", "overflowed", "refused", "repeated")
    assert {name: audit[name] for name in remainder} == dict.fromkeys(remainder, 0)
    assert audit["published"] == audit["acknowledged"] == audit["archived"]


def test_the_truth_has_the_storm_of_each_machine(factory: LiveFactory) -> None:
    """All begin at the same moment and each has an end, though nothing of it went over the wire."""
    lines = (factory.data_dir / "truth" / "ground_truth.jsonl").read_text().splitlines()
    storms = [record for line in lines if (record := json.loads(line))["kind"] == "reconnect_storm"]

    for event in ("started", "ended"):
        assert len({one["device_id"] for one in storms if one["event"] == event}) == MACHINES
    assert len({one["at"] for one in storms if one["event"] == "started"}) == 1
