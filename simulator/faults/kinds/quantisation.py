"""Quantisation: the sensor has lost its resolution."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from simulator.arrays import Floats
from simulator.faults.definition import FaultParameters, SensorFault
from simulator.faults.progress import Reading


class QuantisationParameters(FaultParameters):
    """How coarse it is."""

    step: float = Field(gt=0, le=10_000, description="Distance between two values it can tell [unit of the signal].")


def effect(reading: Reading, parameters: QuantisationParameters) -> Floats:
    """The nearest value that the converter can still tell; with a ramp, steps grow.

    The error is within half a step, and uniform if the reading moves over many (Widrow, Kollár and Liu, "Statistical
    theory of quantization", IEEE Trans. Instrum. Meas. 45, 1996, doi:10.1109/19.492748): its standard deviation is
    then step / √12.
    """
    step = np.where(reading.strength > 0, parameters.step * reading.strength, 1.0)
    return np.round(reading.value / step) * step


QUANTISATION = SensorFault(
    kind="quantisation",
    label="Lost resolution",
    documentation="Readings come in coarse steps, as from a converter whose lower bits hang or a gateway that was set "
    "to the wrong number format. On average they are right.",
    recovery="At once: the converter has been changed.",
    parameters=QuantisationParameters,
    example={"step": 64.0},
    effect=effect,
)
