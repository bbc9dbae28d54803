"""Overload: the machine has to do more than it was built for."""

from __future__ import annotations

from pydantic import Field

from contracts.telemetry import Signal
from simulator.faults.definition import FaultParameters, ProcessFault
from simulator.faults.progress import Progress
from simulator.influences import Influences


class OverloadParameters(FaultParameters):
    """How much more it has to do."""

    factor: float = Field(gt=1, le=2, description="Factor on the throughput in the end [1].")


def effect(influences: Influences, progress: Progress, parameters: OverloadParameters) -> None:
    """The machine has to do more; power, heat, vibration and wear follow by the plant's own equations."""
    influences.throughput *= 1.0 + progress.strength * (parameters.factor - 1.0)


OVERLOAD = ProcessFault(
    kind="overload",
    label="Overload",
    documentation="The machine has to do more than planned, as with a blunt tool's deeper cut, a belt piled too high "
    "or a valve set wrong. Power, heat, vibration and slip rise together, as they should at such a load: only the "
    "load is wrong.",
    recovery="At once: the load is as planned; the temperature follows slowly.",
    parameters=OverloadParameters,
    example={"factor": 1.5},
    effect=effect,
    moves=(Signal.POWER, Signal.TEMP, Signal.VIBRATION, Signal.RPM),
)
