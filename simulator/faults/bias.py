"""Bias: the sensor reads a constant amount too much or too little."""

from __future__ import annotations

from typing import cast

from pydantic import Field

from contracts.faults import FaultKind
from simulator.arrays import Floats
from simulator.faults.base import FaultDefinition, FaultParameters, Reading


class BiasParameters(FaultParameters):
    """How far off it is."""

    magnitude: float = Field(ge=-10_000, le=10_000, description="What is added to the reading [unit of the signal].")


def effect(reading: Reading, parameters: FaultParameters) -> Floats:
    """The true reading and a constant, which comes up with the ramp."""
    return reading.value + reading.strength * cast(BiasParameters, parameters).magnitude


BIAS = FaultDefinition(
    kind=FaultKind.BIAS,
    label="Sensor bias",
    documentation="The reading is off by a constant, as after a wrong calibration or a sensor that came loose.",
    parameters=BiasParameters,
    effect=effect,
    recovery="At once: the sensor has been calibrated.",
)
