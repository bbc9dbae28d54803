"""The hall warms up: no sensor lies, and no machine is ill."""

from __future__ import annotations

from typing import cast

from pydantic import Field

from contracts.faults import FaultKind
from simulator.arrays import Floats
from simulator.faults.base import FaultDefinition, FaultParameters, Reading


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


def effect(reading: Reading, parameters: FaultParameters) -> Floats:
    """The offset of the hall's air, which comes up with the ramp and goes with the recovery."""
    return reading.value + reading.strength * cast(HallWarmingParameters, parameters).rise_k


HALL_WARMING = FaultDefinition(
    kind=FaultKind.HALL_WARMING,
    label="Hall warms up",
    documentation="The air gets warmer for all machines of a line or of the plant, as when ventilation fails on a hot "
    "day. Every sensor tells the truth: an alarm for a sensor would be false.",
    parameters=HallWarmingParameters,
    effect=effect,
    recovery="Slowly: the air cools within `recovery_s`.",
    acts_on="air",
    default_ramp_s=1200.0,
)
