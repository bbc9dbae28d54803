"""Stuck: the sensor repeats one value."""

from __future__ import annotations

import numpy as np

from contracts.faults import FaultKind
from simulator.arrays import Floats
from simulator.faults.base import FaultDefinition, FaultParameters, Reading


class StuckParameters(FaultParameters):
    """It has none: the value is the one at which it stuck."""


def effect(reading: Reading, parameters: FaultParameters) -> Floats:  # noqa: ARG001 (the signature of every effect)
    """What the sensor told when the fault began."""
    return np.where(reading.strength > 0, reading.held, reading.value)


STUCK = FaultDefinition(
    kind=FaultKind.STUCK,
    label="Stuck value",
    documentation="The same value again and again, as from a converter that hangs or a gateway that repeats its cache.",
    parameters=StuckParameters,
    effect=effect,
    recovery="At once: the converter has been started again.",
    can_ramp=False,
)
