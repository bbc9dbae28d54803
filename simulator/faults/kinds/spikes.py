"""Spikes: single readings far from the truth."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from simulator.arrays import Floats
from simulator.faults.definition import FaultParameters, SensorFault
from simulator.faults.progress import Reading


class SpikesParameters(FaultParameters):
    """How far and how often."""

    magnitude: float = Field(ge=-10_000, le=10_000, description="Height of a spike [unit of the signal].")
    probability: float = Field(default=0.02, gt=0, le=1, description="Share of readings that are spikes [1].")


def effect(reading: Reading, parameters: SpikesParameters) -> Floats:
    """The true reading, now and then far off; spikes come more often as the fault comes up."""
    hit = reading.chance.uniform() < parameters.probability * reading.strength
    return reading.value + np.where(hit, parameters.magnitude, 0.0)


SPIKES = SensorFault(
    kind="spikes",
    label="Spikes",
    documentation="Single readings are far off, as from a loose contact or interference from a drive.",
    recovery="At once: the contact has been fastened.",
    parameters=SpikesParameters,
    example={"magnitude": 30.0, "probability": 1.0},
    effect=effect,
)
