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


def test_exponential_drift_runs_away(told: Told) -> None:
    """After one time constant it is off by its magnitude, after two by (e² - 1)/(e - 1) = e + 1 times that."""
    parameters = {"magnitude": 2, "time_constant_s": 90}

    assert told("exponential_drift", parameters, elapsed_s=[90.0]) == [62.0]
    assert told("exponential_drift", parameters, elapsed_s=[180.0]) == pytest.approx([60 + 2 * (2.718281828 + 1)])
    assert np.isfinite(told("exponential_drift", parameters, elapsed_s=[1e9])).all()


def test_gain_is_a_factor(told: Told) -> None:
    """Halfway to a factor of 1.5 a reading of 60 is 75; zero stays zero."""
    assert told("gain", {"factor": 1.5}, strength=[0.5, 1.0], value=[60.0, 0.0]) == [75.0, 0.0]


def test_lost_resolution_tells_the_nearest_step(told: Told) -> None:
    """In steps of 8 a reading of 61 is 64, one of 59 is 56; at half strength steps are 4, and 61 is 60."""
    assert told("quantisation", {"step": 8}, value=[61.0, 59.0]) == [64.0, 56.0]
    assert told("quantisation", {"step": 8}, value=[61.0], strength=[0.5]) == [60.0]


def test_error_of_lost_resolution_is_uniform(told: Told) -> None:
    """Over many steps the error's standard deviation is step / √12 (Widrow et al. 1996)."""
    truth = np.linspace(0, 1000, 100_001)
    error = np.array(told("quantisation", {"step": 8}, value=truth, strength=np.ones(100_001))) - truth

    assert error.std() == pytest.approx(8 / 12**0.5, rel=0.01)
    assert abs(error).max() <= 4.0


def test_out_of_context_reads_as_if_it_ran(told: Told) -> None:
    """Who stands still reads as at rated load, 66, with one per cent of scatter; who runs tells the truth."""
    columns = {"value": [22.0, 60.0], "typical": [66.0, 66.0], "running": [False, True]}

    assert told("out_of_context", {}, {"normal": [1.0, 1.0]}, **columns) == pytest.approx([66.66, 60.0])


def test_a_sensor_that_was_silent_cannot_stick(told: Told) -> None:
    """Silence is not a value that could be held."""
    assert told("stuck", {}, held=[float("nan")]) == [60.0]
