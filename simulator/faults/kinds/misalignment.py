"""Misalignment: the shafts of motor and machine are not in line."""

from __future__ import annotations

from pydantic import Field

from contracts.telemetry import Signal
from simulator.faults.definition import FaultParameters, ProcessFault
from simulator.faults.progress import Progress
from simulator.influences import Influences


class MisalignmentParameters(FaultParameters):
    """How much it shakes."""

    magnitude_mm_s: float = Field(gt=0, le=50, description="Vibration that it adds at rated load, RMS [mm/s].")
    wear_factor: float = Field(
        default=2.0, ge=1, le=100, description="Factor on how fast components wear in the end [1]."
    )


def effect(influences: Influences, progress: Progress, parameters: MisalignmentParameters) -> None:
    """Vibration is added that grows with the torque that the coupling carries; bearings wear faster.

    ISO 13373-3 lists it beside unbalance: mostly at twice the speed of rotation, and dependent on the load.
    """
    influences.misalignment_mm_s += progress.strength * parameters.magnitude_mm_s
    influences.damage *= 1.0 + progress.strength * (parameters.wear_factor - 1.0)


MISALIGNMENT = ProcessFault(
    kind="misalignment",
    label="Misalignment",
    documentation="The shafts of motor and machine are not in line, as after a repair in a hurry or on a foundation "
    "that settles. It shakes the more, the more torque the coupling carries; unloaded it is hardly felt.",
    recovery="At once: the shafts have been aligned; the wear stays.",
    parameters=MisalignmentParameters,
    example={"magnitude_mm_s": 6.0, "wear_factor": 2.0},
    effect=effect,
    moves=(Signal.VIBRATION,),
)
