"""What a kind of fault declares, and how strong it is at a moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from contracts.faults import FaultKind
from simulator.arrays import Floats


class FaultParameters(BaseModel):
    """How strong a fault is: one field a parameter, with unit and range. Base of each kind's own."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @property
    def outlasts_s(self) -> float:
        """Time that the effect outlasts the fault [s]."""
        return 0.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What an effect works on: arrays with one element a machine that has the fault.

    Attributes:
        value: what the sensor would tell, or the offset of the hall's air so far [unit of the signal].
        elapsed_s: time since the fault began [s].
        strength: 0 to 1: how far the fault has come up, or gone [1].
        ramp_s: time in which it comes up [s].
        held: what the sensor told when the fault began [unit of the signal].
        uniform: random numbers in [0, 1), new at each step.
        normal: standard normal random numbers, new at each step.
    """

    value: Floats
    elapsed_s: Floats
    strength: Floats
    ramp_s: float
    held: Floats
    uniform: Floats
    normal: Floats


Effect = Callable[[Reading, FaultParameters], Floats]
"""What the sensor tells (or the offset of the air becomes) under a fault."""


@dataclass(frozen=True, slots=True)
class FaultDefinition:
    """A kind of fault.

    Attributes:
        kind: its name.
        label: what people call it.
        documentation: what happens, in a sentence or two, and what it is like in a real plant.
        parameters: model of its parameters.
        effect: what it does, as a function of time since it began.
        acts_on: `sensor`: one sensor lies; `air`: the hall changes and every sensor tells the truth.
        default_ramp_s: time in which it comes up, unless asked otherwise [s].
        can_ramp: whether it can come up slowly at all.
        recovery: how the signal gets well after the end, in a sentence.
    """

    kind: FaultKind
    label: str
    documentation: str
    parameters: type[FaultParameters]
    effect: Effect
    recovery: str
    acts_on: Literal["sensor", "air"] = "sensor"
    default_ramp_s: float = 0.0
    can_ramp: bool = True


def fault_strength(elapsed_s: Floats, ramp_s: float, lasted_s: Floats, recovery_s: float) -> Floats:
    """How far a fault has come up: a ramp, a plateau, a way back.

    Args:
        elapsed_s: time since the fault began [s].
        ramp_s: time from nothing to full strength [s].
        lasted_s: time from the beginning to the end; infinite if no end is known [s].
        recovery_s: time from full strength to nothing, after the end [s].

    Returns:
        0 before the start and after recovery, 1 at full strength [1].

    Example:
        >>> times = np.array([-1.0, 0.0, 30.0, 60.0, 100.0, 150.0, 250.0])
        >>> print(fault_strength(times, 60.0, np.array(100.0), 100.0))
        [0.  0.  0.5 1.  1.  0.5 0. ]
    """
    inside = np.clip(elapsed_s, 0.0, lasted_s)
    risen = np.minimum(1.0, inside / ramp_s) if ramp_s > 0 else (elapsed_s >= 0).astype(np.float64)
    after = np.maximum(0.0, elapsed_s - lasted_s)
    left = np.maximum(0.0, 1.0 - after / recovery_s) if recovery_s > 0 else (elapsed_s < lasted_s).astype(np.float64)
    return risen * left
