"""The hall warms up: no sensor lies, and no machine is ill."""

from __future__ import annotations

from pydantic import Field

from contracts.telemetry import Signal
from simulator.faults.definition import FaultParameters, ProcessFault
from simulator.faults.progress import Progress
from simulator.influences import Influences


class HallWarmingParameters(FaultParameters):
    """How warm it gets, and how fast it cools."""

    rise_k: float = Field(ge=-30, le=40, description="What the hall's air gains in the end [K].")
    recovery_s: float = Field(
        default=1800.0, ge=0, le=86_400, description="Time in which it is lost again after the end [s]."
    )

    @property
    def outlasts_s(self) -> float:
        """Air takes its time."""
        return self.recovery_s


def effect(influences: Influences, progress: Progress, parameters: HallWarmingParameters) -> None:
    """The air gets warmer with the ramp, and cooler with the recovery."""
    influences.air_k += progress.strength * parameters.rise_k


HALL_WARMING = ProcessFault(
    kind="hall_warming",
    label="Hall warms up",
    documentation="The air gets warmer for all machines of a line or of the plant, as when ventilation fails on a hot "
    "day. Every sensor tells the truth: an alarm for a sensor would be false.",
    recovery="Slowly: the air cools within `recovery_s`.",
    parameters=HallWarmingParameters,
    example={"rise_k": 10.0, "recovery_s": 60.0},
    effect=effect,
    moves=(Signal.TEMP,),
    default_ramp_s=1200.0,
    shared="machines share the air",
)
