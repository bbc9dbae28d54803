"""The faults that a plant has, has had and is going to have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from contracts.faults import FaultKind
from contracts.identity import Identity
from contracts.telemetry import Signal
from contracts.truth import TruthEvent
from simulator.arrays import Flags, Floats, Integers
from simulator.errors import FaultError, TargetError
from simulator.faults.base import FaultParameters, Reading, fault_strength
from simulator.faults.request import EVERYTHING, ActiveFault, Cause, FaultRequest, Stage
from simulator.randomness import Randomness


@dataclass(frozen=True, slots=True)
class TruthEventDraft:
    """What happened to a machine; with plant, seed, scenario and run it is a `contracts.truth.TruthRecord`."""

    fault_id: str
    event: TruthEvent
    at: datetime
    line: str
    device_id: str
    kind: FaultKind
    signal: Signal | None
    parameters: dict[str, float]
    cause: Cause


@dataclass(slots=True)
class _Group:
    """One request's machines: it is stepped as arrays, so that a fault on all machines costs what one does."""

    request: FaultRequest
    parameters: FaultParameters
    cause: Cause
    starts_at: datetime
    rows: Integers
    ids: list[str]
    ends_s: Floats  # Unix time; infinite where no end is known
    held: Floats
    ended: Flags
    begun: bool = False
    starts_s: float = field(init=False)

    def __post_init__(self) -> None:
        self.starts_s = self.starts_at.timestamp()

    def strength(self, moment_s: float) -> Floats:
        elapsed = np.full(len(self.rows), moment_s - self.starts_s)
        return fault_strength(elapsed, self.request.ramp, self.ends_s - self.starts_s, self.parameters.outlasts_s)

    def stage(self, place: int, moment_s: float) -> Stage:
        if moment_s < self.starts_s:
            return "pending"
        if moment_s >= self.ends_s[place]:
            return "recovering" if moment_s < self.ends_s[place] + self.parameters.outlasts_s else "ended"
        return "ramping" if moment_s < self.starts_s + self.request.ramp else "active"

    def keep(self, which: Flags) -> None:
        self.ids = [fault_id for fault_id, kept in zip(self.ids, which, strict=True) if kept]
        self.rows, self.ends_s, self.held = self.rows[which], self.ends_s[which], self.held[which]
        self.ended = self.ended[which]


