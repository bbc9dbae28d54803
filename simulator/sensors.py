"""Sensors: what becomes of a true value on its way into a message."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from contracts.telemetry import Signal
from simulator.arrays import Floats


@dataclass(frozen=True, slots=True)
class Sensor:
    """Data of a sensor.

    Attributes:
        noise: standard deviation of the random error, in the signal's unit.
        noise_share: the same, by the true value [1].
        decimals: decimals that the converter delivers.
        lowest: lower end of its range, in the signal's unit.
        highest: upper end; beyond it the sensor is at its stop.
        lag_s: time to 63 % of a change [s]; 0: it follows at once.
    """

    noise: float
    noise_share: float
    decimals: int
    lowest: float
    highest: float
    lag_s: float = 0.0


SENSORS: dict[Signal, Sensor] = {
    # A Pt100 of class B (IEC 60751: ±0.3 K at 0 °C) with a transmitter for -50 to 200 °C, in a pocket with paste.
    Signal.TEMP: Sensor(noise=0.15, noise_share=0.0, decimals=1, lowest=-50.0, highest=200.0, lag_s=15.0),
    # An accelerometer, integrated over one second; short records of random vibration scatter by some percent.
    Signal.VIBRATION: Sensor(noise=0.01, noise_share=0.03, decimals=2, lowest=0.0, highest=50.0),
    # A toothed wheel, counted over one second.
    Signal.RPM: Sensor(noise=0.0, noise_share=0.0005, decimals=0, lowest=0.0, highest=20_000.0),
    # A static electricity meter of class 0.5 S (IEC 62053-22).
    Signal.POWER: Sensor(noise=0.0, noise_share=0.005, decimals=2, lowest=0.0, highest=500.0),
}


def measure(sensor: Sensor, true_value: Floats, normal: Floats) -> Floats:
    """A true value with the sensor's random error.

    Args:
        sensor: the sensor's data.
        true_value: in the signal's unit.
        normal: standard normal numbers.

    Example:
        >>> print(measure(SENSORS[Signal.TEMP], np.array([60.0]), np.array([2.0])))
        [60.3]
    """
    return true_value + (sensor.noise + sensor.noise_share * true_value) * normal


def digitise(sensor: Sensor, value: Floats) -> Floats:
    """What the converter delivers: within range, rounded; silence (NaN) stays silence.

    Example:
        >>> print(digitise(SENSORS[Signal.TEMP], np.array([59.24, 900.0, np.nan])))
        [ 59.2 200.    nan]
    """
    # Rounded as an instrument rounds, by whole steps; NumPy's own round costs three times as much.
    steps = 10.0**sensor.decimals
    limited: Floats = np.clip(value, sensor.lowest, sensor.highest)
    limited *= steps
    np.rint(limited, out=limited)
    limited /= steps
    limited += 0.0  # turns -0.0 into 0.0, which is how a zero should be written
    return limited
