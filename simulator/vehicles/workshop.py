"""Failures, repairs and maintenance of vehicles.

A vehicle whose component fails stops where it is, waits for help, is repaired there and drives on. With preventive
maintenance a component that is due gets an appointment, and is renewed when the vehicle next stands at its depot after
that; what fails before its appointment fails on the road.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from contracts.identity import Identity
from contracts.truth import TruthCause, TruthEvent
from simulator.arrays import Flags, Floats, Integers
from simulator.drafts import TruthDraft
from simulator.plant_spec import PlantSpec
from simulator.randomness import Randomness
from simulator.vehicles.components import (
    BATTERY,
    COMPONENTS,
    DUE_DAMAGE,
    LABELS,
    STUCK_CLOSED_SHARE,
    THERMOSTAT,
    Use,
    damage_rates,
    effects,
    life_factor,
)

REFERENCE_S = 1_767_225_600.0
"""2026-01-01T00:00:00Z: the moment for which the seed says how worn each component is."""
USUAL_DAMAGE_PER_H = (1.0e-4, 0.8e-4, 2.0e-4, 0.5e-4)
"""Damage of an average hour of the calendar: vehicles age while the program does not run [1/h]."""
OLDEST, OLDEST_KEPT = 0.98, 0.8
"""Damage that a component has at most when a fleet of mixed age is first seen: run to failure, or kept up [1]."""
HELP_S = (1800.0, 7200.0)
"""Time until help comes to a vehicle on the road [s]."""
REPAIR_S = (3600.0, 14_400.0)
"""Time that a repair or a renewal takes [s]."""
APPOINTMENT_S = 5 * 86_400.0
"""Mean time from being due to the workshop's appointment; exponential [s]."""
SHOWN_EVERY_S = 600.0
"""What wear does is reckoned anew so often, as it changes over days [s]."""
MEMORY_S = 7 * 86_400.0
"""Time over which the rate of damage is averaged for the remaining life [s]."""

_DUE = np.array(DUE_DAMAGE)[:, None]


