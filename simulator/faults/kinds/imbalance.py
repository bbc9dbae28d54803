"""Imbalance: the rotor's mass is not on its axis."""

from __future__ import annotations

from pydantic import Field

from contracts.telemetry import Signal
from simulator.faults.definition import FaultParameters, ProcessFault
from simulator.faults.progress import Progress
from simulator.influences import Influences


class ImbalanceParameters(FaultParameters):
    """How much it shakes."""

    magnitude_mm_s: float = Field(gt=0, le=50, description="Vibration that it adds at rated speed, RMS [mm/s].")
    wear_factor: float = Field(
        default=1.5, ge=1, le=100, description="Factor on how fast components wear in the end [1]."
    )


def effect(influences: Influences, progress: Progress, parameters: ImbalanceParameters) -> None:
    """Vibration at the speed of rotation is added; bearings wear faster under the turning force.

    The force is mass · eccentricity · ω² (ISO 21940-11 grades balance by eccentricity · ω); a vibration at once per
    revolution that goes with the speed and not with the load is how ISO 13373-3 tells unbalance.
    """
    influences.unbalance_mm_s += progress.strength * parameters.magnitude_mm_s
    influences.damage *= 1.0 + progress.strength * (parameters.wear_factor - 1.0)


IMBALANCE = ProcessFault(
    kind="imbalance",
    label="Imbalance",
    documentation="The rotor's mass is not on its axis, as with deposits on an impeller, a lost balance weight or a "
    "tool put in askew. It shakes with the speed, whatever the load, and the bearings pay for it.",
    recovery="At once: the rotor has been cleaned and balanced; the wear stays.",
    parameters=ImbalanceParameters,
    example={"magnitude_mm_s": 6.0, "wear_factor": 1.5},
    effect=effect,
    moves=(Signal.VIBRATION,),
)
