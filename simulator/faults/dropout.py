"""Dropout: the sensor delivers nothing."""

from __future__ import annotations

from typing import cast

import numpy as np
from pydantic import Field

from contracts.faults import FaultKind
from simulator.arrays import Floats
from simulator.faults.base import FaultDefinition, FaultParameters, Reading


class DropoutParameters(FaultParameters):
    """How often it is silent."""

    probability: float = Field(default=1.0, gt=0, le=1, description="Share of readings that are missing [1].")


def effect(reading: Reading, parameters: FaultParameters) -> Floats:
    """The true reading, or nothing (NaN): the signal is then absent from the message."""
    silent = reading.uniform < cast(DropoutParameters, parameters).probability * reading.strength
    return np.where(silent, np.nan, reading.value)


DROPOUT = FaultDefinition(
    kind=FaultKind.DROPOUT,
    label="Dropout",
    documentation="The sensor delivers nothing, always or now and then, as with a broken wire. The machine goes on "
    "speaking, without this signal.",
    parameters=DropoutParameters,
    effect=effect,
    recovery="At once: the wire has been mended.",
)
