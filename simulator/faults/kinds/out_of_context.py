"""Out of context: a reading that would be normal, if the machine were running."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from simulator.arrays import Floats
from simulator.faults.definition import FaultParameters, SensorFault
from simulator.faults.progress import Reading


class OutOfContextParameters(FaultParameters):
    """How much the made-up reading scatters."""

    scatter: float = Field(
        default=0.01, ge=0, le=0.5, description="Standard deviation of the reading, by its typical value [1]."
    )


def effect(reading: Reading, parameters: OutOfContextParameters) -> Floats:
    """While the machine runs the true reading; else what the sensor would tell at rated load.

    Each value by itself is normal; it is an anomaly only together with the state, a contextual one in the sense of
    Chandola, Banerjee and Kumar, "Anomaly detection: a survey", ACM Computing Surveys 41 (2009), section 2.2,
    doi:10.1145/1541880.1541882.
    """
    as_running = reading.typical * (1.0 + parameters.scatter * reading.chance.normal())
    return np.where(reading.running, reading.value, reading.value + reading.strength * (as_running - reading.value))


OUT_OF_CONTEXT = SensorFault(
    kind="out_of_context",
    label="Normal value, wrong state",
    documentation="While the machine is off, idle or set up, the sensor reads as if it ran at rated load, as when two "
    "cables are swapped or a gateway repeats another machine's channel. No limit is passed: only who looks at the "
    "state as well can tell.",
    recovery="At once: the cables have been put right.",
    parameters=OutOfContextParameters,
    example={"scatter": 0.01},
    effect=effect,
    contextual=True,
)
