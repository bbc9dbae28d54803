"""Wrong state: the message tells another state than the machine is in, while the signals are right."""

from __future__ import annotations

from pydantic import Field

from contracts.telemetry import MachineState
from simulator.delivery import Delivery
from simulator.faults.definition import FaultParameters, MessageFault
from simulator.faults.progress import Progress

_STATES = ", ".join(f"{number} {state.value}" for number, state in enumerate(MachineState))


class WrongStateParameters(FaultParameters):
    """Which state is told."""

    state: int = Field(
        default=list(MachineState).index(MachineState.RUNNING),
        ge=0,
        le=len(MachineState) - 1,
        description=f"The state that is told: {_STATES} [number].",
    )


def effect(delivery: Delivery, _: Progress, parameters: WrongStateParameters) -> None:
    """Messages tell that state, whatever the machine does."""
    delivery.state[:] = parameters.state


WRONG_STATE = MessageFault(
    kind="wrong_state",
    label="Wrong state",
    documentation="The message tells a state that the machine is not in, as from a controller whose state word hangs. "
    "Every signal is right: a machine that says it runs, and stands still, or works while it says it is off.",
    recovery="At once: the controller has been started again.",
    parameters=WrongStateParameters,
    example={"state": 0},
    effect=effect,
    can_ramp=False,
)
