"""One request at work: the same fault on the machines it hits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from contracts.identity import Identity
from simulator.arrays import Flags, Floats, Integers
from simulator.faults.base import Reading, fault_strength
from simulator.faults.request import ActiveFault, Cause, FaultRequest, Stage
from simulator.randomness import Randomness


class FaultGroup:
    """A fault on some machines, stepped as arrays: on all machines it costs little more than on one.

    Args:
        request: which fault, how strong, when.
        at: from when the request's times count.
        cause: who asked for it.
        rows: rows of the machines in the plant.
        identities: those machines.
        randomness: randomness of those machines.

    Attributes:
        starts_at: when it begins.
        begun: whether a step has come to that.
        ids: a name for the fault on each machine, made of machine, kind, signal and start.
        ends_s: Unix time of the end on each machine; infinite where none is known [s].
        ended: machines on which it has ended.
    """

    def __init__(
        self,
        request: FaultRequest,
        at: datetime,
        cause: Cause,
        rows: Integers,
        identities: Sequence[Identity],
        randomness: Randomness,
    ) -> None:
        self.request, self.cause, self.rows, self.identities = request, cause, rows, list(identities)
        self.starts_at = at.astimezone(UTC) + timedelta(seconds=request.start_s)
        self.begun = False
        self._starts_s = self.starts_at.timestamp()
        lasts_s = np.inf if request.duration_s is None else request.duration_s
        self.ends_s: Floats = np.full(len(rows), self._starts_s + lasts_s)
        self.ended: Flags = np.zeros(len(rows), dtype=np.bool_)
        self.ids = [self._name(identity) for identity in identities]
        self._parameters = request.checked_parameters()
        self._stream = f"fault/{request.kind.value}/{request.signal or ''}"
        self._randomness = randomness
        self._held: Floats = np.full(len(rows), np.nan)

    def _name(self, identity: Identity) -> str:
        moment = self.starts_at.strftime("%Y%m%dT%H%M%S") + f"{self.starts_at.microsecond // 1000:03d}"
        signal = [self.request.signal.value] if self.request.signal else []
        return "-".join([identity.device_id, self.request.kind.value, *signal, moment])

    def due(self, moment_s: float) -> bool:
        """Whether it begins now."""
        return not self.begun and moment_s >= self._starts_s

    def overdue(self, moment_s: float) -> list[int]:
        """Places of the machines on which it should have ended and has not."""
        places: list[int] = np.flatnonzero((self.ends_s <= moment_s) & ~self.ended).tolist()
        return places

    def end(self, place: int, moment_s: float) -> None:
        """End it on a machine, at a moment or at its planned end before that."""
        self.ended[place] = True
        self.ends_s[place] = min(moment_s, self.ends_s[place])

    def forget_over(self, moment_s: float) -> bool:
        """Drop the machines on which even the effect is over; whether any are left."""
        left = moment_s < self.ends_s + self._parameters.outlasts_s
        if not left.all():
            places = np.flatnonzero(left)
            self.ids = [self.ids[place] for place in places]
            self.identities = [self.identities[place] for place in places]
            self._randomness = self._randomness.take(places)
            self.rows, self.ends_s, self.ended, self._held = (
                self.rows[left],
                self.ends_s[left],
                self.ended[left],
                self._held[left],
            )
        return bool(left.any())

    def apply(self, values: Floats, moment_s: float, number: int) -> None:
        """Do to the values of a whole plant what the fault does, in place.

        Args:
            values: one element a machine of the plant.
            moment_s: Unix time [s].
            number: number of the step; random numbers go with it.
        """
        value = values[self.rows]
        self._held = np.where(np.isnan(self._held), value, self._held)
        elapsed_s = np.full(len(self.rows), moment_s - self._starts_s)
        ramp_s, outlasts_s = self.request.ramp, self._parameters.outlasts_s
        reading = Reading(
            value=value,
            elapsed_s=elapsed_s,
            strength=fault_strength(elapsed_s, ramp_s, self.ends_s - self._starts_s, outlasts_s),
            ramp_s=ramp_s,
            held=self._held,
            uniform=self._randomness.uniform(self._stream + "/uniform", number),
            normal=self._randomness.normal(self._stream + "/normal", number),
        )
        values[self.rows] = self.request.definition.effect(reading, self._parameters)

    def describe(self, place: int, moment_s: float) -> ActiveFault:
        """The fault on a machine, for people and programs."""
        identity, ends_s = self.identities[place], float(self.ends_s[place])
        return ActiveFault(
            fault_id=self.ids[place],
            device_id=identity.device_id,
            line=identity.line,
            kind=self.request.kind,
            signal=self.request.signal,
            parameters=self.request.parameters,
            cause=self.cause,
            starts_at=self.starts_at,
            ends_at=datetime.fromtimestamp(ends_s, UTC) if np.isfinite(ends_s) else None,
            stage=self._stage(ends_s, moment_s),
        )

    def _stage(self, ends_s: float, moment_s: float) -> Stage:
        if moment_s >= ends_s:
            return "recovering" if moment_s < ends_s + self._parameters.outlasts_s and self.begun else "ended"
        if moment_s < self._starts_s:
            return "pending"
        return "ramping" if moment_s < self._starts_s + self.request.ramp else "active"
