"""Stuck: the sensor repeats one value."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Floats
from simulator.faults.definition import NoParameters, SensorFault
from simulator.faults.progress import Reading


def effect(reading: Reading, _: NoParameters) -> Floats:
    """What the sensor told when the fault began; a sensor that was silent then goes on as it is."""
    return np.where(np.isnan(reading.held), reading.value, reading.held)


STUCK = SensorFault(
    kind="stuck",
    label="Stuck value",
    documentation="The same value again and again, as from a converter that hangs or a gateway that repeats its cache.",
    recovery="At once: the converter has been started again.",
    parameters=NoParameters,
    example={},
    effect=effect,
    can_ramp=False,
)
