"""Delayed: messages are kept back on their way, each for a time of its own, so that they overtake one another."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from simulator.delivery import Delivery
from simulator.faults.definition import FaultParameters, MessageFault
from simulator.faults.progress import Progress


class DelayedParameters(FaultParameters):
    """How long messages are kept back, and how many."""

    max_delay_s: float = Field(gt=0, le=3600, description="Longest time that a message is kept back [s].")
    probability: float = Field(default=1.0, gt=0, le=1, description="Share of messages that are kept back [1].")


def effect(delivery: Delivery, progress: Progress, parameters: DelayedParameters) -> None:
    """Each message is kept back for a time between nothing and the longest, all equally likely."""
    hit = progress.chance.uniform("hit") < parameters.probability
    delay_s = progress.strength * parameters.max_delay_s * progress.chance.uniform("delay")
    delivery.delay_s += np.where(hit, delay_s, 0.0)


DELAYED = MessageFault(
    kind="delayed",
    label="Delayed messages",
    documentation="Messages come late and out of order, as through a gateway that buffers or two links of different "
    "length. Each is right, in its content and its timestamp; the order of arrival is not that of the readings.",
    recovery="At once for new messages; those kept back still come.",
    parameters=DelayedParameters,
    example={"max_delay_s": 20.0, "probability": 1.0},
    effect=effect,
)
