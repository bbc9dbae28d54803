"""Who is played in a shard: machines or vehicles, and how what they tell becomes messages.

A shard is of one kind. Plant and fleet have the same interface, so whoever plays a shard need not know which it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from contracts.identity import Identity
from contracts.telemetry import AnySignal, Signal, VehicleSignal
from contracts.vehicles import VEHICLES
from simulator.arrays import Integers
from simulator.encode import encode
from simulator.plant import Block, Plant, Readings
from simulator.scenario import Scenario
from simulator.vehicles import Fleet, VehicleBlock, VehicleReadings, encode_vehicles

Population = Plant | Fleet
AnyReadings = Readings | VehicleReadings
AnyBlock = Block | VehicleBlock


def of_vehicles(identities: Iterable[Identity]) -> bool:
    """Whether these are vehicles.

    Example:
        >>> of_vehicles([Identity(device_id="VHC001", plant="plant1", line="fleet", model="van")])
        True
    """
    return any(identity.model in VEHICLES for identity in identities)


def signals_of(identities: Iterable[Identity]) -> tuple[AnySignal, ...]:
    """What these measure."""
    return tuple(VehicleSignal) if of_vehicles(identities) else tuple(Signal)


def make_population(
    identities: Sequence[Identity], scenario: Scenario, *, seed: int, start: datetime, interval_s: float
) -> Population:
    """The machines or vehicles of a shard, ready to be stepped.

    Args:
        identities: who is in the shard.
        scenario: how they are run, and which faults come when.
        seed: seed of everything random.
        start: when they are first seen.
        interval_s: time between two steps, as planned [s].
    """
    kind = Fleet if of_vehicles(identities) else Plant
    return kind(identities, scenario, seed=seed, start=start, interval_s=interval_s)


def encode_any(
    readings: AnyReadings, identities: Sequence[Identity], run: int, seq: Sequence[int] | Integers
) -> list[bytes]:
    """The messages of a moment; see `simulator.encode` and `simulator.vehicles.encode`."""
    if isinstance(readings, VehicleReadings):
        return encode_vehicles(readings, identities, run, seq)
    return encode(readings, identities, run, seq)
