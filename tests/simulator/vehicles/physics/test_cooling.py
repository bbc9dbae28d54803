"""Temperature of the coolant."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.vehicles.physics import Cooling, coolant_step, radiator_conductance

ONE = np.ones(1)


def cooling(radiator: float = 2.2, least: float = 0.0, most: float = 1.0) -> Cooling:
    """A van's."""
    columns = (120.0, 0.03, radiator, 88.0, 98.0, least, most)
    return Cooling(*(value * ONE for value in columns))


def settled(heat_kw: float, air_c: float = 30.0, speed: float = 20.0, **changes: float) -> float:
    """Temperature after three hours of the same heat."""
    at = 90.0 * ONE
    for _ in range(180):
        at = coolant_step(at, heat_kw * ONE, air_c * ONE, speed * ONE, ONE, cooling(**changes), 60.0)
    return float(at[0])


def test_a_cold_engine_warms_by_its_heat() -> None:
    """10 kW into 120 kJ/K for 60 s are 5 K, less the block's 0.03 kW/K over 2.5 K on average: 0.04 K."""
    after = coolant_step(30 * ONE, 10 * ONE, 30 * ONE, 0 * ONE, ONE, cooling(), 60.0)

    assert after == pytest.approx(34.96, abs=0.01)


@pytest.mark.parametrize("heat_kw", [3.0, 12.0, 30.0])
def test_the_thermostat_holds_the_temperature(heat_kw: float) -> None:
    """Whatever the load and the air, between opening (88 °C) and open (98 °C)."""
    for air_c in (0.0, 25.0, 45.0):
        assert 86 < settled(heat_kw, air_c) < 98


def test_the_balance_is_that_of_the_equation() -> None:
    """At rest heat in is heat out: 12 kW = (0.03 + K·x)·(T - 30), K = 2.2·(0.35·20/15)^0.6, x = (T - 88)/10."""
    at = settled(12.0)
    conductance = 2.2 * (0.35 * 20 / 15) ** 0.6

    assert (0.03 + conductance * (at - 88) / 10) * (at - 30) == pytest.approx(12.0, abs=0.01)


def test_a_thermostat_that_sticks_closed_overheats_and_one_that_sticks_open_keeps_cold() -> None:
    """At 12 kW: at an opening of 5 % above 115 °C, at one of at least 80 % below 50 °C."""
    assert settled(12.0, most=0.05) > 115
    assert settled(12.0, least=0.8) < 50


def test_little_coolant_overheats() -> None:
    """With a twentieth of the radiator's conductance 12 kW cannot be carried off at 100 °C."""
    assert settled(12.0, radiator=0.05 * 2.2) > 100


def test_the_fan_cools_a_standing_vehicle() -> None:
    """At 4 m/s of air a radiator has (4/15)^0.6 = 0.452 of its rated conductance; without engine it has none."""
    hot = 110 * ONE

    assert radiator_conductance(0 * ONE, hot, ONE, ONE) == pytest.approx(0.452, abs=0.001)
    assert radiator_conductance(0 * ONE, 90 * ONE, ONE, ONE) == 0
    assert radiator_conductance(0 * ONE, hot, 0 * ONE, ONE) == 0
    assert settled(15.0, 45.0, speed=0.0) < 105


@settings(deadline=None, max_examples=50)
@given(st.floats(2, 60), st.floats(0, 50), st.floats(0, 115), st.floats(0, 30), st.floats(1, 900))
def test_no_step_is_too_long(heat_kw: float, air_c: float, at_c: float, speed: float, step_s: float) -> None:
    """Between air and what the block alone would reach; long steps come to where short ones come."""
    after = coolant_step(at_c * ONE, heat_kw * ONE, air_c * ONE, speed * ONE, ONE, cooling(), step_s)

    assert min(air_c, at_c) - 0.5 <= after[0] <= max(at_c, air_c + heat_kw / 0.03) + 0.5
    if step_s > 60:  # the difference is largest where the fan lets go of an engine far too hot
        short = at_c * ONE
        for _ in range(int(step_s)):
            short = coolant_step(short, heat_kw * ONE, air_c * ONE, speed * ONE, ONE, cooling(), step_s / int(step_s))
        assert after == pytest.approx(short, abs=4.0)
