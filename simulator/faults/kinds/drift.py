"""Drift: the sensor's reading moves away from the truth, steadily."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from simulator.arrays import Floats
from simulator.faults.definition import FaultParameters, SensorFault
from simulator.faults.progress import Reading


class DriftParameters(FaultParameters):
    """How fast it drifts."""

    rate_per_min: float = Field(ge=-1000, le=1000, description="Rate at full strength [unit of the signal per minute].")


def drift_offset(elapsed_s: Floats, ramp_s: float, rate_per_min: float) -> Floats:
    """How far a reading has drifted.

    The integral of a rate that grows linearly during the ramp and is constant after it.

    Args:
        elapsed_s: time since the drift began [s].
        ramp_s: time in which the rate comes up [s].
        rate_per_min: rate after the ramp [unit of the signal per minute].

    Returns:
        Offset [unit of the signal].

    Example:
        >>> print(drift_offset(np.array([0.0, 60.0, 120.0]), 0.0, 0.5))
        [0.  0.5 1. ]
        >>> print(drift_offset(np.array([60.0, 120.0]), 60.0, 0.5))  # half the rate, on average, in the first minute
        [0.25 0.75]
    """
    time: Floats = np.maximum(0.0, elapsed_s)
    if ramp_s <= 0:
        return rate_per_min * time / 60.0
    rising: Floats = np.minimum(time, ramp_s)
    return rate_per_min * (rising**2 / (2 * ramp_s) + (time - rising)) / 60.0


def effect(reading: Reading, parameters: DriftParameters) -> Floats:
    """The true reading and how far it has drifted."""
    return reading.value + drift_offset(reading.elapsed_s, reading.ramp_s, parameters.rate_per_min)


DRIFT = SensorFault(
    kind="drift",
    label="Sensor drift",
    documentation="The reading moves away from the truth at a constant rate, as an ageing thermocouple or a charge "
    "amplifier with a leak does. The machine is well.",
    recovery="At once: the sensor has been calibrated or changed.",
    parameters=DriftParameters,
    example={"rate_per_min": 60.0},
    effect=effect,
)
