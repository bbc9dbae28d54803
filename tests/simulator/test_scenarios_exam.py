"""One exam for all scenarios that come with the simulator: each is found, played and judged by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
import yaml

from contracts.identity import Identity
from contracts.telemetry import MachineState
from contracts.truth import TruthEvent
from contracts.vehicles import FLEET_LINE, VEHICLES
from factory.provision.request import vehicle
from simulator.arrays import Floats
from simulator.drafts import TruthDraft
from simulator.faults import FAULTS
from simulator.plant import STATES, Plant
from simulator.plant_spec import PlantSpec
from simulator.population import AnyBlock, Population, make_population, signals_of
from simulator.scenario import Scenario, load_scenario, scenario_names
from simulator.scenario_schema import SCHEMA_FILE, scenario_file_model
from simulator.vehicles import Fleet

MACHINES = 20
"""As many as `factory up` has by default: whom a scenario names must be among them."""
VEHICLES_OF_A_FLEET = 20
"""As many vehicles are played where a scenario means any."""
MOMENTS = 600
HOUR_S = 3600.0
Played = tuple[list[tuple[Population, list[AnyBlock]]], list[TruthDraft]]


@pytest.fixture(params=scenario_names())
def scenario(request: pytest.FixtureRequest) -> Scenario:
    """Each scenario in turn."""
    return load_scenario(request.param)


@pytest.fixture
def play(
    scenario: Scenario, make_identities: Callable[..., list[Identity]], start: datetime
) -> Callable[[Floats], Played]:
    """Plays the scenario through some times after its start, in three blocks; vehicles too, if it means any."""
    kinds = [make_identities(MACHINES)]
    if means_vehicles(scenario):
        kinds.append([vehicle(number, "plant1") for number in range(1, VEHICLES_OF_A_FLEET + 1)])

    def played(times_s: Floats) -> Played:
        populations = [make_population(some, scenario, seed=7, start=start, interval_s=1.0) for some in kinds]
        blocks = [
            (population, [population.play(start.timestamp() + part) for part in np.array_split(times_s, 3)])
            for population in populations
        ]
        return blocks, [draft for population in populations for draft in population.take_truth()]

    return played


def means_vehicles(scenario: Scenario) -> bool:
    """Whether a fault is meant for a vehicle, a model of vehicles or their line."""
    return any(fault.target in (FLEET_LINE, *VEHICLES) or fault.target.startswith("VHC") for fault in scenario.faults)


def _text(name: str) -> str:
    return (files("simulator") / "scenarios" / f"{name}.yaml").read_text("utf-8")


def _bytes(played: list[tuple[Population, list[AnyBlock]]]) -> bytes:
    return b"".join(
        getattr(block, signal.value).tobytes() + block.state.tobytes()
        for population, blocks in played
        for block in blocks
        for signal in signals_of(population.identities)
    )


def test_it_fits_the_schema(scenario: Scenario) -> None:
    """Its text is valid by the schema that editors get, and its first line names that schema."""
    text = _text(scenario.name)
    data: dict[str, Any] = yaml.safe_load(text)

    assert text.splitlines()[0] == f"# yaml-language-server: $schema={SCHEMA_FILE}"
    assert scenario_file_model().model_validate(data).model_dump()["name"] == scenario.name


def test_it_says_what_it_is_for(scenario: Scenario) -> None:
    """A paragraph for people: sentences, not a word; those who list it see the first."""
    assert scenario.description.endswith(".")
    assert 40 <= len(scenario.description) <= 400
    assert "\n" not in scenario.description


def test_everybody_it_names_is_there(scenario: Scenario, play: Callable[..., Any]) -> None:
    """Each target is a machine, line or model of the usual plant, and can have the fault."""
    played, _ = play(np.array([0.0, 1.0, 2.0]))
    nobody = [set(population.unmatched_targets) for population, _ in played]

    assert set.intersection(*nobody) == set()


def test_each_planned_fault_appears_in_the_truth(scenario: Scenario, play: Callable[..., Any]) -> None:
    """Played to its end, every fault has begun on each machine that it hits, and those with an end have ended."""
    played, _ = play(np.array([0.0, 0.1, 0.2]))
    planned = {fault.fault_id for population, _ in played for fault in population.active_faults()}
    _, truth = play(np.linspace(0.0, scenario.lasts_s, MOMENTS))
    begun = Counter(draft.kind for draft in truth if draft.event is TruthEvent.STARTED)
    ended = Counter(draft.kind for draft in truth if draft.event is TruthEvent.ENDED)

    assert planned <= {draft.fault_id for draft in truth if draft.event is TruthEvent.STARTED}
    assert {fault.kind for fault in scenario.faults} == set(begun)
    assert {fault.kind for fault in scenario.faults if fault.duration_s is not None} <= set(ended)


def test_readings_are_numbers(scenario: Scenario, play: Callable[..., Any]) -> None:
    """Over its whole length nothing is infinite, and only sensors with a fault are ever silent."""
    played, truth = play(np.linspace(0.0, scenario.lasts_s, MOMENTS))
    ill = {(draft.device_id, draft.signal) for draft in truth if draft.signal is not None}

    for population, blocks in played:
        for signal in signals_of(population.identities):
            values = np.concatenate([getattr(block, signal.value) for block in blocks])
            assert not np.isinf(values).any()
            silent = {population.identities[row].device_id for row in np.flatnonzero(np.isnan(values).any(axis=0))}
            assert {(device_id, signal) for device_id in silent} <= ill


def test_the_same_seed_tells_the_same(scenario: Scenario, play: Callable[..., Any]) -> None:
    """An hour of it, played twice, is the same byte by byte, and so is the truth."""
    times_s = np.arange(0.0, min(HOUR_S, scenario.lasts_s), 10.0)
    first, truth = play(times_s)
    second, same_truth = play(times_s)

    assert _bytes(first) == _bytes(second)
    assert truth == same_truth


def test_vehicles_overheat_in_the_heatwave(start: datetime) -> None:
    """Worn ones do, clogged ones more often; new ones in the same heat never."""
    scenario, times_s = load_scenario("fleet-heatwave"), np.arange(60.0, 120 * HOUR_S, 300.0)
    vehicles = [vehicle(number, "plant1") for number in range(1, 41)]
    cool = scenario.model_copy(update={"plant": PlantSpec(climate="hot", age="new"), "faults": ()})
    fleets = [
        Fleet(vehicles, one, seed=1, start=start, interval_s=60.0)
        for one in (scenario, scenario.model_copy(update={"faults": ()}), cool)
    ]
    hit = {fault.device_id for fault in fleets[0].active_faults()}
    clogged = np.array([one.device_id in hit for one in vehicles])
    # All radiators are clogged from hour 48 to 120.
    clogged_hot, worn_hot, new_hot = (
        fleet.play(start.timestamp() + times_s).engine_temp_c[times_s > 48 * HOUR_S] > 100.0 for fleet in fleets
    )

    # Three of ten, forty times: 12, with a standard deviation of sqrt(40 · 0.3 · 0.7) = 2.9.
    assert 4 <= len(hit) <= 20
    assert not new_hot.any()
    assert worn_hot.any()
    assert np.array_equal(clogged_hot[:, ~clogged], worn_hot[:, ~clogged])
    assert clogged_hot[:, clogged].sum() > 1.5 * worn_hot[:, clogged].sum()
    assert TruthEvent.FAILED in {draft.event for draft in fleets[0].take_truth()}


def test_every_kind_of_fault_is_in_some_scenario() -> None:
    """Nobody has to write a scenario to see what a kind of fault looks like."""
    played = {fault.kind for name in scenario_names() for fault in load_scenario(name).faults}

    assert played == set(FAULTS)


def test_bearings_fail_and_are_repaired_in_the_life_test(
    make_identities: Callable[..., list[Identity]], start: datetime
) -> None:
    """The accelerated life test has failures of bearings, repairs after them, and machines that stand meanwhile."""
    scenario = load_scenario("bearing-run-to-failure")
    plant = Plant(make_identities(MACHINES), scenario, seed=1, start=start, interval_s=1.0)
    plant.play(start.timestamp() + np.arange(0.0, scenario.lasts_s, 900.0))
    truth = plant.take_truth()
    failed = [draft for draft in truth if draft.event is TruthEvent.FAILED]

    assert {draft.kind for draft in failed} == {"bearing"}
    assert len({draft.device_id for draft in failed}) >= MACHINES // 2
    assert {draft.fault_id for draft in truth if draft.event is TruthEvent.REPAIRED} <= {
        draft.fault_id for draft in failed
    }


def test_machines_are_off_at_night_and_on_sunday_in_two_shifts(
    make_identities: Callable[..., list[Identity]],
) -> None:
    """06:00 to 22:00 in Berlin is 05:00 to 21:00 UTC in January; the tenth and eleventh are a weekend.

    At night a machine may be under repair: tools are changed after the shift.
    """
    monday = datetime.fromisoformat("2026-01-05T00:00:00+00:00")
    scenario = load_scenario("two-shift-plant")
    plant = Plant(make_identities(MACHINES), scenario, seed=1, start=monday, interval_s=1.0)
    # Machines are switched within ten minutes of the whistle.
    working = {4.9: False, 5.5: True, 12.0: True, 20.9: True, 21.5: False, 5 * 24 + 12.0: False, 6 * 24 + 12.0: False}
    block = plant.play(monday.timestamp() + np.array(list(working)) * HOUR_S)

    seen = [{STATES[state] for state in states.tolist()} for states in block.state]
    assert [MachineState.RUNNING in states for states in seen] == list(working.values())
    assert all(
        states <= {MachineState.OFF, MachineState.REPAIR}
        for states, at_work in zip(seen, working.values(), strict=True)
        if not at_work
    )
