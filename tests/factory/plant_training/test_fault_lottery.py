"""The scenario with faults by lot."""

from __future__ import annotations

from itertools import pairwise

from factory.plant_training.fault_lottery import MACHINE_KINDS, SENSOR_KINDS, fault_lottery
from factory.provision.request import machine
from simulator.faults import FAULTS
from simulator.scenario import parse_scenario

MACHINES = [machine(number, "plant1") for number in range(1, 25)]
DAY_S = 86_400


def test_it_can_be_played_and_is_the_same_each_time() -> None:
    """The simulator takes it, whatever the seed; the same seed gives the same text, another one another."""
    texts = [fault_lottery(MACHINES, seed, 28) for seed in (1, 1, 2, 3, 4)]

    assert all(parse_scenario(text).faults for text in texts)
    assert texts[0] == texts[1] != texts[2]


def test_every_kind_that_shows_in_signals_is_drawn() -> None:
    """Sensors' and machines' faults, all of them; those of messages and connections show in no signal."""
    wanted = {kind for kind, fault in FAULTS.items() if fault.family in ("sensor", "process")}
    models = {one.model for one in MACHINES}
    wanted = {kind for kind in wanted if not (set(getattr(FAULTS[kind], "models", None) or models) - models)}
    drawn = {fault.kind for seed in range(6) for fault in parse_scenario(fault_lottery(MACHINES, seed, 60)).faults}

    assert {*SENSOR_KINDS, *MACHINE_KINDS, "hall_warming"} >= drawn
    assert drawn >= wanted - {"wrong_state"}


def test_a_machine_has_one_at_a_time_and_time_to_get_well() -> None:
    """Between two faults of a machine lie two days at least, and none is left at the end."""
    scenario = parse_scenario(fault_lottery(MACHINES, 7, 42))
    for one in MACHINES:
        mine = sorted(
            (fault.start_s, fault.start_s + (fault.duration_s or 0))
            for fault in scenario.faults
            if fault.target == one.device_id
        )
        assert all(following[0] - last[1] >= 2 * DAY_S - 1 for last, following in pairwise(mine))
        assert all(end <= 42 * DAY_S for _, end in mine)
