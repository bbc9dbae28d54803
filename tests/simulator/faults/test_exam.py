"""One exam for all kinds of fault: whoever is in `FAULTS` sits it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest
from pydantic import ValidationError

from contracts.telemetry import Signal
from simulator.faults import FAULTS, FaultRequest
from simulator.plant import Plant

MakePlant = Callable[..., Plant]
START_S, LASTS_S = 30, 120
STRONG = {
    "rate_per_min": 60.0,
    "magnitude": 30.0,
    "probability": 1.0,
    "std": 20.0,
    "rise_k": 10.0,
    "recovery_s": 60.0,
}
"""For every parameter that a kind may have, a value whose effect no rounding hides."""

pytestmark = pytest.mark.parametrize("kind", FAULTS)


def request_for(kind: str, signal: Signal, ramp_s: float = 0.0) -> FaultRequest:
    """A strong fault of a kind."""
    definition = FAULTS[kind]
    return FaultRequest(
        kind=kind,
        target="*" if definition.shared else "M002",
        signal=signal if FAULTS[kind].family == "sensor" else None,
        parameters={name: STRONG[name] for name in definition.parameters.model_fields},
        start_s=START_S,
        ramp_s=ramp_s,
        duration_s=LASTS_S,
    )


def effect_over_time(make_plant: MakePlant, start: datetime, request: FaultRequest, signal: Signal) -> np.ndarray:
    """How far a pump's signal is from what it would be without the fault, a value a second; silence is infinite."""
    well, ill = make_plant(2), make_plant(2)
    ill.inject(request, start, "injected")
    effects = []
    for second in range(START_S + LASTS_S + 100):
        moment = start + timedelta(seconds=second)
        expected, told = well.step(moment).signal(signal)[1], ill.step(moment).signal(signal)[1]
        effects.append(np.inf if np.isnan(told) else abs(told - expected))
    return np.array(effects)


@pytest.mark.parametrize("signal", Signal)
def test_effect_starts_and_ends(kind: str, signal: Signal, make_plant: MakePlant, start: datetime) -> None:
    """Before its start a fault does nothing, from its start it does something, after recovery nothing again."""
    felt = Signal.TEMP if FAULTS[kind].shared else signal
    effects = effect_over_time(make_plant, start, request_for(kind, signal), felt)
    over_s = START_S + LASTS_S + (60 if kind == "hall_warming" else 0)

    assert (effects[:START_S] == 0).all()
    assert (effects[START_S : START_S + LASTS_S] > 0).mean() > 0.5
    assert (effects[over_s:] == 0).all()


def test_effect_grows_with_the_ramp(kind: str, make_plant: MakePlant, start: datetime) -> None:
    """With a ramp, a fault does less in its first quarter than in its last; what comes at once refuses a ramp."""
    if not FAULTS[kind].can_ramp:
        with pytest.raises(ValidationError, match="comes at once"):
            request_for(kind, Signal.TEMP, ramp_s=LASTS_S)
        return
    effects = effect_over_time(make_plant, start, request_for(kind, Signal.TEMP, ramp_s=LASTS_S), Signal.TEMP)
    during = np.minimum(effects[START_S : START_S + LASTS_S], 1000.0)  # a silence counts as much, not as endless

    assert during[:30].mean() < 0.6 * during[-30:].mean()


def test_truth_is_told_once(kind: str, make_plant: MakePlant, start: datetime) -> None:
    """Start and end are told once for each machine, at the moments asked for and not at those of the steps."""
    plant = make_plant(2)
    faults = plant.inject(request_for(kind, Signal.TEMP), start, "injected")
    told = []
    for second in range(0, 400, 7):
        plant.step(start + timedelta(seconds=second))
        told += plant.take_truth()

    begins, ends = start + timedelta(seconds=START_S), start + timedelta(seconds=START_S + LASTS_S)
    assert sorted((draft.fault_id, draft.event.value, draft.at) for draft in told) == sorted(
        (fault.fault_id, event, at) for fault in faults for event, at in (("started", begins), ("ended", ends))
    )


def test_stages_follow_one_another(kind: str, make_plant: MakePlant, start: datetime) -> None:
    """A fault is pending, then at work, perhaps recovering, then forgotten."""
    plant = make_plant(2)
    plant.inject(request_for(kind, Signal.TEMP, ramp_s=60 if FAULTS[kind].can_ramp else 0), start, "injected")
    stages: list[str] = []
    for second in range(0, 300, 5):
        plant.step(start + timedelta(seconds=second))
        stages += [fault.stage for fault in plant.active_faults()[:1]]

    expected = ["pending", *(["ramping"] if FAULTS[kind].can_ramp else []), "active"]
    expected += ["recovering"] if kind == "hall_warming" else []
    assert list(dict.fromkeys(stages)) == expected
    assert plant.active_faults() == []


def test_short_fault_between_two_steps_is_told(kind: str, make_plant: MakePlant, start: datetime) -> None:
    """A fault that begins and ends between two steps leaves no trace in the readings, but in the truth."""
    plant = make_plant(2)
    plant.inject(request_for(kind, Signal.TEMP), start, "injected")
    plant.step(start)
    plant.step(start + timedelta(seconds=1000))

    assert {draft.event.value for draft in plant.take_truth()} == {"started", "ended"}
    assert plant.active_faults() == []


def test_cleared_before_its_start_never_happened(kind: str, make_plant: MakePlant, start: datetime) -> None:
    """A fault that is cleared while pending is not in the truth."""
    plant = make_plant(2)
    for fault in plant.inject(request_for(kind, Signal.TEMP), start, "injected"):
        plant.clear(fault.fault_id, start + timedelta(seconds=1))
    for second in range(0, 200, 5):
        plant.step(start + timedelta(seconds=second))

    assert plant.take_truth() == []


def test_kind_is_documented(kind: str) -> None:
    """Each kind has a label, an explanation and a way to get well, as sentences."""
    definition = FAULTS[kind]

    assert definition.label[0].isupper()
    assert definition.documentation.endswith(".")
    assert definition.recovery.endswith(".")
