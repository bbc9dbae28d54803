"""Cavitation: vapour bubbles collapse in a pump."""

from __future__ import annotations

from pydantic import Field

from contracts.telemetry import Signal
from simulator.faults.definition import FaultParameters, ProcessFault
from simulator.faults.progress import Progress
from simulator.influences import Influences


class CavitationParameters(FaultParameters):
    """How much it shakes and what the pump loses."""

    magnitude_mm_s: float = Field(gt=0, le=50, description="Broadband vibration that it adds at rated speed [mm/s].")
    flow_loss: float = Field(default=0.1, ge=0, le=0.9, description="Share of the flow that is lost [1].")
    wear_factor: float = Field(
        default=3.0, ge=1, le=100, description="Factor on how fast components wear in the end [1]."
    )


def effect(influences: Influences, progress: Progress, parameters: CavitationParameters) -> None:
    """Broadband vibration is added, the pump delivers less and so takes less power, and wears faster.

    Bubbles that collapse make noise over all frequencies before the head falls (Gülich, "Centrifugal Pumps", 2010,
    ch. 6); with the flow, the power of a radial pump falls.
    """
    influences.broadband_mm_s += progress.strength * parameters.magnitude_mm_s
    influences.throughput *= 1.0 - progress.strength * parameters.flow_loss
    influences.damage *= 1.0 + progress.strength * (parameters.wear_factor - 1.0)


CAVITATION = ProcessFault(
    kind="cavitation",
    label="Cavitation",
    documentation="Vapour bubbles collapse in the pump, as when a filter in the suction pipe clogs or the tank runs "
    "low. It sounds like gravel: vibration rises over all frequencies, flow and power fall, and the impeller is "
    "eaten.",
    recovery="At once: the suction side is free again; the wear stays, and the temperature follows slowly.",
    parameters=CavitationParameters,
    example={"magnitude_mm_s": 6.0, "flow_loss": 0.3, "wear_factor": 3.0},
    effect=effect,
    moves=(Signal.VIBRATION, Signal.POWER, Signal.TEMP, Signal.RPM),
    models=("centrifugal_pump",),
)
