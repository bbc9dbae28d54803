"""Duplicates: messages are sent more than once."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from simulator.delivery import Delivery
from simulator.faults.definition import FaultParameters, MessageFault
from simulator.faults.progress import Progress


class DuplicatesParameters(FaultParameters):
    """How many are repeated, and how often."""

    probability: float = Field(default=0.1, gt=0, le=1, description="Share of messages that are repeated [1].")
    copies: int = Field(default=2, ge=2, le=10, description="How often such a message is sent in all [1].")


def effect(delivery: Delivery, progress: Progress, parameters: DuplicatesParameters) -> None:
    """Now and then a message is sent several times, with the same number; more often as the fault comes up."""
    hit = progress.chance.uniform() < parameters.probability * progress.strength
    delivery.copies[hit] = np.maximum(delivery.copies[hit], parameters.copies)


DUPLICATES = MessageFault(
    kind="duplicates",
    label="Duplicated messages",
    documentation="The same message comes more than once, as from a publisher that lost the broker's answer or a "
    "bridge that is connected twice. Run and seq are the same, so a receiver can tell; who counts or sums without "
    "looking counts twice.",
    recovery="At once: messages are sent once again.",
    parameters=DuplicatesParameters,
    example={"probability": 1.0, "copies": 3},
    effect=effect,
)
