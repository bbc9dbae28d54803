"""What a simulator tells at one moment, read leniently: signals that nobody has heard of are shown as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from factory.errors import LocalFactoryError


class MachineSeen(BaseModel):
    """A machine or vehicle, as `/api/machines` tells it."""

    model_config = ConfigDict(frozen=True)

    device_id: str
    plant: str
    line: str
    model: str
    connected: bool
    unsettled: int = Field(description="Messages that the broker has not taken yet.")
    timestamp: datetime | None = Field(description="Moment of the last reading that the broker took.")
    state: str | None = None
    readings: dict[str, float]


class FaultSeen(BaseModel):
    """A fault, as `/api/faults` tells it."""

    model_config = ConfigDict(frozen=True)

    fault_id: str
    device_id: str
    kind: str
    signal: str | None = None
    stage: str

    @property
    def at_work(self) -> bool:
        """Whether it has begun and its effect is not over."""
        return self.stage not in ("pending", "ended")


class Snapshot(BaseModel):
    """All that a simulator told at one moment.

    Attributes:
        taken_at: when it was asked, by our clock.
        status: how it says it is: ok, waiting, paused, frozen.
        machines: machines and vehicles.
        faults: those at work, to come and going.
        totals: its counters and gauges by the metric's name, labels summed up.
    """

    model_config = ConfigDict(frozen=True)

    taken_at: datetime
    status: str
    machines: tuple[MachineSeen, ...]
    faults: tuple[FaultSeen, ...]
    totals: dict[str, float]

    @cached_property
    def newest(self) -> datetime | None:
        """Moment of the youngest reading of all."""
        return max((one.timestamp for one in self.machines if one.timestamp is not None), default=None)

    @cached_property
    def connected(self) -> int:
        """How many are connected."""
        return sum(one.connected for one in self.machines)

    @cached_property
    def plants(self) -> tuple[str, ...]:
        """Names of the plants."""
        return tuple(sorted({one.plant for one in self.machines}))

    @cached_property
    def states(self) -> tuple[tuple[str, int], ...]:
        """How many are in which state, the most first."""
        return tuple(Counter(one.state for one in self.machines if one.state is not None).most_common())


def read_snapshot(
    taken_at: datetime,
    status: str,
    machines: Sequence[Mapping[str, Any]],
    faults: Sequence[Mapping[str, Any]],
    totals: Mapping[str, float],
) -> Snapshot:
    """A snapshot of the answers of a simulator.

    Raises:
        LocalFactoryError: what answered is something else.
    """
    try:
        return Snapshot(
            taken_at=taken_at,
            status=status,
            machines=tuple(MachineSeen.model_validate(one) for one in machines),
            faults=tuple(FaultSeen.model_validate(one) for one in faults),
            totals=dict(totals),
        )
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise LocalFactoryError(
            f"What answers is not this version's simulator: {key}: {first['msg']}.", remedy="Name another --url."
        ) from None
