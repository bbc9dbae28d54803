"""Many steps of a plant at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Floats, Integers, States
from simulator.backfill.timeline import moment
from simulator.delivery import Delivery, Network
from simulator.plant import Plant


@dataclass(frozen=True, slots=True)
class Block:
    """What the sensors told at some moments: arrays of shape (T, N). NaN: the sensor was silent.

    Attributes:
        moments_ms: when, Unix time [ms], shape (T,).
        temp: bearing housing temperature [°C].
        vibration: vibration velocity, RMS [mm/s].
        rpm: shaft speed [1/min].
        power: electrical power [kW].
        state: index into `simulator.plant.STATES`.
        delivery: what faults do to the messages of each moment.
        network: what faults do to the connections at each moment.
    """

    moments_ms: Integers
    temp: Floats
    vibration: Floats
    rpm: Floats
    power: Floats
    state: States
    delivery: tuple[Delivery | None, ...]
    network: tuple[Network | None, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Moments and machines."""
        return self.state.shape[0], self.state.shape[1]


def play(plant: Plant, moments_ms: Integers) -> Block:
    """Go on through some moments, and read all sensors at each.

    Args:
        plant: is at the last of them afterwards.
        moments_ms: Unix times [ms], in order.
    """
    told = [plant.step(moment(one)) for one in moments_ms.tolist()]
    return Block(
        moments_ms=moments_ms,
        temp=np.stack([one.temp for one in told]),
        vibration=np.stack([one.vibration for one in told]),
        rpm=np.stack([one.rpm for one in told]),
        power=np.stack([one.power for one in told]),
        state=np.stack([one.state for one in told]),
        delivery=tuple(getattr(one, "delivery", None) for one in told),
        network=tuple(getattr(one, "network", None) for one in told),
    )
