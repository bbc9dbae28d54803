"""The faults that a plant has, has had and is going to have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal

import numpy as np

from contracts.identity import Identity
from contracts.telemetry import Signal
from contracts.truth import TruthEvent
from simulator.arrays import Floats, Integers
from simulator.drafts import TruthDraft
from simulator.errors import FaultError, TargetError
from simulator.faults.group import FaultGroup
from simulator.faults.request import EVERYTHING, ActiveFault, Cause, FaultRequest
from simulator.randomness import Randomness


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
        self._groups: list[FaultGroup] = []
        self._news: list[TruthDraft] = []

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
        self._refuse_impossible(request, rows)
        hit = [self._identities[row] for row in rows]
        group = FaultGroup(request, at, cause, rows, hit, self._randomness.take(rows))
        taken = {fault_id for other in self._groups for fault_id in other.ids}
        group.ids = [_free(fault_id, taken) for fault_id in group.ids]
        self._groups.append(group)
        return [group.describe(place, at.timestamp()) for place in range(len(rows))]

    def _refuse_impossible(self, request: FaultRequest, rows: Integers) -> None:
        if not rows.size:
            raise TargetError(
                f"{request.target!r} is no machine and no line here.", remedy="Name one of them, or * for all machines."
            )
        if request.definition.acts_on == "air" and self._identities[rows[0]].device_id == request.target:
            raise FaultError(
                f"{request.target!r} cannot have a hall of its own: machines share the air.",
                remedy="Name a line, or * for all machines.",
            )

    def clear(self, fault_id: str, at: datetime) -> ActiveFault:
        """End a fault now.

        Raises:
            TargetError: no fault of that id.
        """
        for group in self._groups:
            if fault_id in group.ids:
                place = group.ids.index(fault_id)
                self._end(group, place, at.timestamp())
                return group.describe(place, at.timestamp())
        known = ", ".join([fault_id for group in self._groups for fault_id in group.ids][:3])
        raise TargetError(
            f"There is no fault {fault_id!r}.", remedy=f"There are {known}." if known else "There are none at all."
        )

    def clear_all(self, at: datetime) -> None:
        """End all faults now, as when the plant stops."""
        for group in self._groups:
            for place in range(len(group.ids)):
                self._end(group, place, at.timestamp())

    def active(self, moment_s: float) -> list[ActiveFault]:
        """All faults, those that have not begun and those whose effect is going included."""
        return [group.describe(place, moment_s) for group in self._groups for place in range(len(group.ids))]

    def take_news(self) -> list[TruthDraft]:
        """What began and ended since the last call."""
        news, self._news = self._news, []
        return news

    def advance(self, moment_s: float) -> None:
        """Begin what begins, end what ends, forget what is over."""
        for group in self._groups:
            if group.due(moment_s):
                self._begin(group)
            for place in group.overdue(moment_s):
                self._end(group, place, moment_s)
        self._groups = [group for group in self._groups if group.forget_over(moment_s)]

    def air_offset_k(self, moment_s: float, number: int) -> Floats:
        """What faults add to the air around each machine [K]."""
        offset = np.zeros(len(self._identities))
        for group in self._begun("air", None):
            group.apply(offset, moment_s, number)
        return offset

    def disturb(self, signal: Signal, values: Floats, moment_s: float, number: int) -> None:
        """Turn true readings of a signal into what its sensors tell, in place."""
        for group in self._begun("sensor", signal):
            group.apply(values, moment_s, number)

    def _begun(self, acts_on: Literal["sensor", "air"], signal: Signal | None) -> Iterator[FaultGroup]:
        for group in self._groups:
            if group.begun and group.request.definition.acts_on == acts_on and group.request.signal == signal:
                yield group

    def _begin(self, group: FaultGroup) -> None:
        group.begun = True
        for place, ended in enumerate(group.ended.tolist()):
            if not ended:  # it may have been cleared before it began
                self._tell(group, place, TruthEvent.STARTED, group.starts_at)

    def _end(self, group: FaultGroup, place: int, moment_s: float) -> None:
        if group.ended[place]:
            return
        group.end(place, moment_s)
        if group.begun:  # what never began never happened
            self._tell(group, place, TruthEvent.ENDED, datetime.fromtimestamp(float(group.ends_s[place]), UTC))

    def _tell(self, group: FaultGroup, place: int, event: TruthEvent, at: datetime) -> None:
        identity, request = group.identities[place], group.request
        self._news.append(
            TruthDraft(
                fault_id=group.ids[place],
                event=event,
                at=at,
                line=identity.line,
                device_id=identity.device_id,
                family="sensor" if request.kind.of_sensor else "process",
                kind=request.kind.value,
                label=request.definition.label,
                signal=request.signal,
                parameters={**request.parameters, "ramp_s": request.ramp},
                cause=group.cause,
            )
        )


def _free(name: str, taken: set[str]) -> str:
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    taken.add(found)
    return found
