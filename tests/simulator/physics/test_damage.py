"""Wear of components, against hand calculation."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.physics import degradation, growth, stress, weibull_life


@pytest.mark.parametrize(
    ("speed", "force", "lives"),
    [
        (1.0, 1.0, 1.0),
        (1.0, 2.0, 8.0),  # ISO 281: twice the load, an eighth of the life
        (0.5, 1.0, 0.5),  # half the turns in the same time
        (0.0, 1.0, 0.0),  # what stands still does not wear
    ],
)
def test_life_falls_with_the_third_power_of_load(speed: float, force: float, lives: float) -> None:
    """A rating life is used up as the life equation of ISO 281 says."""
    assert stress(np.array([speed]), np.array([force]))[3] == pytest.approx([lives])


def test_what_wears_by_turning_alone_does_not_ask_for_the_load() -> None:
    """With exponent 0 the load does not matter, with 1 and 2 it does once and twice."""
    assert [float(one[0]) for one in stress(np.array([0.5]), np.array([3.0]))[:3]] == [0.5, 1.5, 4.5]


def test_degradation_shows_late() -> None:
    """Half of a life shows less than a fifth of the degradation; past the end no more than all of it."""
    # (e^1.5 - 1) / (e^3 - 1) = 3.481689 / 19.085537 = 0.182426
    assert degradation(np.array([0.0, 0.5, 1.0, 1.3])) == pytest.approx([0.0, 0.182426, 1.0, 1.0], abs=1e-6)


def test_nine_of_ten_bearings_survive_their_rating_life() -> None:
    """With a characteristic life of 4.4829 rating lives and a shape of 1.5, a tenth fails before the rating life."""
    # (-ln 0.9)^(-1/1.5) = 0.1053605^(-0.6666667) = 4.4829; the tenth quantile of the lives is the rating life itself.
    life_h = weibull_life(np.array([0.1]), np.array([4.4829]), np.array([1.5]))

    assert life_h == pytest.approx([1.0], abs=1e-4)


def test_median_of_a_weibull_life() -> None:
    """The median is η · (ln 2)^(1/β)."""
    # ln 2 = 0.693147; 0.693147^(1/2) = 0.832555
    assert weibull_life(np.array([0.5]), np.array([1000.0]), np.array([2.0])) == pytest.approx([832.555], abs=1e-3)


def test_no_life_is_shorter_than_a_hundredth() -> None:
    """The unluckiest component lives a hundredth of the characteristic life."""
    assert weibull_life(np.array([0.0]), np.array([1000.0]), np.array([1.5])) == pytest.approx([10.0])


def test_growth_has_mean_one() -> None:
    """Days with more wear and days with less even out."""
    days = growth(np.random.default_rng(1).standard_normal(200_000))

    # The factor's standard deviation is sqrt(exp(0.36) - 1) = 0.66; of the mean of 200,000: 0.0015; four of them.
    assert days.mean() == pytest.approx(1.0, abs=0.006)
    assert (days > 0).all()
