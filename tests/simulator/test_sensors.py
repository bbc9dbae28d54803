"""Sensors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.telemetry import MachineTelemetry, Signal
from simulator.sensors import SENSORS, digitise, measure


@pytest.mark.parametrize(
    ("signal", "true_value", "error"),
    [
        (Signal.TEMP, 60.0, 0.15),  # K, whatever the temperature
        (Signal.VIBRATION, 2.0, 0.07),  # 0.01 + 3 % of 2 mm/s
        (Signal.RPM, 3000.0, 1.5),  # 0.05 %
        (Signal.POWER, 40.0, 0.2),  # class 0.5
    ],
)
def test_one_standard_deviation_of_error(signal: Signal, true_value: float, error: float) -> None:
    """A standard normal number of one moves a reading by the sensor's standard error."""
    assert measure(SENSORS[signal], np.array([true_value]), np.ones(1)) == pytest.approx([true_value + error])


@pytest.mark.parametrize("signal", Signal)
@given(value=st.floats(allow_nan=False))
def test_any_value_becomes_one_that_telemetry_takes(signal: Signal, value: float) -> None:
    """Whatever a fault makes of a reading, the converter delivers a value within the message's range."""
    told = digitise(SENSORS[signal], np.array([value]))[0]
    message = {"device_id": "M001", "timestamp": "2026-01-02T03:04:05Z", "run": 1, "seq": 1, "state": "running"}

    assert getattr(MachineTelemetry.model_validate({**message, signal.value: told}), signal.value) == told


def test_zero_has_no_sign() -> None:
    """A small negative temperature rounds to 0.0 and not to -0.0."""
    assert str(digitise(SENSORS[Signal.TEMP], np.array([-0.04]))[0]) == "0.0"


def test_silence_stays_silence() -> None:
    """A sensor without a value delivers none."""
    assert np.isnan(digitise(SENSORS[Signal.POWER], np.array([np.nan]))[0])
