"""What each fault of a sensor does, against hand calculation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from simulator.faults.kinds.drift import drift_offset

Told = Callable[..., list[float]]


def test_drift_grows_with_time(told: Told) -> None:
    """A drift of 2 K/min is 3 K after a minute and a half."""
    assert told("drift", {"rate_per_min": 2}) == [63.0]


@pytest.mark.parametrize(
    ("elapsed_s", "expected"),
    [
        (30, 0.125),  # the area of a triangle: half of 30 s at a quarter of 1 K/min, 0.5 · 0.5 · 0.5
        (60, 0.5),  # half a minute's worth
        (180, 2.5),  # and two whole minutes more
        (-5, 0.0),
    ],
)
def test_drift_with_a_ramp(elapsed_s: float, expected: float) -> None:
    """A drift whose rate comes up over a minute is behind by half of it, for good."""
    assert drift_offset(np.array([elapsed_s]), 60.0, 1.0) == pytest.approx([expected])


def test_bias_follows_its_strength(told: Told) -> None:
    """A bias of -8 K that has come up by a quarter takes 2 K off."""
    assert told("bias", {"magnitude": -8}, strength=[0.25]) == [58.0]


def test_stuck_tells_what_it_told(told: Told) -> None:
    """A stuck sensor tells what it told when it stuck, whatever is true."""
    assert told("stuck", {}) == [55.5]


def test_spikes_hit_by_chance(told: Told) -> None:
    """A reading is a spike if its random number is below the probability."""
    dice = {"uniform": [0.0, 0.019, 0.02]}

    assert told("spikes", {"magnitude": 40, "probability": 0.02}, dice, value=[60.0] * 3) == [100.0, 100.0, 60.0]


def test_noise_scales_a_normal_number(told: Told) -> None:
    """A normal number of -1.5 under noise of 2 K takes 3 K off."""
    assert told("noise", {"std": 2}, {"normal": [-1.5]}) == [57.0]


def test_dropout_is_silence(told: Told) -> None:
    """Below the probability there is no reading; above it, the true one."""
    silent, spoken = told("dropout", {"probability": 0.3}, {"uniform": [0.29, 0.3]}, value=[60.0] * 2)

    assert np.isnan(silent)
    assert spoken == 60.0
