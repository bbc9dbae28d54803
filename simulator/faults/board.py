"""The faults that a plant has, has had and is going to have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np

from contracts.faults import FaultFamily
from contracts.identity import Identity
from contracts.telemetry import AnySignal, Signal
from simulator.arrays import Floats, Integers, States
from simulator.delivery import Delivery, Network
from simulator.drafts import TruthDraft
from simulator.errors import FaultError, TargetError
from simulator.faults import effects
from simulator.faults.group import FaultGroup
from simulator.faults.request import ActiveFault, Cause, FaultRequest
from simulator.faults.targets import Targets
from simulator.influences import Influences
from simulator.randomness import Randomness


class FaultBoard:
    """Faults by machine, from the request to the end of their effect.

    A fault's effect is a function of the time since its start, and not of the steps: one that begins between two
    steps is as far as it should be at the second. The owner calls `advance` and `influence` at each step, then, for one
    step or for a block of them, `disturb` for each signal, `delivery` and `network`, and at last `settle`.

    Args:
        identities: the machines or vehicles, in the order of the plant's rows.
        randomness: randomness of the machines.
        common: randomness of their plants, one element a machine: what all of a plant share comes to all at once.
        signals: what they measure.
    """

    def __init__(
        self,
        identities: Sequence[Identity],
        randomness: Randomness,
        common: Randomness,
        signals: Iterable[AnySignal] = tuple(Signal),
    ) -> None:
        self._identities, self._signals = identities, tuple(signals)
        self._targets = Targets(identities)
        self._randomness, self._common = randomness, common
        self._groups: list[FaultGroup] = []
        self._drawers: dict[tuple[FaultFamily, AnySignal | None], list[FaultGroup]] = {}
        self._news: list[TruthDraft] = []
        self._due_s = self._over_s = np.inf

    # --- what people ask for -----------------------------------------------------------------------------------------

    def rows_of(self, target: str) -> Integers:
        """Rows of a target: a machine, a line, a model or everything; none if there is no such thing here."""
        return self._targets.rows_of(target)

    def concerns(self, request: FaultRequest) -> bool:
        """Whether a request is this plant's matter: it means somebody here, be it that it has to be refused."""
        return self._targets.concerns(request) and self._has_signals_of(request)

    def inject(self, request: FaultRequest, at: datetime, cause: Cause) -> list[ActiveFault]:
        """Take up a fault; it begins `start_s` after `at`.

        Returns:
            The fault, once a machine that it hits; the next one, if it repeats.

        Raises:
            TargetError: the target is nobody here.
            FaultError: the target cannot have such a fault.
        """
        rows = self._targets.rows_hit(request)
        self._refuse_foreign_signals(request)
        rows = rows[self._randomness.take(rows).uniform(f"fault/{request.key}/share", 0) < request.share]
        if not rows.size:
            return []
        hit = [self._identities[row] for row in rows]
        mine = self._randomness.take(rows)
        occasions = self._common.take(rows) if request.definition.shared else mine
        group = FaultGroup(request, at, cause, rows, hit, mine, occasions)
        self._tell_apart(group)
        self._groups.append(group)
        self._lay(group)
        return [group.describe(row, at.timestamp()) for row in range(len(group.table))]

    def clear(self, fault_id: str, at: datetime) -> ActiveFault:
        """End a fault now; one that repeats does not come to this machine again.

        Raises:
            TargetError: no fault of that id.
        """
        for group in self._groups:
            found = group.clear(fault_id, at.timestamp())
            if found is not None:
                self._news += found[1]
                self._sort_out()
                return found[0]
        known = ", ".join([fault.fault_id for fault in self.active(at.timestamp())][:3])
        raise TargetError(
            f"There is no fault {fault_id!r}.", remedy=f"There are {known}." if known else "There are none at all."
        )

    def clear_all(self, at: datetime) -> None:
        """End all faults now, as when the plant stops."""
        for group in self._groups:
            self._news += group.clear_all(at.timestamp())
        self._sort_out()

    def active(self, moment_s: float) -> list[ActiveFault]:
        """All faults, those that have not begun and those whose effect is going included."""
        return [group.describe(row, moment_s) for group in self._groups for row in range(len(group.table))]

    def take_news(self) -> list[TruthDraft]:
        """What began and ended since the last call, in order."""
        news, self._news = self._news, []
        return sorted(news, key=lambda draft: draft.at)

    # --- what happens with time --------------------------------------------------------------------------------------

    def advance(self, moment_s: float) -> None:
        """Begin what begins, end what ends."""
        if moment_s < self._due_s:
            return
        for group in self._groups:
            self._news += group.advance(moment_s)
        self._sort_out()

    def settle(self, moment_s: float) -> None:
        """Forget what is over."""
        if moment_s < self._over_s:
            return
        self._groups = [group for group in self._groups if group.settle(moment_s)]
        self._sort_out()

    def influence(self, influences: Influences, moment_s: float, number: int) -> bool:
        """Change the terms of the physics by the process faults, in place.

        Args:
            influences: neutral, or what others did to them; one element a machine.
            moment_s: Unix time [s].
            number: number of the step; random numbers go with it.

        Returns:
            False if there is no such fault at work, and nothing was changed.
        """
        changed = [effects.influence(group, influences, moment_s, number) for group in self._of("process")]
        return any(changed)

    def disturb(
        self,
        signal: AnySignal,
        values: Floats,
        moments_s: Floats,
        numbers: Integers,
        states: States,
        typical: Floats,
    ) -> None:
        """Turn what the sensors of a signal would tell into what they tell, in place, for T moments of N machines.

        Args:
            signal: the signal.
            values: with the sensors' own error, (T, N) [unit of the signal].
            moments_s: Unix times, ascending, (T,) [s].
            numbers: numbers of the steps, (T,); random numbers go with them.
            states: what the machines are doing: indices into `contracts.telemetry.MachineState`, (T, N).
            typical: what they tell while running at rated load, (N,) or (T, N) [unit of the signal].
        """
        for group in self._of("sensor", signal):
            effects.disturb(group, values, moments_s, numbers, states, typical)

    def delivery(self, moment_s: float, number: int) -> Delivery | None:
        """What becomes of the messages of a moment; None if no message fault is at work."""
        if not self._of("message"):
            return None
        delivery = Delivery.neutral(len(self._identities))
        changed = [effects.deliver(group, delivery, moment_s, number) for group in self._of("message")]
        return delivery if any(changed) else None

    def network(self, moment_s: float, number: int) -> Network | None:
        """How the ways to the broker are at a moment; None if no network fault is at work."""
        if not self._of("network"):
            return None
        network = Network.neutral(len(self._identities))
        changed = [effects.connect(group, network, moment_s, number) for group in self._of("network")]
        return network if any(changed) else None

    # --- within ------------------------------------------------------------------------------------------------------

    def _of(self, family: FaultFamily, signal: AnySignal | None = None) -> list[FaultGroup]:
        return self._drawers.get((family, signal), [])

    def _sort_out(self) -> None:
        """Lay groups where they are looked for, and know until when most steps have nothing to do."""
        self._drawers, self._due_s, self._over_s = {}, np.inf, np.inf
        for group in self._groups:
            self._lay(group)

    def _lay(self, group: FaultGroup) -> None:
        drawer = group.request.definition.family, group.request.signal
        self._drawers.setdefault(drawer, []).append(group)
        self._due_s, self._over_s = min(self._due_s, group.due_s), min(self._over_s, group.over_s)

    def _has_signals_of(self, request: FaultRequest) -> bool:
        """Whether a signal here would tell of a fault: nobody can have what shows in others' signals alone."""
        return not request.told_by or not set(request.told_by).isdisjoint(self._signals)

    def _refuse_foreign_signals(self, request: FaultRequest) -> None:
        if self._has_signals_of(request):
            return
        remedy = f"Its signals are {', '.join(signal.value for signal in self._signals)}."
        if request.signal is None:
            raise FaultError(f"{request.target!r} has nothing on which {request.kind} would show.", remedy=remedy)
        raise FaultError(f"{request.target!r} has no sensor for {request.signal.value}.", remedy=remedy)

    def _tell_apart(self, new: FaultGroup) -> None:
        """Number a fault on a machine that has one of the same name."""
        name = (new.request.kind, new.request.signal, new.starts_at)
        for group in self._groups:
            if (group.request.kind, group.request.signal, group.starts_at) == name:
                _, mine, theirs = np.intersect1d(new.rows, group.rows, return_indices=True)
                new.copy[mine] = np.maximum(new.copy[mine], group.copy[theirs] + 1)
