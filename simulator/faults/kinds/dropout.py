"""Dropout: the sensor delivers nothing."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from simulator.arrays import Floats
from simulator.faults.definition import FaultParameters, SensorFault
from simulator.faults.progress import Reading


class DropoutParameters(FaultParameters):
    """How often it is silent."""

    probability: float = Field(default=1.0, gt=0, le=1, description="Share of readings that are missing [1].")


def effect(reading: Reading, parameters: DropoutParameters) -> Floats:
    """The true reading, or nothing (NaN): the signal is then absent from the message."""
    silent = reading.chance.uniform() < parameters.probability * reading.strength
    return np.where(silent, np.nan, reading.value)


DROPOUT = SensorFault(
    kind="dropout",
    label="Dropout",
    documentation="The sensor delivers nothing, always or now and then, as with a broken wire. The machine goes on "
    "speaking, without this signal.",
    recovery="At once: the wire has been mended.",
    parameters=DropoutParameters,
    example={"probability": 1.0},
    effect=effect,
)
