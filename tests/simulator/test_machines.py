"""The machines as physics: what faults and states do to them."""

from __future__ import annotations

import numpy as np
import pytest

from contracts.telemetry import Signal
from simulator.influences import Influences
from simulator.load import IDLE, OFF, RUNNING
from simulator.machines import Behaviour, Machines
from simulator.models import MODELS, parameter_columns
from simulator.wear import Shown

NEW = Shown(*(np.array([value]) for value in (0.0, 1.0, 1.0, 1.0)))


def behave(model: str, throughput: float = 0.8, state: int = RUNNING, worn: Shown = NEW, **ill: float) -> Behaviour:
    """A machine of a model in equilibrium."""
    influences = Influences.neutral(1) if ill else None
    for name, value in ill.items():
        getattr(influences, name)[:] = value
    whole = np.full((1, 1), throughput if state == RUNNING else 0.0)
    states = np.full((1, 1), state, dtype=np.int8)
    air_c = np.full((1, 1), 20.0)
    return Machines(parameter_columns([model])).play(whole, states, np.array([1.0]), air_c, worn, influences)


def value(behaviour: Behaviour, signal: Signal) -> float:
    """One true value."""
    return float(behaviour.true_values[signal][0, 0])


@pytest.mark.parametrize("model", MODELS)
def test_rated_load_is_that_of_the_nameplate(model: str) -> None:
    """At rated load a new machine turns, takes, warms and vibrates as its nameplate says."""
    rated, plate = behave(model, throughput=1.0), MODELS[model].nameplate

    assert value(rated, Signal.RPM) == pytest.approx(plate.rated_speed_rpm)
    assert value(rated, Signal.POWER) == pytest.approx(plate.rated_power_kw / plate.efficiency)
    assert value(rated, Signal.TEMP) == pytest.approx(20 + plate.temperature_rise_k)
    assert value(rated, Signal.VIBRATION) == pytest.approx(plate.vibration_new_mm_s)
    assert [float(one[0, 0]) for one in rated.stress] == pytest.approx([1.0, 1.0, 1.0, 1.0])


@pytest.mark.parametrize("model", MODELS)
def test_off_is_off(model: str) -> None:
    """A machine that is off stands still, takes standby power and does not wear."""
    off, plate = behave(model, state=OFF), MODELS[model].nameplate

    assert value(off, Signal.RPM) == value(off, Signal.VIBRATION) == 0
    assert value(off, Signal.POWER) == pytest.approx(MODELS[model].standby_share * plate.rated_input_kw)
    assert [float(one[0, 0]) for one in off.stress] == [0.0, 0.0, 0.0, 0.0]


def test_idle_pump_turns_and_idle_spindle_stands() -> None:
    """On the mains a machine turns on, at less slip; a servo stops."""
    # The pump: 3000 - 50 · 0.42 = 2979.
    assert value(behave("centrifugal_pump", state=IDLE), Signal.RPM) == pytest.approx(2979.0)
    assert value(behave("cnc_mill", state=IDLE), Signal.RPM) == 0


@pytest.mark.parametrize(
    ("influence", "signal", "factor"),
    [
        ({"cooling": 0.5}, Signal.TEMP, None),
        ({"torque": 1.2}, Signal.POWER, None),
        ({"throughput": 1.3}, Signal.POWER, None),
        ({"unbalance_mm_s": 3.0}, Signal.VIBRATION, None),
        ({"misalignment_mm_s": 3.0}, Signal.VIBRATION, None),
        ({"broadband_mm_s": 3.0}, Signal.VIBRATION, None),
        ({"air_k": 5.0}, Signal.TEMP, None),
        ({"speed": 0.9}, Signal.RPM, 0.9),
    ],
)
@pytest.mark.parametrize("model", MODELS)
def test_influence_moves_its_signal(
    model: str, influence: dict[str, float], signal: Signal, factor: float | None
) -> None:
    """Each term moves the signal that it is for, up unless it is the speed."""
    well, ill = value(behave(model), signal), value(behave(model, **influence), signal)

    assert ill > 1.02 * well if factor is None else ill == pytest.approx(factor * well)


@pytest.mark.parametrize("model", MODELS)
def test_half_the_cooling_doubles_the_rise(model: str) -> None:
    """The rise over the air goes with one over the heat carried off per kelvin."""
    rise = value(behave(model), Signal.TEMP) - 20

    assert value(behave(model, cooling=0.5), Signal.TEMP) - 20 == pytest.approx(2 * rise)


@pytest.mark.parametrize("model", MODELS)
def test_sagging_voltage_slows_and_costs(model: str) -> None:
    """At 80 % of the voltage a machine turns slower, and takes more for the same work."""
    well, ill = behave(model), behave(model, voltage=0.8)

    assert value(ill, Signal.RPM) < value(well, Signal.RPM)
    speed = value(ill, Signal.RPM) / value(well, Signal.RPM)
    assert value(ill, Signal.POWER) > speed * value(well, Signal.POWER)


def test_damage_goes_faster() -> None:
    """A factor on damage is one on the stress of all components."""
    well, ill = behave("conveyor"), behave("conveyor", damage=4.0)

    for one, other in zip(well.stress, ill.stress, strict=True):
        assert other == pytest.approx(4 * one)


@pytest.mark.parametrize("name", ["cooling", "voltage", "speed"])
def test_nothing_breaks_at_nothing(name: str) -> None:
    """However strong a fault is asked for, all stays finite."""
    ill = behave("conveyor", **{name: 0.0})

    assert all(np.isfinite(values).all() for values in ill.true_values.values())
