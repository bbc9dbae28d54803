"""Cooling loss: the machine gives off less heat than it should."""

from __future__ import annotations

from pydantic import Field

from contracts.telemetry import Signal
from simulator.faults.definition import FaultParameters, ProcessFault
from simulator.faults.progress import Progress
from simulator.influences import Influences


class CoolingLossParameters(FaultParameters):
    """How much of the cooling is lost."""

    loss: float = Field(gt=0, le=0.9, description="Share of the heat per kelvin that is no longer carried off [1].")


def effect(influences: Influences, progress: Progress, parameters: CoolingLossParameters) -> None:
    """The heat that the machine gives off per kelvin falls.

    In the lumped model the steady rise is the loss by that conductance (Incropera et al. 2007, sec. 5.3), so half the
    cooling is twice the rise, reached with the machine's own time constant.
    """
    influences.cooling *= 1.0 - progress.strength * parameters.loss


COOLING_LOSS = ProcessFault(
    kind="cooling_loss",
    label="Cooling loss",
    documentation="The machine gets hotter at the same load, as with a clogged filter, a broken fan or dust on the "
    "fins. Temperature rises with the machine's own time constant, and no other signal tells.",
    recovery="Slowly: the machine cools down with its own time constant.",
    parameters=CoolingLossParameters,
    example={"loss": 0.6},
    effect=effect,
    moves=(Signal.TEMP,),
)
