"""What the sensors of a plant tell: at one moment, or at many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from contracts.telemetry import Signal
from simulator.arrays import Floats, States
from simulator.delivery import Delivery, Network


@dataclass(frozen=True, slots=True)
class Readings:
    """What the sensors of all machines told at a moment. NaN: the sensor was silent.

    Attributes:
        timestamp: when they were read, UTC.
        temp: bearing housing temperature [°C].
        vibration: vibration velocity, RMS [mm/s].
        rpm: shaft speed [1/min].
        power: electrical power [kW].
        state: index into `simulator.load.STATES`.
        delivery: what becomes of the messages; None: nothing unusual.
        network: how the ways to the broker are; None: as they should be.
    """

    timestamp: datetime
    temp: Floats
    vibration: Floats
    rpm: Floats
    power: Floats
    state: States
    delivery: Delivery | None = None
    network: Network | None = None

    def signal(self, signal: Signal) -> Floats:
        """The readings of a signal."""
        values: Floats = getattr(self, signal.value)
        return values


@dataclass(frozen=True, slots=True)
class Block:
    """What the sensors of all machines told at some moments: arrays of shape (T, N).

    Attributes:
        moments_s: Unix times, shape (T,) [s].
        temp: bearing housing temperature [°C].
        vibration: vibration velocity, RMS [mm/s].
        rpm: shaft speed [1/min].
        power: electrical power [kW].
        state: index into `simulator.load.STATES`.
        delivery: what becomes of the messages of each moment.
        network: how the ways to the broker are at each moment.
    """

    moments_s: Floats
    temp: Floats
    vibration: Floats
    rpm: Floats
    power: Floats
    state: States
    delivery: tuple[Delivery | None, ...]
    network: tuple[Network | None, ...]

    def signal(self, signal: Signal) -> Floats:
        """The readings of a signal."""
        values: Floats = getattr(self, signal.value)
        return values

    def at(self, place: int) -> Readings:
        """The readings of one of the moments."""
        return Readings(
            timestamp=datetime.fromtimestamp(round(float(self.moments_s[place]), 6), UTC),
            temp=self.temp[place],
            vibration=self.vibration[place],
            rpm=self.rpm[place],
            power=self.power[place],
            state=self.state[place],
            delivery=self.delivery[place],
            network=self.network[place],
        )
