"""What faults do to messages and connections, one element a machine; how it comes about is the shard's matter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from simulator.arrays import Flags, Floats, Integers, States

AS_IT_IS = -1
"""In `Delivery.state`: the state that the machine is in."""


class Certificate(IntEnum):
    """Which certificate a machine shows to the broker."""

    VALID = 0
    EXPIRED = 1
    REVOKED = 2


@dataclass(slots=True)
class Delivery:
    """What becomes of the messages of one moment.

    Attributes:
        clock_offset_s: what the machine's clock is ahead, and so the message's timestamp [s].
        delay_s: how long the message is kept back; younger ones may overtake it [s].
        copies: how often it is sent: 1, or more with the same number.
        state: index of the state that the message tells; `AS_IT_IS` for the true one.
    """

    clock_offset_s: Floats
    delay_s: Floats
    copies: Integers
    state: States

    @classmethod
    def neutral(cls, count: int) -> Delivery:
        """Messages as they should be."""
        return cls(
            np.zeros(count),
            np.zeros(count),
            np.ones(count, dtype=np.int64),
            np.full(count, AS_IT_IS, dtype=np.int8),
        )


@dataclass(slots=True)
class Network:
    """How the machines' ways to the broker are, at a moment.

    Attributes:
        offline: no connection can be had.
        latency_s: what each message takes longer to the broker [s].
        certificate: a `Certificate`.
    """

    offline: Flags
    latency_s: Floats
    certificate: States

    @classmethod
    def neutral(cls, count: int) -> Network:
        """Ways as they should be."""
        return cls(np.zeros(count, dtype=np.bool_), np.zeros(count), np.zeros(count, dtype=np.int8))
