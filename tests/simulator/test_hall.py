"""The air of the hall."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.hall import HallAir, hall_temperature

YEAR_S = np.arange(0, 365 * 86_400, 600.0) + 1_767_225_600
JANUARY, JULY = YEAR_S < 1_769_904_000, (YEAR_S >= 1_782_864_000) & (YEAR_S < 1_785_542_400)


@pytest.mark.parametrize(("climate", "warmest"), [("temperate", 32.0), ("cold", 30.0), ("hot", 46.0)])
def test_air_is_that_of_a_workplace(climate: str, warmest: float) -> None:
    """Over a year the hall is never colder than it is heated, and never hotter than the weather makes it."""
    air = HallAir(1, "plant1", climate).temperature_c(YEAR_S)  # type: ignore[arg-type]

    assert air.min() >= 19.0
    assert air.max() < warmest


def test_winter_is_even_and_summer_is_not() -> None:
    """In January the heating holds the hall; in July it goes with the weather, by day and night."""
    air = HallAir(1, "plant1", "temperate").temperature_c(YEAR_S)

    assert np.ptp(air[JANUARY]) < 2
    assert np.ptp(air[JULY]) > 4
    assert air[JULY].mean() > air[JANUARY].mean() + 4


def test_air_changes_slowly() -> None:
    """Within ten minutes the air changes by a fraction of a kelvin only."""
    air = HallAir(1, "plant1", "hot").temperature_c(YEAR_S)

    # Steepest possible, each wave at half a day's distance as well: 2π · (4.5 · 0.5/24 + 0.3/7.3 + 0.8/53 + 1.2/190)
    # K/h = 0.98 K/h, 0.164 K in ten minutes.
    assert np.abs(np.diff(air)).max() < 0.17


def test_each_plant_has_a_hall_of_its_own() -> None:
    """Another plant or another seed has other weather; the same has the same."""
    moments_s = YEAR_S[JULY][:1]
    air = {
        (seed, plant): float(HallAir(seed, plant, "hot").temperature_c(moments_s)[0])
        for seed, plant in ((1, "a"), (1, "b"), (2, "a"))
    }

    assert air[1, "a"] == float(HallAir(1, "a", "hot").temperature_c(moments_s)[0])
    assert len(set(air.values())) == 3


def test_heating_and_ventilation_meet_softly() -> None:
    """At the passage both count: half a kelvin-width times ln 2 above the setpoint."""
    # θ_out + 5 = 19: 19 + 2 · ln 2 = 20.386294
    assert hall_temperature(np.array([14.0])) == pytest.approx([20.386294], abs=1e-6)
