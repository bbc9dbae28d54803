"""Belt slip: the driven shaft turns slower than the belt should make it."""

from __future__ import annotations

from pydantic import Field

from contracts.telemetry import Signal
from simulator.faults.definition import FaultParameters, ProcessFault
from simulator.faults.progress import Progress
from simulator.influences import Influences


class BeltSlipParameters(FaultParameters):
    """How much it slips."""

    slip: float = Field(gt=0, le=0.5, description="Share of the speed that is lost between the pulleys [1].")


def effect(influences: Influences, progress: Progress, parameters: BeltSlipParameters) -> None:
    """The driven shaft, where speed is measured, turns slower; the motor goes on giving the same power.

    What is lost between the pulleys, slip · power, heats the belt: so the torque that the motor feels, in terms of the
    slower shaft, is larger by 1 / (1 - slip).
    """
    kept = 1.0 - progress.strength * parameters.slip
    influences.speed *= kept
    influences.torque /= kept


BELT_SLIP = ProcessFault(
    kind="belt_slip",
    label="Belt slip",
    documentation="The driven shaft turns slower than the motor should make it, at the same power, as with a worn or "
    "wet belt or a tensioner that has come loose. Work is done more slowly and the belt gets hot.",
    recovery="At once: the belt has been tensioned; the temperature follows slowly.",
    parameters=BeltSlipParameters,
    example={"slip": 0.2},
    effect=effect,
    moves=(Signal.RPM, Signal.POWER, Signal.VIBRATION, Signal.TEMP),
    models=("cnc_mill", "conveyor"),
)
