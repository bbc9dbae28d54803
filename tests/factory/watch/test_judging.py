"""How bad a machine is, and why. Limits: the nameplate (pump 90 °C) and ISO 20816-3 group 2, rigid (2.8, 4.5 mm/s)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from factory.watch.judging import Level, judge
from factory.watch.snapshot import FaultSeen, MachineSeen

Tell = Callable[..., dict[str, Any]]


def _fault(stage: str, signal: str | None = "temp") -> FaultSeen:
    return FaultSeen(fault_id="f", device_id="M001", kind="drift", signal=signal, stage=stage)


@pytest.mark.parametrize(
    ("changes", "level", "reason"),
    [
        ({"connected": False, "unsettled": 12}, Level.BAD, "offline, 12 kept"),
        ({"state": "stopped"}, Level.BAD, "stopped"),
        ({"state": "repair"}, Level.BAD, "repair"),
        ({"readings": {"temp": 90.1}}, Level.BAD, "above 90 °C"),
        ({"readings": {"temp": 89.9}}, Level.LOOK, "near 90 °C"),
        ({"readings": {"vibration": 2.81}}, Level.LOOK, "vibration in zone C"),
        ({"readings": {"vibration": 4.51}}, Level.BAD, "vibration in zone D"),
    ],
)
def test_what_is_wrong_is_said(told: Tell, changes: dict[str, Any], level: Level, reason: str) -> None:
    """Each trouble has its level and its words."""
    assert judge(MachineSeen.model_validate(told(**changes)), [], 1.0).reasons == ((level, reason),)


@pytest.mark.parametrize("changes", [{}, {"state": "idle"}, {"readings": {"temp": 84.9, "vibration": 2.8}}])
def test_a_well_machine_has_no_reasons(told: Tell, changes: dict[str, Any]) -> None:
    """At the boundaries of what is allowed nothing is said."""
    judgement = judge(MachineSeen.model_validate(told(**changes)), [], 30.0)

    assert (judgement.level, judgement.reasons) == (Level.WELL, ())


def test_silence_is_told_by_its_length(told: Tell) -> None:
    """More than the 30 s after which MachineSilent counts; an offline machine is not also said to be silent."""
    machine = MachineSeen.model_validate(told())
    offline = MachineSeen.model_validate(told(connected=False))

    assert judge(machine, [], 31.0).reasons == ((Level.BAD, "silent for 31 s"),)
    assert [reason for _, reason in judge(offline, [], 31.0).reasons] == ["offline, 0 kept"]


def test_faults_at_work_are_told_and_those_to_come_are_not(told: Tell) -> None:
    """A pending fault has done nothing yet, an ended one nothing any more."""
    machine = MachineSeen.model_validate(told())
    faults = [_fault(stage) for stage in ("pending", "ramping", "recovering", "ended")]

    assert judge(machine, faults, 1.0).reasons == (
        (Level.LOOK, "drift temp (ramping)"),
        (Level.LOOK, "drift temp (recovering)"),
    )


def test_the_worst_is_told_first(told: Tell) -> None:
    """A machine that is stopped and has a fault is first of all stopped."""
    judgement = judge(MachineSeen.model_validate(told(state="stopped")), [_fault("active", None)], 1.0)

    assert judgement.reasons == ((Level.BAD, "stopped"), (Level.LOOK, "drift (active)"))


def test_what_has_no_nameplate_is_judged_by_its_connection_alone(told: Tell) -> None:
    """A van has no bearing temperature and no zone."""
    van = MachineSeen.model_validate(told(model="van", state=None, readings={"engine_temp_c": 95.0}))

    assert judge(van, [], 1.0).reasons == ()
