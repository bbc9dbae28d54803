"""Power sag: the mains voltage is too low."""

from __future__ import annotations

from pydantic import Field

from contracts.telemetry import Signal
from simulator.faults.definition import FaultParameters, ProcessFault
from simulator.faults.progress import Progress
from simulator.influences import Influences


class PowerSagParameters(FaultParameters):
    """How deep it is."""

    depth: float = Field(gt=0, le=0.5, description="Share of the nominal voltage that is missing [1].")


def effect(influences: Influences, progress: Progress, parameters: PowerSagParameters) -> None:
    """The supply voltage of motors on the mains falls; they slip more for the same torque.

    Slip at a given torque goes with the inverse square of the voltage (Fitzgerald et al. 2003, ch. 6). IEC 61000-4-11
    tests equipment with 80, 70, 40 and 0 % of the nominal voltage left.
    """
    influences.voltage *= 1.0 - progress.strength * parameters.depth


POWER_SAG = ProcessFault(
    kind="power_sag",
    label="Power sag",
    documentation="The mains voltage is too low, as while a large motor starts nearby or a transformer is overloaded. "
    "Motors on the mains slip more; drives with an inverter even it out.",
    recovery="At once: the voltage is back; the temperature follows slowly.",
    parameters=PowerSagParameters,
    example={"depth": 0.3},
    effect=effect,
    moves=(Signal.RPM, Signal.POWER, Signal.TEMP, Signal.VIBRATION),
    models=("air_compressor", "centrifugal_pump", "conveyor"),
)
