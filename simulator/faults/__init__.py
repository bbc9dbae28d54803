"""What can go wrong, one file a kind.

A fault declares its label, its parameters with unit and range, its effect as a function of time since it began, and
how it gets well. `FaultRequest` is what people ask for; `FaultBoard` keeps what a plant has and turns true readings
into what the sensors tell. A new kind is a name in `contracts.faults`, a file here and a line in `registry.py`.
"""

from simulator.faults.base import FaultDefinition, FaultParameters, Reading, fault_strength
from simulator.faults.board import FaultBoard
from simulator.faults.rate import parse_rate
from simulator.faults.registry import FAULTS
from simulator.faults.request import EVERYTHING, ActiveFault, Cause, FaultRequest, Stage

__all__ = [
    "EVERYTHING",
    "FAULTS",
    "ActiveFault",
    "Cause",
    "FaultBoard",
    "FaultDefinition",
    "FaultParameters",
    "FaultRequest",
    "Reading",
    "Stage",
    "fault_strength",
    "parse_rate",
]
