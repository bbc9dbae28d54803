"""Wear of components and what it does."""

from __future__ import annotations

from math import gamma

import numpy as np
import pytest

from simulator.randomness import Randomness
from simulator.vehicles.components import (
    BATTERY,
    BRAKES,
    COMPONENTS,
    COOLANT,
    DUE_DAMAGE,
    ONSET,
    THERMOSTAT,
    WEIBULL_SHAPE,
    Use,
    damage_rates,
    effects,
    life_factor,
    severity,
)
from simulator.vehicles.models import vehicle_columns

VAN = vehicle_columns(["van"])
MANY = Randomness(1, [str(number) for number in range(20_000)])


def use(**changes: float) -> Use:
    """An hour of one van that stands with its engine off at 25 °C, but for the changes."""
    values = {"engine_s": 0.0, "braked_kj": 0.0, "starts": 0.0, "coolant_c": 90.0} | changes
    air_c = values.pop("air_c", 25.0)
    return Use(elapsed_s=3600.0, air_c=air_c, **{name: np.array([value]) for name, value in values.items()})


@pytest.mark.parametrize("part", range(len(COMPONENTS)))
def test_lives_are_weibull_with_mean_one(part: int) -> None:
    """Mean 1, and the coefficient of variation of the shape: √(Γ(1+2/k)/Γ(1+1/k)² - 1) (Weibull 1951)."""
    shape = WEIBULL_SHAPE[part]
    lives = life_factor(MANY, part, np.zeros(20_000, dtype=np.int64))
    variation = (gamma(1 + 2 / shape) / gamma(1 + 1 / shape) ** 2 - 1) ** 0.5

    assert lives.mean() == pytest.approx(1, abs=0.015)
    assert lives.std() == pytest.approx(variation, rel=0.03)


def test_each_renewal_has_another_life() -> None:
    """The next component lives as long as it likes."""
    first, second = (life_factor(MANY, BRAKES, np.full(20_000, cycle)) for cycle in (0, 1))

    assert abs(np.corrcoef(first, second)[0, 1]) < 0.03


def test_an_hour_wears_what_it_uses() -> None:
    """Van: coolant 1/6000 an hour, thermostat 1/7000, pads 1 GJ of 2.4, battery 1/43800 and 2 starts of 40,000."""
    done = damage_rates(use(engine_s=3600, braked_kj=1e6, starts=2), VAN)[:, 0]

    assert done[COOLANT] == pytest.approx(1 / 6000)
    assert done[THERMOSTAT] == pytest.approx(1 / 7000)
    assert done[BRAKES] == pytest.approx(1 / 2.4)
    assert done[BATTERY] == pytest.approx(1 / 43_800 + 2 / 40_000)


def test_heat_ages() -> None:
    """A battery twice as fast at 35 °C; coolant three times as fast when the engine is too hot."""
    assert damage_rates(use(air_c=35), VAN)[BATTERY] == pytest.approx(2 / 43_800)
    assert damage_rates(use(engine_s=3600, coolant_c=110), VAN)[COOLANT] == pytest.approx(3 / 6000)


def test_damage_shows_before_maintenance_is_due_and_well_before_failure() -> None:
    """Nothing at the onset; something when due; all at failure; more with more damage."""
    levels = np.stack([np.array([0.0, onset, due, 1.0]) for onset, due in zip(ONSET, DUE_DAMAGE, strict=True)])
    shown = severity(levels)

    assert (shown[:, :2] == 0).all()
    assert (shown[:, 2] > 0.4).all()
    assert (shown[:, 3] == 1).all()


def test_new_components_do_nothing() -> None:
    """And worn ones what they should: a thermostat sticks one way or the other."""
    well = effects(np.zeros((4, 2)), np.array([1.0, 0.0]))
    worn = effects(np.ones((4, 2)), np.array([1.0, 0.0]))

    assert well.radiator.tolist() == [1, 1]
    assert well.most_opening.tolist() == [1, 1]
    assert well.least_opening.tolist() == well.drag.tolist() == well.charging_kw.tolist() == [0, 0]
    assert worn.radiator == pytest.approx(0.04)
    assert worn.most_opening == pytest.approx([0.03, 1.0])
    assert worn.least_opening == pytest.approx([0.0, 0.85])
