"""Work at the wheels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.vehicles.physics import aerodynamic_factor, road_work, steady_force

ONE = np.ones(1)


def test_road_load_of_a_van_at_80_kmph() -> None:
    """By hand: 2750 kg · 9.80665 · 0.010 = 269.7 N; ½ · 1.16 · 0.36 · 4.2 · 22.22² = 433.0 N; together 15.6 kW."""
    speed = 80 / 3.6 * ONE
    rolling = steady_force(0 * ONE, 0 * ONE, 2750, 0.010)
    air = aerodynamic_factor(0.36, 4.2)

    assert rolling == pytest.approx(269.68, abs=0.01)
    assert air * speed**2 == pytest.approx(433.05, abs=0.1)
    assert road_work(rolling, air * ONE, speed, 0 * ONE, ONE) == pytest.approx(15_616, rel=1e-3)


def test_a_climb_takes_the_potential_energy() -> None:
    """1000 kg over 1 km of 3 %: 1000 · 9.80665 · 30 = 294.2 kJ beside rolling and air."""
    flat, climb = (steady_force(0 * ONE, grade * ONE, 1000, 0.0) for grade in (0.0, 0.03))

    assert (climb - flat) * 1000 == pytest.approx(294_200, rel=1e-4)


def test_speeding_up_takes_the_kinetic_energy() -> None:
    """From 0 to 20 m/s with 1000 kg and nothing else: ½ · 1000 · 400 = 200 kJ."""
    force = steady_force(ONE, 0 * ONE, 1000, 0.0)

    assert road_work(force, 0 * ONE, 0 * ONE, ONE, 20 * ONE) == pytest.approx(200_000)


@given(st.floats(0, 30), st.floats(-1, 1), st.floats(0.1, 60), st.floats(0, 5))
def test_the_closed_form_is_the_integral(speed: float, rate: float, length: float, factor: float) -> None:
    """Against the sum over ten thousand small steps."""
    length = min(length, speed / -rate) if rate < 0 else length
    times = (np.arange(10_000) + 0.5) * length / 10_000
    speeds = speed + rate * times
    summed = ((100 + factor * speeds**2) * speeds).sum() * length / 10_000

    assert road_work(100 * ONE, factor * ONE, speed * ONE, rate * ONE, length * ONE) == pytest.approx(
        summed, rel=1e-5, abs=1e-3
    )
