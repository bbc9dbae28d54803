"""Noise: the sensor's random error grows."""

from __future__ import annotations

from pydantic import Field

from simulator.arrays import Floats
from simulator.faults.definition import FaultParameters, SensorFault
from simulator.faults.progress import Reading


class NoiseParameters(FaultParameters):
    """How much noise is added."""

    std: float = Field(gt=0, le=1000, description="Standard deviation of the added noise [unit of the signal].")


def effect(reading: Reading, parameters: NoiseParameters) -> Floats:
    """The true reading and random error, the more the further the fault has come up."""
    return reading.value + reading.chance.normal() * parameters.std * reading.strength


NOISE = SensorFault(
    kind="noise",
    label="Noise",
    documentation="The random error grows, as with a broken shield, a poor earth or a drive that was put in nearby. "
    "On average the reading is right.",
    recovery="At once: the cable has been changed.",
    parameters=NoiseParameters,
    example={"std": 20.0},
    effect=effect,
)
