"""Failures, repairs and planned maintenance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from contracts.identity import Identity
from simulator.load import REPAIR, RUNNING, STOPPED
from simulator.plant_spec import PlantSpec
from simulator.randomness import Randomness
from simulator.upkeep import SHORTEST_WAIT_H, SLOT_S, Upkeep
from simulator.wear import Wear

MakeIdentities = Callable[..., list[Identity]]
SLOT = 1_963_692 * SLOT_S  # a slot begins


def make_upkeep(identities: list[Identity], **spec: object) -> tuple[Upkeep, Wear]:
    """Upkeep and components of some new conveyors."""
    randomness = Randomness(1, [identity.device_id for identity in identities])
    wear = Wear(identities, PlantSpec.model_validate({"age": "new", **spec}), randomness)
    return Upkeep(identities, wear, randomness), wear


def outage(upkeep: Upkeep, machines: int, hours: int = 48) -> np.ndarray:
    """States by the minute from the slot on, while nothing else happens, for machines that would run."""
    states = []
    for minute in range(hours * 60):
        moment_s = SLOT + minute * 60.0
        if minute and minute % 15 == 0:
            upkeep.look(moment_s)
        state = np.full((1, machines), RUNNING, dtype=np.int8)
        upkeep.down(state, np.ones((1, machines)), np.array([moment_s]))
        upkeep.advance(moment_s)
        states.append(state[0])
    return np.array(states)


def test_worn_out_bearing_stops_its_machine(make_identities: MakeIdentities) -> None:
    """What has come to its end fails within a quarter of an hour; the machine stands, is repaired, and runs again."""
    upkeep, wear = make_upkeep(make_identities(3, "conveyor"), maintenance="run_to_failure")
    wear.damage[0, 1] = 1.01
    upkeep.look(SLOT)
    states = outage(upkeep, 3)
    down = np.flatnonzero(states[:, 1] != RUNNING)

    assert (np.delete(states, 1, axis=1) == RUNNING).all()
    assert down[0] <= 15
    assert np.array_equal(down, np.arange(down[0], down[-1] + 1))
    assert [STOPPED, REPAIR] == list(dict.fromkeys(states[down, 1].tolist()))
    assert (states[:, 1] == STOPPED).sum() >= 60 * SHORTEST_WAIT_H - 1
    # A mean of 6 h, times 0.6 to 1.4.
    assert 216 <= (states[:, 1] == REPAIR).sum() <= 505
    assert (wear.damage[0, 1], wear.cycle[0, 1]) == (0.0, 1)


def test_maintenance_log_tells_failure_and_repair(make_identities: MakeIdentities) -> None:
    """Failure and repair are told once each, at their own moments, with the component and its life."""
    upkeep, wear = make_upkeep(make_identities(3, "conveyor"), maintenance="run_to_failure")
    wear.damage[0, 1], life_h = 1.01, float(wear.life_h[0, 1])
    upkeep.look(SLOT)
    states = outage(upkeep, 3)
    failed, repaired = upkeep.take_news()
    down_min = np.flatnonzero(states[:, 1] != RUNNING)

    assert (failed.event.value, repaired.event.value) == ("failed", "repaired")
    assert failed.fault_id == repaired.fault_id == "M002-bearing-0"
    assert (failed.family, failed.kind, failed.label, failed.cause) == ("wear", "bearing", "Bearing", "wear")
    assert failed.parameters == {"life_h": pytest.approx(life_h, abs=0.01), "cycle": 0.0}
    assert 0 <= down_min[0] * 60 + SLOT - failed.at.timestamp() < 60
    assert 0 <= (down_min[-1] + 1) * 60 + SLOT - repaired.at.timestamp() < 60
    assert upkeep.take_news() == []


def test_planned_renewal_needs_no_failure(make_identities: MakeIdentities) -> None:
    """With preventive maintenance, what is due is renewed within a shift, and nothing has failed."""
    upkeep, wear = make_upkeep(make_identities(3, "conveyor"))
    wear.damage[1, 2] = wear.limit[1, 2] + 0.001
    upkeep.look(SLOT)
    states = outage(upkeep, 3)
    (maintained,) = upkeep.take_news()

    assert set(states[:, 2].tolist()) == {RUNNING, REPAIR}
    assert np.flatnonzero(states[:, 2] == REPAIR)[0] <= 8 * 60
    assert (maintained.event.value, maintained.kind, maintained.cause) == ("maintained", "belt", "plan")
    assert wear.damage[1, 2] == 0


def test_no_outage_is_shorter_than_a_slot(make_identities: MakeIdentities) -> None:
    """Even the change of a tool takes a quarter of an hour, so that the new one is in before the machine runs."""
    upkeep, wear = make_upkeep(make_identities(40, "cnc_mill"))
    tool = wear.components.index("tool")
    wear.damage[tool] = wear.limit[tool] + 0.001
    upkeep.look(SLOT)
    states = outage(upkeep, 40)

    assert (states == REPAIR).sum(axis=0).min() >= 15
    assert (wear.cycle[tool] == 1).all()


def test_two_components_wait_for_one_another(make_identities: MakeIdentities) -> None:
    """A machine whose components fail together has one outage after the other, and loses neither."""
    upkeep, wear = make_upkeep(
        make_identities(1, "conveyor"), maintenance="run_to_failure", run_to_failure_components=("bearing", "belt")
    )
    wear.damage[:, 0] = 1.0
    upkeep.look(SLOT)
    outage(upkeep, 1, hours=96)
    told = [(draft.kind, draft.event.value) for draft in upkeep.take_news()]

    assert told == [("bearing", "failed"), ("bearing", "repaired"), ("belt", "failed"), ("belt", "repaired")]


def test_overworn_component_fails_though_it_was_planned(make_identities: MakeIdentities) -> None:
    """A component that passes its whole life before anybody looks has failed, whatever the plan was."""
    upkeep, wear = make_upkeep(make_identities(1, "conveyor"))
    wear.damage[0, 0] = 1.2
    upkeep.look(SLOT)
    outage(upkeep, 1)

    assert [draft.event.value for draft in upkeep.take_news()] == ["failed", "repaired"]
