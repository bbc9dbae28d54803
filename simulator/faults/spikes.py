"""Spikes: single readings far from the truth."""

from __future__ import annotations

from typing import cast

import numpy as np
from pydantic import Field

from contracts.faults import FaultKind
from simulator.arrays import Floats
from simulator.faults.base import FaultDefinition, FaultParameters, Reading


class SpikesParameters(FaultParameters):
    """How far and how often."""

    magnitude: float = Field(ge=-10_000, le=10_000, description="Height of a spike [unit of the signal].")
    probability: float = Field(default=0.02, gt=0, le=1, description="Share of readings that are spikes [1].")


def effect(reading: Reading, parameters: FaultParameters) -> Floats:
    """The true reading, now and then far off; spikes come more often as the fault comes up."""
    spikes = cast(SpikesParameters, parameters)
    hit = reading.uniform < spikes.probability * reading.strength
    return reading.value + np.where(hit, spikes.magnitude, 0.0)


SPIKES = FaultDefinition(
    kind=FaultKind.SPIKES,
    label="Spikes",
    documentation="Single readings are far off, as from a loose contact or interference from a drive.",
    parameters=SpikesParameters,
    effect=effect,
    recovery="At once: the contact has been fastened.",
)
