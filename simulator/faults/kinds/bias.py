"""Bias: the sensor reads a constant amount too much or too little."""

from __future__ import annotations

from pydantic import Field

from simulator.arrays import Floats
from simulator.faults.definition import FaultParameters, SensorFault
from simulator.faults.progress import Reading


class BiasParameters(FaultParameters):
    """How far off it is."""

    magnitude: float = Field(ge=-10_000, le=10_000, description="What is added to the reading [unit of the signal].")


def effect(reading: Reading, parameters: BiasParameters) -> Floats:
    """The true reading and a constant, which comes up with the ramp."""
    return reading.value + reading.strength * parameters.magnitude


BIAS = SensorFault(
    kind="bias",
    label="Sensor bias",
    documentation="The reading is off by a constant, as after a wrong calibration or a sensor that came loose.",
    recovery="At once: the sensor has been calibrated.",
    parameters=BiasParameters,
    example={"magnitude": 30.0},
    effect=effect,
)