class Workshop:
    """Wear of the components of a fleet, from the seed to the next renewal.

    Args:
        identities: the vehicles, in the order of the rows.
        columns: parameters by name.
        randomness: randomness of the vehicles.
        start_s: when the fleet is first seen, Unix time [s].
        spec: how vehicles are looked after; those that run to failure do so with all components.

    Attributes:
        damage: a row a component, a column a vehicle [1].
        cycle: how often each has been renewed.
        down: vehicles that stand still for a failure or in the workshop.
        helped_s: when work on them begins [s].
        ready_s: when it is done [s].
        shown: what worn components do.
    """

    def __init__(
        self,
        identities: Sequence[Identity],
        columns: dict[str, Floats],
        randomness: Randomness,
        *,
        start_s: float,
        spec: PlantSpec,
    ) -> None:
        self._identities, self._columns, self._randomness = identities, columns, randomness
        self._preventive = spec.maintenance == "preventive"
        self._wear_speed = wear_speed = 1.0 if self._preventive else spec.wear_speed
        count = len(identities)
        self.cycle, self.damage = self._first_damage(start_s, spec.age)
        self._life = np.stack([life_factor(randomness, part, self.cycle[part]) for part in range(len(COMPONENTS))])
        usual = np.array(USUAL_DAMAGE_PER_H)[:, None] * wear_speed / self._life
        self._rate_per_h: Floats = np.broadcast_to(usual, self.damage.shape).copy()
        self.down: Flags = np.zeros(count, dtype=np.bool_)
        self.helped_s: Floats = np.full(count, -np.inf)
        self.ready_s: Floats = np.full(count, -np.inf)
        self._in_work: list[tuple[int, ...]] = [()] * count
        self._failed: Flags = np.zeros(count, dtype=np.bool_)
        self._appointment_s: Floats = np.full(self.damage.shape, np.inf)
        self._news: list[TruthDraft] = []
        self._slot = -1
        self._shown_damage = self.damage.copy()
        self.shown = effects(self.damage, self._sticks_closed())

    def _first_damage(self, start_s: float, age: str) -> tuple[Integers, Floats]:
        shape = (len(COMPONENTS), len(self._identities))
        if age == "new":
            return np.zeros(shape, dtype=np.int64), np.zeros(shape)
        hours = max(0.0, start_s - REFERENCE_S) / 3600.0 * self._wear_speed
        born = np.stack([self._randomness.uniform(f"wear/age/{name}", 0) for name in COMPONENTS])
        used = born + hours * np.array(USUAL_DAMAGE_PER_H)[:, None]
        return np.floor(used).astype(np.int64), (used % 1.0) * (OLDEST_KEPT if self._preventive else OLDEST)

    def _sticks_closed(self) -> Floats:
        lot = self._randomness.uniform("wear/sticks", self.cycle[THERMOSTAT])
        return (lot < STUCK_CLOSED_SHARE).astype(np.float64)

    @property
    def due(self) -> Flags:
        """What is due for maintenance, a row a component, a column a vehicle."""
        flags: Flags = self.damage >= _DUE
        return flags

    def wear(self, use: Use, faults: Floats | float) -> None:
        """Let a step do its damage.

        Args:
            use: what it asked of the components.
            faults: factor on all damage, from process faults [1].
        """
        done = damage_rates(use, self._columns) * (self._wear_speed * faults) / self._life
        self.damage = np.minimum(1.0, self.damage + done)
        share = -np.expm1(-use.elapsed_s / MEMORY_S)
        self._rate_per_h += share * (done * 3600.0 / use.elapsed_s - self._rate_per_h)

    def attend(self, moment_s: float, engine_on: Flags, started: Flags, at_depot: Flags) -> None:
        """See to what has failed, is ready, or is due.

        Args:
            moment_s: Unix time [s].
            engine_on: vehicles whose engine runs.
            started: vehicles whose engine was started within the step.
            at_depot: vehicles that stand at their depot.
        """
        for row in np.flatnonzero(self.down & (self.ready_s <= moment_s)).tolist():
            self._renew(row)
        gone: Flags = (self.damage >= 1.0) & ~self.down
        if gone.any():
            gone[BATTERY] &= ~engine_on | started  # a weak battery is found out when the engine is to be started
            for row in np.flatnonzero(gone.any(axis=0)).tolist():
                self._fail(row, tuple(np.flatnonzero(gone[:, row]).tolist()), moment_s)
        if self._preventive:
            self._keep_appointments(moment_s, at_depot & ~self.down)
        if moment_s // SHOWN_EVERY_S != self._slot:
            self._slot = int(moment_s // SHOWN_EVERY_S)
            self._shown_damage = self.damage.copy()
            self.shown = effects(self.damage, self._sticks_closed())

    def remaining_h(self) -> Floats:
        """Hours until each component fails if it is used as it has been [h]."""
        return (1.0 - self.damage) / np.maximum(self._rate_per_h, 1e-12)

    def take_news(self) -> list[TruthDraft]:
        """Failures, repairs and renewals since the last call."""
        news, self._news = self._news, []
        return news

    # --- within ------------------------------------------------------------------------------------------------------

    def _fail(self, row: int, parts: tuple[int, ...], moment_s: float) -> None:
        self._stand(row, parts, moment_s, self._between(row, "wear/help", HELP_S), failed=True)
        for part in parts:
            self._tell(row, part, TruthEvent.FAILED, moment_s)

    def _keep_appointments(self, moment_s: float, free: Flags) -> None:
        due = self.due
        if not due.any():
            return
        for part, row in np.argwhere(due & np.isinf(self._appointment_s)).tolist():
            lot = self._lot(row, f"wear/appointment/{COMPONENTS[part]}", int(self.cycle[part, row]))
            self._appointment_s[part, row] = moment_s - APPOINTMENT_S * np.log1p(-lot)
        called = due & (self._appointment_s <= moment_s) & free
        for row in np.flatnonzero(called.any(axis=0)).tolist():
            self._stand(row, tuple(np.flatnonzero(called[:, row]).tolist()), moment_s, 0.0, failed=False)

    def _stand(self, row: int, parts: tuple[int, ...], moment_s: float, help_s: float, *, failed: bool) -> None:
        self.down[row], self._failed[row], self._in_work[row] = True, failed, parts
        self.helped_s[row] = moment_s + help_s
        self.ready_s[row] = self.helped_s[row] + self._between(row, "wear/repair", REPAIR_S)

    def _renew(self, row: int) -> None:
        event = TruthEvent.REPAIRED if self._failed[row] else TruthEvent.MAINTAINED
        for part in self._in_work[row]:
            self._tell(row, part, event, float(self.ready_s[row]))
            self.cycle[part, row] += 1
            self.damage[part, row] = 0.0
            self._appointment_s[part, row] = np.inf
            one = np.array([row])
            self._life[part, row] = life_factor(self._randomness.take(one), part, self.cycle[part, one])[0]
            self._shown_damage[part, row] = 0.0  # that of other vehicles is due at its own time
        self.down[row], self._failed[row], self._in_work[row] = False, False, ()
        self.shown = effects(self._shown_damage, self._sticks_closed())

    def _between(self, row: int, stream: str, limits: tuple[float, float]) -> float:
        least, most = limits
        return least + (most - least) * self._lot(row, stream, int(self.cycle[:, row].sum()))

    def _lot(self, row: int, stream: str, counter: int) -> float:
        return float(self._randomness.take(np.array([row])).uniform(stream, counter)[0])

    def _tell(self, row: int, part: int, event: TruthEvent, moment_s: float) -> None:
        identity, cycle = self._identities[row], int(self.cycle[part, row])
        cause: TruthCause = "plan" if event is TruthEvent.MAINTAINED else "wear"
        self._news.append(
            TruthDraft(
                fault_id=f"{identity.device_id}-{COMPONENTS[part]}-{cycle}",
                event=event,
                at=datetime.fromtimestamp(moment_s, UTC),
                line=identity.line,
                device_id=identity.device_id,
                family="wear",
                kind=COMPONENTS[part],
                label=LABELS[part],
                signal=None,
                parameters={"damage": float(self.damage[part, row]), "cycle": float(cycle)},
                cause=cause,
            )
        )
