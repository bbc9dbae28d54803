"""Families of faults: what a fault acts on. The kinds are defined one a file in `simulator/faults/kinds/`."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

FaultFamily = Literal["sensor", "process", "message", "network"]
"""`sensor`: one sensor lies while the machine is well. `process`: the machine or its surroundings change, and every
sensor tells the truth. `message`: readings are right, and their messages are stamped, ordered or repeated wrongly.
`network`: the way to the broker is broken or slow."""


class FaultKind(StrEnum):
    """What goes wrong. The effect of each is defined in one file under `simulator/faults/`."""

    DRIFT = "drift"
    """The sensor's reading moves away from the true value, slowly and steadily."""
    BIAS = "bias"
    """The sensor reads a constant amount too much or too little."""
    STUCK = "stuck"
    """The sensor repeats one value."""
    SPIKES = "spikes"
    """Single readings far from the true value."""
    NOISE = "noise"
    """The sensor's random error grows."""
    DROPOUT = "dropout"
    """The sensor delivers nothing: the signal is absent from the message."""
    HALL_WARMING = "hall_warming"
    """The air of the hall warms up; every sensor tells the truth."""

    @property
    def of_sensor(self) -> bool:
        """Whether the sensor lies (or is silent) while the machine is well."""
        return self is not FaultKind.HALL_WARMING
