"""Gain: the sensor's scale is wrong."""

from __future__ import annotations

from pydantic import Field

from simulator.arrays import Floats
from simulator.faults.definition import FaultParameters, SensorFault
from simulator.faults.progress import Reading


class GainParameters(FaultParameters):
    """How wrong the scale is."""

    factor: float = Field(ge=-100, le=100, description="What the reading is multiplied by in the end [1].")


def effect(reading: Reading, parameters: GainParameters) -> Floats:
    """The true reading times a factor, which goes from 1 to what was asked for with the ramp."""
    return reading.value * (1.0 + reading.strength * (parameters.factor - 1.0))


GAIN = SensorFault(
    kind="gain",
    label="Wrong gain",
    documentation="The reading is off by a factor, as with a transformer or an amplifier of the wrong ratio or an "
    "accelerometer that loses its sensitivity. At a standstill it looks right.",
    recovery="At once: the scale has been set right.",
    parameters=GainParameters,
    example={"factor": 3.0},
    effect=effect,
)