class FaultBoard:
    """Faults by machine, from the request to the end of their effect.

    A fault begins at the first step at or after its start. Its effect is a function of the time since that start, and
    not of the steps, so a fault that begins between two steps is as far as it should be.

    Args:
        identities: the machines, in the order of the plant's rows.
        randomness: randomness of the machines.
    """

    def __init__(self, identities: Sequence[Identity], randomness: Randomness) -> None:
        self._identities = identities
        self._randomness = randomness
        self._groups: list[_Group] = []
        self._news: list[TruthEventDraft] = []

    def rows_of(self, target: str) -> Integers:
        """Rows of a target: a machine, a line or everything; none if there is no such thing here."""
        rows = [
            row
            for row, identity in enumerate(self._identities)
            if target in (EVERYTHING, identity.device_id, identity.line)
        ]
        return np.array(rows, dtype=np.int64)

    def inject(self, request: FaultRequest, at: datetime, cause: Cause) -> list[ActiveFault]:
        """Take up a fault; it begins `start_s` after `at`.

        Returns:
            The fault, once a machine that it hits.

        Raises:
            TargetError: the target is nobody here.
            FaultError: the target cannot have such a fault.
        """
        rows = self.rows_of(request.target)
        if not rows.size:
            raise TargetError(
                f"{request.target!r} is no machine and no line here.", remedy="Name one of them, or * for all machines."
            )
        if request.definition.acts_on == "air" and any(
            identity.device_id == request.target for identity in self._identities
        ):
            raise FaultError(
                f"{request.target!r} cannot have a hall of its own: machines share the air.",
                remedy="Name a line, or * for all machines.",
            )
        starts_at = at.astimezone(UTC) + timedelta(seconds=request.start_s)
        lasts_s = np.inf if request.duration_s is None else request.duration_s
        group = _Group(
            request=request,
            parameters=request.checked_parameters(),
            cause=cause,
            starts_at=starts_at,
            rows=rows,
            ids=self._new_ids(request, starts_at, rows),
            ends_s=np.full(len(rows), starts_at.timestamp() + lasts_s),
            held=np.full(len(rows), np.nan),
            ended=np.zeros(len(rows), dtype=np.bool_),
        )
        self._groups.append(group)
        return [self._describe(group, place, at.timestamp()) for place in range(len(rows))]

    def clear(self, fault_id: str, at: datetime) -> ActiveFault:
        """End a fault now.

        Raises:
            TargetError: no fault of that id.
        """
        moment_s = at.timestamp()
        for group in self._groups:
            if fault_id in group.ids:
                place = group.ids.index(fault_id)
                self._end(group, place, moment_s)
                return self._describe(group, place, moment_s)
        known = ", ".join(fault_id for group in self._groups for fault_id in group.ids[:3]) or "there are none"
        raise TargetError(f"There is no fault {fault_id!r}.", remedy=f"Faults now: {known}.")

    def clear_all(self, at: datetime) -> None:
        """End all faults now, as when the plant stops."""
        for group in self._groups:
            for place in range(len(group.ids)):
                self._end(group, place, at.timestamp())

    def active(self, moment_s: float) -> list[ActiveFault]:
        """All faults, those that have not begun and those whose effect is going included."""
        return [self._describe(group, place, moment_s) for group in self._groups for place in range(len(group.ids))]

    def take_news(self) -> list[TruthEventDraft]:
        """What began and ended since the last call."""
        news, self._news = self._news, []
        return news

    def advance(self, moment_s: float) -> None:
        """Begin what begins, end what ends, forget what is over."""
        for group in self._groups:
            if not group.begun and moment_s >= group.starts_s:
                group.begun = True
                started = np.flatnonzero(~group.ended)  # one may have been cleared before it began
                self._news += [self._draft(group, int(place), TruthEvent.STARTED) for place in started]
            for place in np.flatnonzero((group.ends_s <= moment_s) & ~group.ended):
                self._end(group, int(place), float(group.ends_s[place]))
            group.keep(moment_s < group.ends_s + group.parameters.outlasts_s)
        self._groups = [group for group in self._groups if group.ids]

    def air_offset_k(self, moment_s: float, machines: int, number: int) -> Floats:
        """What faults add to the air around each machine [K]."""
        offset = np.zeros(machines)
        for group in self._begun("air", None):
            self._apply(group, offset, moment_s, number)
        return offset

    def disturb(self, signal: Signal, values: Floats, moment_s: float, number: int) -> None:
        """Turn true readings of a signal into what its sensors tell, in place."""
        for group in self._begun("sensor", signal):
            self._apply(group, values, moment_s, number)

    def _begun(self, acts_on: str, signal: Signal | None) -> Iterator[_Group]:
        for group in self._groups:
            if group.begun and group.request.definition.acts_on == acts_on and group.request.signal == signal:
                yield group

    def _apply(self, group: _Group, values: Floats, moment_s: float, number: int) -> None:
        definition, rows = group.request.definition, group.rows
        stream = f"fault/{definition.kind}/{group.request.signal or ''}"
        randomness = self._randomness.take(rows)
        value = values[rows]
        group.held = np.where(np.isnan(group.held), value, group.held)
        reading = Reading(
            value=value,
            elapsed_s=np.full(len(rows), moment_s - group.starts_s),
            strength=group.strength(moment_s),
            ramp_s=group.request.ramp,
            held=group.held,
            uniform=randomness.uniform(stream + "/uniform", number),
            normal=randomness.normal(stream + "/normal", number),
        )
        values[rows] = definition.effect(reading, group.parameters)

    def _end(self, group: _Group, place: int, moment_s: float) -> None:
        if group.ended[place]:
            return
        group.ended[place] = True
        group.ends_s[place] = min(moment_s, group.ends_s[place])
        if group.begun:  # what never began never happened
            self._news.append(self._draft(group, place, TruthEvent.ENDED))

    def _draft(self, group: _Group, place: int, event: TruthEvent) -> TruthEventDraft:
        identity = self._identities[group.rows[place]]
        ended_at = datetime.fromtimestamp(group.ends_s[place], UTC) if event is TruthEvent.ENDED else None
        return TruthEventDraft(
            fault_id=group.ids[place],
            event=event,
            at=ended_at or group.starts_at,
            line=identity.line,
            device_id=identity.device_id,
            kind=group.request.kind,
            signal=group.request.signal,
            parameters={**group.request.parameters, "ramp_s": group.request.ramp},
            cause=group.cause,
        )

    def _describe(self, group: _Group, place: int, moment_s: float) -> ActiveFault:
        identity = self._identities[group.rows[place]]
        ends_s = float(group.ends_s[place])
        return ActiveFault(
            fault_id=group.ids[place],
            device_id=identity.device_id,
            line=identity.line,
            kind=group.request.kind,
            signal=group.request.signal,
            parameters=group.request.parameters,
            cause=group.cause,
            starts_at=group.starts_at,
            ends_at=datetime.fromtimestamp(ends_s, UTC) if np.isfinite(ends_s) else None,
            stage=group.stage(place, moment_s),
        )

    def _new_ids(self, request: FaultRequest, starts_at: datetime, rows: Integers) -> list[str]:
        taken = {fault_id for group in self._groups for fault_id in group.ids}
        moment = starts_at.strftime("%Y%m%dT%H%M%S") + f"{starts_at.microsecond // 1000:03d}"
        words = [request.kind.value, *([request.signal.value] if request.signal else []), moment]
        return [_free("-".join([self._identities[row].device_id, *words]), taken) for row in rows]


def _free(name: str, taken: set[str]) -> str:
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    taken.add(found)
    return found
