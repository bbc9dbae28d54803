"""The shards being played, as one: what people may ask of them."""

from __future__ import annotations

import math
import threading
import time

from simulator.errors import FaultError, TargetError
from simulator.faults import ActiveFault, FaultRequest, Targets
from simulator.link import Link
from simulator.plant import STATES
from simulator.population import signals_of
from simulator.shard import Shard
from simulator.views import Health, MachineView, ShardHealth, status_of


class Playing:
    """The shards of this process; they come and go while others ask."""

    def __init__(self) -> None:
        self._shards: dict[str, Shard] = {}
        self._lock = threading.Lock()

    def shards(self) -> list[Shard]:
        """All shards, also those that have ended and were not yet removed."""
        with self._lock:
            return list(self._shards.values())

    def played(self) -> list[Shard]:
        """The shards being played, now: one whose lease is gone may be played by another process already."""
        return [shard for shard in self.shards() if not shard.lease.lost]

    def add(self, shard: Shard) -> None:
        """A shard is played from now on."""
        with self._lock:
            self._shards[shard.roster.shard] = shard

    def remove(self, shard: Shard) -> None:
        """A shard is played no longer."""
        with self._lock:
            self._shards.pop(shard.roster.shard, None)

    def health(self) -> Health:
        """How the process is; a process without a shard stands by and is well."""
        # One that has lost its lease and does not come to an end is no longer played, but the process is not well.
        shards = [_health(shard) for shard in self.shards() if not shard.lease.lost or shard.frozen]
        return Health(status=status_of(shards), shards=shards)

    def machines(self) -> list[MachineView]:
        """All machines."""
        return [_view(shard, link) for shard in self.played() for link in list(shard.links)]

    def machine(self, device_id: str) -> MachineView:
        """One machine.

        Raises:
            TargetError: it is not played here.
        """
        for shard in self.played():
            for link in list(shard.links):
                if link.identity.device_id == device_id:
                    return _view(shard, link)
        raise TargetError(f"No machine {device_id!r} is played here.", remedy="See GET /api/machines.")

    def faults(self) -> list[ActiveFault]:
        """All faults that plants know of."""
        return [fault for shard in self.played() for fault in shard.faults()]

    def inject(self, request: FaultRequest) -> list[ActiveFault]:
        """Put a fault on a machine, a line, a model or everything.

        Raises:
            TargetError: no such machine, line or model is played here, or none that can have that fault.
            FaultError: it cannot have that fault.
        """
        shards = [(shard, Targets(shard.roster.identities)) for shard in self.played()]
        hit = [shard for shard, targets in shards if targets.concerns(request) and _can_tell(request, shard)]
        # If nobody can have it, those who are meant say why.
        hit = hit or [shard for shard, targets in shards if targets.rows_of(request.target).size]
        if not hit:
            raise TargetError(
                f"No machine and no line {request.target!r} is played here.",
                remedy="See GET /api/machines, or use * for all.",
            )
        return [fault for shard in hit for fault in shard.inject(request)]

    def clear(self, fault_id: str) -> ActiveFault:
        """End a fault.

        Raises:
            TargetError: no fault of that id.
        """
        for shard in self.played():
            try:
                return shard.clear(fault_id)
            except (FaultError, TargetError):
                continue  # it may be another shard's
        raise TargetError(f"There is no fault {fault_id!r}.", remedy="See GET /api/faults.")


def _can_tell(request: FaultRequest, shard: Shard) -> bool:
    """Whether a signal of the shard's machines or vehicles would tell of a fault."""
    return bool(not request.told_by or set(request.told_by) & set(signals_of(shard.roster.identities)))


def _health(shard: Shard) -> ShardHealth:
    links = list(shard.links)
    return ShardHealth(
        shard=shard.roster.shard,
        run=shard.lease.run,
        machines=len(links),
        connected=sum(link.connected for link in links),
        frozen=shard.frozen,
        paused=shard.paused,
        seconds_since_step=round(time.monotonic() - shard.last_step_s, 3),
    )


def _view(shard: Shard, link: Link) -> MachineView:
    message = link.last_acknowledged
    told = None if message is None else message.reading
    readings = {} if told is None else {signal: told.value(signal) for signal in told.signals}
    return MachineView(
        **link.identity.model_dump(),
        shard=shard.roster.shard,
        run=shard.lease.run,
        connected=link.connected,
        unsettled=len(link.outbox),
        seq=None if message is None else message.seq,
        timestamp=None if told is None else told.readings.timestamp,
        state=None if told is None else STATES[int(told.readings.state[told.row])],
        readings={signal: value for signal, value in readings.items() if not math.isnan(value)},
    )
