"""Noise: the sensor's random error grows."""

from __future__ import annotations

from typing import cast

from pydantic import Field

from contracts.faults import FaultKind
from simulator.arrays import Floats
from simulator.faults.base import FaultDefinition, FaultParameters, Reading


class NoiseParameters(FaultParameters):
    """How much noise is added."""

    std: float = Field(gt=0, le=1000, description="Standard deviation of the added noise [unit of the signal].")


def effect(reading: Reading, parameters: FaultParameters) -> Floats:
    """The true reading and random error, the more the further the fault has come up."""
    return reading.value + reading.normal * cast(NoiseParameters, parameters).std * reading.strength


NOISE = FaultDefinition(
    kind=FaultKind.NOISE,
    label="Noise",
    documentation="The random error grows, as with a broken shield or a poor earth.",
    parameters=NoiseParameters,
    effect=effect,
    recovery="At once: the cable has been changed.",
)
