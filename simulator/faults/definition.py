"""What a kind of fault declares; one class a family, since each family's effect works on something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from contracts.faults import FaultFamily
from contracts.telemetry import AnySignal
from simulator.arrays import Floats
from simulator.delivery import Delivery, Network
from simulator.faults.progress import Progress, Reading
from simulator.influences import Influences


class FaultParameters(BaseModel):
    """How strong a fault is: one field a parameter, with unit and range. Base of each kind's own."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @property
    def outlasts_s(self) -> float:
        """Time that the effect outlasts the fault [s]."""
        return 0.0


class NoParameters(FaultParameters):
    """For kinds that are there or not."""


Parameters = TypeVar("Parameters", bound=FaultParameters)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultDefinition(Generic[Parameters]):
    """A kind of fault; see the families below for what it does.

    Attributes:
        kind: its name, which is that of its module.
        label: what people call it.
        documentation: what happens, in a sentence or two, and what it is like in a real plant.
        recovery: how it gets well after the end, in a sentence.
        parameters: model of its parameters.
        example: parameters of a strong fault, for the exam and the documentation.
        default_ramp_s: time in which it comes up, unless asked otherwise [s].
        can_ramp: whether it can come up slowly at all.
        models: models of machines that can have it; empty: all.
        shared: why only a line or all machines can have it, if so.
    """

    family: ClassVar[FaultFamily]

    kind: str
    label: str
    documentation: str
    recovery: str
    parameters: type[Parameters]
    example: Mapping[str, float]
    default_ramp_s: float = 0.0
    can_ramp: bool = True
    models: tuple[str, ...] = ()
    shared: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorFault(FaultDefinition[Parameters]):
    """One sensor lies, or is silent (NaN), while the machine is well.

    Attributes:
        effect: what the sensor tells, (T, M).
        contextual: whether it shows in some states of the machine only.
    """

    family: ClassVar[FaultFamily] = "sensor"

    effect: Callable[[Reading, Parameters], Floats]
    contextual: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessFault(FaultDefinition[Parameters]):
    """The machine or its surroundings change, and every sensor tells the truth.

    Attributes:
        effect: changes the terms of the physics in place, (M,) each; what others did to them stays in.
        moves: signals that change in consequence, the one that shows it best first; the others stay as they are.
    """

    family: ClassVar[FaultFamily] = "process"

    effect: Callable[[Influences, Progress, Parameters], None]
    moves: tuple[AnySignal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFault(FaultDefinition[Parameters]):
    """Readings are right, and their messages are stamped, ordered, repeated or labelled wrongly.

    Attributes:
        effect: changes what becomes of the messages in place, (M,) each.
    """

    family: ClassVar[FaultFamily] = "message"

    effect: Callable[[Delivery, Progress, Parameters], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFault(FaultDefinition[Parameters]):
    """The way to the broker is broken or slow.

    Attributes:
        effect: changes the machines' ways to the broker in place, (M,) each.
    """

    family: ClassVar[FaultFamily] = "network"

    effect: Callable[[Network, Progress, Parameters], None]
