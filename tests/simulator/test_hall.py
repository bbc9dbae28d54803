"""The air of the hall."""

from __future__ import annotations

import numpy as np

from simulator.hall import HallAir

MONTH_S = np.arange(0, 30 * 86_400, 600.0) + 1_767_225_600


def test_air_is_that_of_a_workplace() -> None:
    """Over a month the air stays within what a heated hall has, and moves by a few kelvin."""
    air = np.array([HallAir(1, "plant1").temperature_c(moment) for moment in MONTH_S])

    assert air.min() > 16
    assert air.max() < 28
    assert 3 < np.ptp(air) < 9


def test_air_changes_slowly() -> None:
    """Within ten minutes the air changes by a fraction of a kelvin only."""
    air = np.array([HallAir(1, "plant1").temperature_c(moment) for moment in MONTH_S])

    # Steepest possible: 2π · (2.0/24 + 0.3/7.3 + 0.8/53 + 1.2/190) K/h = 0.92 K/h, 0.153 K in ten minutes.
    assert np.abs(np.diff(air)).max() < 0.16


def test_each_plant_has_a_hall_of_its_own() -> None:
    """Another plant or another seed has other weather; the same has the same."""
    moment = float(MONTH_S[0])

    assert HallAir(1, "a").temperature_c(moment) == HallAir(1, "a").temperature_c(moment)
    assert HallAir(1, "a").temperature_c(moment) != HallAir(1, "b").temperature_c(moment)
    assert HallAir(1, "a").temperature_c(moment) != HallAir(2, "a").temperature_c(moment)
