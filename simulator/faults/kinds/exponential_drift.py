"""Exponential drift: the sensor's reading runs away from the truth, faster and faster."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from simulator.arrays import Floats
from simulator.faults.definition import FaultParameters, SensorFault
from simulator.faults.progress import Reading

_LARGEST_EXPONENT = 100.0
"""The offset stays finite beyond it; every sensor is at its stop long before."""


class ExponentialDriftParameters(FaultParameters):
    """How far and how fast it drifts."""

    magnitude: float = Field(ge=-10_000, le=10_000, description="Offset after one time constant [unit of the signal].")
    time_constant_s: float = Field(gt=0, le=31_536_000, description="Time in which its speed grows by e = 2.718 [s].")


def exponential_offset(elapsed_s: Floats, magnitude: float, time_constant_s: float) -> Floats:
    """How far a reading has drifted whose rate grows with the offset itself: M · (exp(t/T) - 1) / (e - 1).

    Args:
        elapsed_s: t, time since the drift began [s].
        magnitude: M, offset after one time constant [unit of the signal].
        time_constant_s: T [s].

    Returns:
        Offset [unit of the signal].

    Example:
        >>> print(exponential_offset(np.array([0.0, 600.0, 1200.0]), 2.0, 600.0).round(2))  # 2 · (e + 1) at last
        [0.   2.   7.44]
    """
    exponent = np.clip(elapsed_s / time_constant_s, 0.0, _LARGEST_EXPONENT)
    offset: Floats = magnitude * np.expm1(exponent) / np.expm1(1.0)
    return offset


def effect(reading: Reading, parameters: ExponentialDriftParameters) -> Floats:
    """The true reading and how far it has drifted."""
    offset = exponential_offset(reading.elapsed_s, parameters.magnitude, parameters.time_constant_s)
    return reading.value + reading.strength * offset


EXPONENTIAL_DRIFT = SensorFault(
    kind="exponential_drift",
    label="Exponential drift",
    documentation="The reading moves away from the truth slowly at first and then ever faster, as when moisture gets "
    "into a sensor's head and its insulation breaks down. An alarm on the rate comes late, one on the level too.",
    recovery="At once: the sensor has been changed.",
    parameters=ExponentialDriftParameters,
    example={"magnitude": 30.0, "time_constant_s": 300.0},
    effect=effect,
)
