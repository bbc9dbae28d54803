"""What can go wrong, one file a kind.

A fault declares its label, its parameters with unit and range, its effect as a function of time since it began, how
it gets well and what it is like in a real plant. There are four families by what an effect works on: `SensorFault` the
values of one signal, `ProcessFault` the terms of the physics, `MessageFault` what becomes of messages, `NetworkFault`
the way to the broker. `FaultRequest` is what people ask for; `FaultBoard` keeps what a plant has.

To add a kind, put a file into `kinds/` that is named like it and defines it, and nothing else: `FAULTS` finds it, and
so do the command line, the schemas and the exam that all kinds sit (tests/simulator/faults/test_exam.py). Then
`python -m simulator.faults.table docs/simulator.md` writes its row into the documentation; a test says if it is
missing.
"""

from simulator.faults.board import FaultBoard
from simulator.faults.definition import (
    FaultDefinition,
    FaultParameters,
    MessageFault,
    NetworkFault,
    NoParameters,
    ProcessFault,
    SensorFault,
)
from simulator.faults.progress import Chance, Progress, Reading
from simulator.faults.rate import parse_rate
from simulator.faults.registry import FAULTS, AnyFault
from simulator.faults.request import EVERYTHING, ActiveFault, Cause, FaultRequest, Repeats, Stage
from simulator.faults.strength import fault_strength, intermittent_strength
from simulator.faults.targets import Targets

__all__ = [
    "EVERYTHING",
    "FAULTS",
    "ActiveFault",
    "AnyFault",
    "Cause",
    "Chance",
    "FaultBoard",
    "FaultDefinition",
    "FaultParameters",
    "FaultRequest",
    "MessageFault",
    "NetworkFault",
    "NoParameters",
    "ProcessFault",
    "Progress",
    "Reading",
    "Repeats",
    "SensorFault",
    "Stage",
    "Targets",
    "fault_strength",
    "intermittent_strength",
    "parse_rate",
]
