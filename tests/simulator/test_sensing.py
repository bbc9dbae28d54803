"""The sensors of a plant."""

from __future__ import annotations

import numpy as np
import pytest

from contracts.telemetry import Signal
from simulator.randomness import Randomness
from simulator.sensing import Sensing
from simulator.sensors import SENSORS

MACHINES = 2000


def read(values: dict[Signal, float], moments: int = 1, step_s: float = 1.0) -> dict[Signal, np.ndarray]:
    """Readings of many machines that all have the same true values."""
    sensing = Sensing(Randomness(1, [f"M{number}" for number in range(MACHINES)]))
    true_values = {signal: np.full((moments, MACHINES), value) for signal, value in values.items()}
    return sensing.play(true_values, np.full(moments, step_s), np.arange(moments), lambda _signal, _values: None)


def test_readings_scatter_as_the_sensors_do() -> None:
    """Each signal has its sensor's error around the true value, and errors of two signals are independent."""
    told = read({Signal.TEMP: 60.0, Signal.VIBRATION: 2.0, Signal.RPM: 3000.0, Signal.POWER: 40.0})
    expected = {Signal.TEMP: 0.15, Signal.VIBRATION: 0.07, Signal.RPM: 1.5, Signal.POWER: 0.2}

    for signal, std in expected.items():
        # 2,000 readings: standard errors of 2.2 % of the deviation for the mean and 1.6 % for the deviation itself;
        # rounding adds a twelfth of the square of a step.
        rounded = np.hypot(std, 10.0 ** -SENSORS[signal].decimals / 12**0.5)
        assert told[signal].std() == pytest.approx(rounded, rel=0.08)
        assert abs(told[signal].mean() - told[signal].mean().round(1)) < 0.1
    assert abs(np.corrcoef(told[Signal.TEMP][0], told[Signal.POWER][0])[0, 1]) < 0.1


def test_thermometer_lags_and_the_meter_does_not() -> None:
    """After a jump of 40 K the thermometer has come 63 % of the way in 15 s; the meter is there at once."""
    sensing = Sensing(Randomness(1, [f"M{number}" for number in range(MACHINES)]))
    before, after = ({signal: np.full((1, MACHINES), value) for signal in Signal} for value in (20.0, 60.0))
    quiet = lambda _signal, _values: None  # noqa: E731 - no fault
    sensing.play(before, np.array([1.0]), np.array([0]), quiet)
    told = sensing.play(after, np.array([15.0]), np.array([1]), quiet)

    # 20 + 40 · (1 - 1/e) = 45.285; the mean of 2,000 readings with 0.15 K.
    assert told[Signal.TEMP].mean() == pytest.approx(45.285, abs=0.02)
    assert told[Signal.POWER].mean() == pytest.approx(60.0, abs=0.05)


def test_faults_come_before_rounding() -> None:
    """What a fault adds is rounded and limited with the rest."""

    def disturb(signal: Signal, values: np.ndarray) -> None:
        if signal is Signal.TEMP:
            values += 1000.0

    sensing = Sensing(Randomness(1, ["M001"]))
    true_values = {signal: np.full((1, 1), 20.0) for signal in Signal}
    told = sensing.play(true_values, np.array([1.0]), np.array([0]), disturb)

    assert told[Signal.TEMP][0, 0] == SENSORS[Signal.TEMP].highest
    assert told[Signal.RPM][0, 0] == round(told[Signal.RPM][0, 0])
