"""Clock skew: the machine's clock is wrong, and so are the timestamps of its messages."""

from __future__ import annotations

from pydantic import Field

from simulator.delivery import Delivery
from simulator.faults.definition import FaultParameters, MessageFault
from simulator.faults.progress import Progress


class ClockSkewParameters(FaultParameters):
    """How wrong the clock is, and how fast it gets worse."""

    offset_s: float = Field(ge=-86_400, le=86_400, description="What the clock is ahead [s].")
    rate_ppm: float = Field(
        default=0.0, ge=-100_000, le=100_000, description="What it gains besides, in millionths of the time [ppm]."
    )


def effect(delivery: Delivery, progress: Progress, parameters: ClockSkewParameters) -> None:
    """The clock is ahead by the offset, which comes up with the ramp, and by what it has gained since the start."""
    gained_s = parameters.rate_ppm * 1e-6 * progress.elapsed_s
    delivery.clock_offset_s += progress.strength * (parameters.offset_s + gained_s)


CLOCK_SKEW = MessageFault(
    kind="clock_skew",
    label="Clock skew",
    documentation="The machine's clock is wrong or runs at a wrong speed, as after a flat battery or while its time "
    "server cannot be reached: quartz clocks are off by some tens of ppm. Readings are right and stamped wrongly; who "
    "joins machines by time joins the wrong ones.",
    recovery="At once: the clock has been set; timestamps step back or forth.",
    parameters=ClockSkewParameters,
    example={"offset_s": 30.0, "rate_ppm": 100.0},
    effect=effect,
)
