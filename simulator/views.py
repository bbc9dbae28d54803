"""What people are told of machines and shards, and who can be asked: one process, or several as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pydantic import BaseModel, Field

from contracts.telemetry import AnySignal, MachineState, UtcDatetime
from simulator.faults import ActiveFault, FaultRequest


class MachineView(BaseModel):
    """A machine, as it looks to the broker."""

    device_id: str
    plant: str
    line: str
    model: str
    shard: str
    run: int
    connected: bool
    unsettled: int = Field(description="Messages kept: the broker has not taken them yet.")
    seq: int | None = Field(description="Number of the last message that the broker took; none yet: null.")
    timestamp: UtcDatetime | None = Field(description="Moment of that reading.")
    state: MachineState | None
    readings: dict[AnySignal, float] = Field(description="What its sensors told then; silent ones are absent.")


class ShardHealth(BaseModel):
    """How a shard is."""

    shard: str
    run: int
    machines: int
    connected: int
    frozen: bool
    paused: bool = Field(description="Nothing is published until its lease is renewed.")
    seconds_since_step: float


class Health(BaseModel):
    """How the process is."""

    status: str = Field(description="ok, waiting (all shards are played elsewhere), paused or frozen.")
    shards: list[ShardHealth]


class Door(Protocol):
    """What can be asked of machines that are being played, in whatever processes."""

    def health(self) -> Health:
        """How all are."""

    def machines(self) -> list[MachineView]:
        """All machines."""

    def machine(self, device_id: str) -> MachineView:
        """One machine."""

    def faults(self) -> list[ActiveFault]:
        """All faults that plants know of."""

    def inject(self, request: FaultRequest) -> list[ActiveFault]:
        """Put a fault on a machine, a line or everything."""

    def clear(self, fault_id: str) -> ActiveFault:
        """End a fault."""


def status_of(shards: Sequence[ShardHealth]) -> str:
    """How a process with these shards is; without any it stands by and is well."""
    if any(one.frozen for one in shards):
        return "frozen"
    if any(one.paused for one in shards):
        return "paused"
    return "ok" if shards else "waiting"
